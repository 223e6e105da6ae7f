"""Kill a program at random while it writes, and look for anything lost or half done.

`python -m tests.benchmarks.kills --times 30`. A child process imports files, undoes imports, merges accounts and takes
that back, keeps plans, writes notes as check-ins do, and backs up, in random order. It answers each action over a pipe
once that has returned, and is killed (SIGKILL) at a random moment. Then must hold: integrity, foreign keys and the
R*Tree; each import is there whole or not at all; the current plan of each day is the one that was answered or a later
one, with all its stops; what was answered is there; each back-up that has its name is whole; and the next child goes
on.

`python -m tests.benchmarks.kills --shape one|many --kills 50` kills any process of a whole company at work instead, on
one machine (GeoPackage, jobs in SQLite) or on many (PostGIS, Redis, two web machines, two workers): `company_kills`.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from gcrm.accounts.change import ChangeKind
from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.model import Account
from gcrm.accounts.undo_change import undo_change
from gcrm.activities.model import Activity, ActivityKind
from gcrm.backup.make_backup import check_backup, make_backup
from gcrm.imports.import_accounts import import_accounts
from gcrm.people.model import Rep
from gcrm.planning.keep_plan import keep_plans, known_plans
from gcrm.platform.database.geopackage_copy import faults_of
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plans import plan_of

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["gcrm.imports.import_accounts", "gcrm.backup.make_backup", "alembic.command"])
ROWS = 600
"""More than are written one by one: imports and their undoing are put aside first."""
PLANNED = date(2027, 1, 4)
BASE = 40
DAYS = 5
ACTIONS = ("note", "import", "import", "undo", "undo", "merge", "take back", "plan", "plan", "backup")
LONGEST_S = 10.0
"""The kill comes at most so long after the child's first answer."""


@dataclass
class Answered:
    """What the children have answered, over all of them: it must hold for ever."""

    notes: set[str] = field(default_factory=set)
    imported: dict[str, int] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    merges: int = 0
    taken_back: int = 0
    backups: int = 0
    plans: dict[int, int] = field(default_factory=dict)

    def take(self, action: str, *told: str) -> None:
        """Note one answer."""
        if action == "note":
            self.notes.add(told[0])
        elif action == "import":
            self.imported[told[0]] = int(told[1])
        elif action == "undo":
            self.undone.add(told[0])
        elif action == "merge":
            self.merges += 1
        elif action == "take back":
            self.taken_back += 1
        elif action == "plan":
            self.plans[int(told[0])] = int(told[1])
        elif action == "backup":
            self.backups += 1


def run_kills(
    folder: Path, times: int, seed: int, say: Callable[[str], None] = lambda _: None, longest_s: float = LONGEST_S
) -> Answered:
    """Kill so many children, one after the other, on one workspace. Raises AssertionError at the first fault."""
    home = folder / "home"
    (folder / "out").mkdir()
    workspace = Workspace(Settings(home))
    with workspace.store.write() as tx:
        tx.accounts.add_many([Account(f"Base {n}", place=LonLat(9.5, 47.1 + n / 1000)) for n in range(BASE)])
        tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), (None,) * 7, "UTC"))
    workspace.close()
    answered, dice = Answered(), random.Random(seed)
    for turn in range(times):
        before = len(answered.notes)
        ours, theirs = PROCESSES.Pipe()
        child = PROCESSES.Process(target=_act, args=(str(folder), turn, seed, theirs))
        child.start()
        theirs.close()
        assert child.pid is not None
        answered.take(*ours.recv())
        # Listening until then, so that no answer is lost in a full pipe.
        ours_until = dice.uniform(0, longest_s)
        killer = PROCESSES.Process(target=_kill_after, args=(child.pid, ours_until))
        killer.start()
        try:
            while True:
                answered.take(*ours.recv())
        except EOFError:
            pass
        child.join()
        killer.join()
        assert child.exitcode == -signal.SIGKILL, f"child {turn} ended with {child.exitcode}"
        _check(folder, answered)
        say(f"{turn + 1} of {times}: killed after {ours_until:.1f} s and {len(answered.notes) - before} notes; whole")
    return answered


def _kill_after(pid: int, seconds: float) -> None:
    signal.sigtimedwait([signal.SIGUSR1], seconds)
    os.kill(pid, signal.SIGKILL)


def _act(folder_name: str, turn: int, seed: int, answers: Connection) -> None:
    folder, dice = Path(folder_name), random.Random(f"{seed} {turn}")
    workspace = Workspace(Settings(folder / "home"))
    number = 0
    while True:
        number += 1
        name = f"{turn}-{number}"
        action = "note" if number == 1 else dice.choice(ACTIONS)
        if action == "note":
            with workspace.store.write() as tx:
                known = [one for one in tx.accounts.all() if one.name.startswith("Base")]
                note = Activity(dice.choice(known).id, ActivityKind.NOTE, workspace.clock(), client_id=name)
                tx.activities.add(note)
            answers.send(("note", name))
        elif action == "import":
            file = folder / f"{name}.csv"
            file.write_text("\n".join(["name,lon,lat", *(f"File {name} row {n},9.5,47.1" for n in range(ROWS))]))
            answers.send(("import", name, str(import_accounts(workspace, file).batch)))
        elif action == "undo":
            with workspace.store.read() as tx:
                open_ones = [one for one in tx.changes.latest() if one.kind == "import" and one.undone_at is None]
            if open_ones:
                undo_change(workspace, open_ones[0].id)
                answers.send(("undo", open_ones[0].title.removesuffix(".csv")))
        elif action == "merge":
            with workspace.store.read() as tx:
                known = [one for one in tx.accounts.all() if one.name.startswith("Base")]
            if len(known) > 2:
                keep, gone = dice.sample(known, 2)
                merge_accounts(workspace, keep.id, gone.id)
                answers.send(("merge", str(gone.id)))
        elif action == "take back":
            with workspace.store.read() as tx:
                merges = [one for one in tx.changes.latest([ChangeKind.MERGE]) if one.undone_at is None]
            if merges:
                undo_change(workspace, merges[0].id)
                answers.send(("take back", str(merges[0].id)))
        elif action == "plan":
            with workspace.store.read() as tx:
                rep = tx.reps.get("ada")
                ids = [one.id for one in tx.accounts.all() if one.name.startswith("Base")]
            day = dice.randrange(DAYS)
            stops = dice.sample(ids, min(8, len(ids)))
            plan = plan_of("ada", PLANNED + timedelta(days=day), stops)
            kept = keep_plans(workspace, [(rep.id, plan)], known_plans(workspace, [rep.id], [plan.day]))
            answers.send(("plan", str(day), str(kept[0].id)))
        else:
            make_backup(workspace, folder / "out" / f"{name}.zip")
            answers.send(("backup", name))


def _check(folder: Path, answered: Answered) -> None:
    home = folder / "home"
    assert faults_of(home / "gcrm.gpkg") == []
    workspace = Workspace(Settings(home))
    with workspace.store.read() as tx:
        names = [one.name for one in tx.accounts.all()]
        undone = {
            one.title: one.undone_at is not None for one in tx.changes.latest(limit=100_000) if one.kind == "import"
        }
        merges = tx.changes.latest([ChangeKind.MERGE], limit=100_000)
        merged = sum(one.undone_at is None for one in merges)
        last = PLANNED + timedelta(days=DAYS)
        current = tx.plans.between(tx.reps.get("ada").id, PLANNED, last)
        visits = {day: len(tx.plans.visits_between(day, day)) for day in current}
        notes = {one.client_id for account in tx.accounts.all() for one in tx.activities.of_account(account.id, 10_000)}
    workspace.close()
    counts: dict[str, int] = {}
    for name in names:
        if name.startswith("File "):
            key = name.split()[1]
            counts[key] = counts.get(key, 0) + 1
    assert set(counts.values()) <= {ROWS}, counts
    # The list of changes and the accounts say the same, and both say what was answered.
    assert counts.keys() == {title.removesuffix(".csv") for title, gone in undone.items() if not gone}
    assert answered.imported.keys() <= {title.removesuffix(".csv") for title in undone}
    assert not answered.undone & counts.keys()
    assert answered.notes <= notes
    # A merge that was not answered may have been kept, and so may its undoing; the list of changes says which.
    assert sum(name.startswith("Base") for name in names) == BASE - merged
    for day, number in answered.plans.items():
        assert (current[PLANNED + timedelta(days=day)].id or 0) >= number
    for day_plan in current.values():
        assert visits[day_plan.day] == len(day_plan.stops)
    for file in (folder / "out").glob("*.zip"):
        with tempfile.TemporaryDirectory(dir=folder) as unpacked:
            check_backup(file, Path(unpacked))
        file.unlink()


def main() -> None:
    """Kill, say what each child had done, and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shape", choices=("one", "many"))
    parser.add_argument("--kills", type=int, default=50)
    given = parser.parse_args()
    if given.shape:
        _kill_company(given.shape, given.kills, given.seed)
        return
    with tempfile.TemporaryDirectory() as folder:
        found = run_kills(Path(folder), given.times, given.seed, lambda said: print(said, flush=True))  # noqa: T201
    document = {
        "kills": given.times,
        "faults": 0,
        "notes": len(found.notes),
        "imports": len(found.imported),
        "undone": len(found.undone),
        "merges": found.merges,
        "merges_taken_back": found.taken_back,
        "days_planned": len(found.plans),
        "backups": found.backups,
    }
    print(json.dumps(document))  # noqa: T201


def _kill_company(shape: str, kills: int, seed: int) -> None:
    from tests.benchmarks.company_kills import as_json, run_company_kills
    from tests.fixtures.servers import postgres_server

    def say(said: str) -> None:
        print(said, flush=True)  # noqa: T201

    with postgres_server(keeps=True) if shape == "many" else nullcontext("") as url:
        found = run_company_kills(shape, kills, seed, say, database_url=url % "newest" if url else "")
    say(as_json(found))
    sys.exit(bool(found["faults"]))


if __name__ == "__main__":
    main()
