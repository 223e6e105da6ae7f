"""Back-ups while others write, restores that lose nothing, and a database that moves house."""

import json
import multiprocessing
import sqlite3
import zipfile
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from shapely.geometry import MultiPolygon, box

from gcrm.accounts.model import Account
from gcrm.activities.model import Activity, ActivityKind
from gcrm.backup.archive import read_contents
from gcrm.backup.make_backup import make_backup
from gcrm.backup.move_database import move_database
from gcrm.backup.restore_backup import restore_backup
from gcrm.people.model import Rep, Shift
from gcrm.planning.model import Appointment
from gcrm.platform.database.copying import TableSum, sums_of
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.platform.in_use import using
from gcrm.platform.settings import Settings
from gcrm.store import open_store
from gcrm.territories.model import Region, Territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.stores import FixedClock

PROCESSES = multiprocessing.get_context("forkserver")


@pytest.fixture(params=["geopackage", "postgis"])
def filled(request: pytest.FixtureRequest) -> Workspace:
    """A workspace on either database, with something of every noun, and holes in its ids."""
    name = "workspace" if request.param == "geopackage" else "postgis_workspace"
    workspace: Workspace = request.getfixturevalue(name)
    _fill(workspace)
    return workspace


def _fill(workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        shift = Shift(time(8), time(17))
        ada = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), (shift,) * 5 + (None, None), "Europe/Vaduz"))
        shape = MultiPolygon([box(9.4, 47.0, 9.6, 47.2)])
        (region,) = tx.regions.replace_set("towns", [Region("towns", "Väduz", shape, 5_000, {"né": "oui"})])
        territory = tx.territories.add(Territory("South", ada.id, (region.id,)))
        accounts = [Account(f"Café {n}", place=LonLat(9.5 + n / 1000, 47.1)) for n in range(700)]
        known = tx.accounts.add_many([*accounts, Account("日本", note="line\nline"), Account("Gone")])
        tx.accounts.delete([known[-1].id])
        tx.accounts.update(replace(known[0], territory_id=territory.id))
        tx.activities.add(Activity(known[0].id, ActivityKind.NOTE, workspace.clock(), ada.id, note="£ & 'x'"))
        tx.appointments.add(Appointment(known[1].id, date(2026, 12, 1), time(9, 30), 45, ada.id))
    uploads = workspace.settings.home / "uploads" / "x"
    uploads.mkdir(parents=True)
    (uploads / "waiting.csv").write_text("name\nAda\n")


def _sums(workspace: Workspace) -> dict[str, TableSum]:
    with workspace.store.read() as tx:
        sums = sums_of(tx)
    # A back-up is noted after it was made.
    del sums["backup"]
    return sums


def _elsewhere(tmp_path: Path, clock: FixedClock, url: str = "") -> Workspace:
    home = tmp_path / "elsewhere"
    home.mkdir()
    return Workspace(Settings(home=home, database_url=url), clock)


def test_a_backup_restored_elsewhere_holds_the_same(filled: Workspace, tmp_path: Path, clock: FixedClock) -> None:
    done = make_backup(filled, tmp_path / "b.zip")
    assert (done.accounts, done.files) == (701, 1)
    assert done.file.stat().st_mode & 0o077 == 0
    assert not [left for left in tmp_path.iterdir() if left.name.startswith(".gcrm")]
    other = _elsewhere(tmp_path, clock)
    restored = restore_backup(other, done.file)
    assert restored.kept_aside is None
    assert _sums(other) == _sums(filled)
    assert (other.settings.home / "uploads" / "x" / "waiting.csv").read_text() == "name\nAda\n"
    # Ids that were given and taken away are not given again.
    with filled.store.write() as here, other.store.write() as there:
        assert here.accounts.add(Account("Next")).id == there.accounts.add(Account("Next")).id == 703
    other.close()


def test_restoring_over_data_is_asked_for_and_keeps_the_old_aside(filled: Workspace, tmp_path: Path) -> None:
    done = make_backup(filled, tmp_path)
    before = _sums(filled)
    with filled.store.write() as tx:
        tx.accounts.add(Account("Since then"))
    (filled.settings.home / "uploads" / "x" / "waiting.csv").write_text("changed")
    with pytest.raises(Conflict, match="--replace"):
        restore_backup(filled, done.file)
    assert len(_names(filled)) == 702
    restored = restore_backup(filled, done.file, replace=True)
    assert _sums(filled) == before
    assert restored.kept_aside is not None
    old = open_store(restored.kept_aside / "gcrm.gpkg")
    with old.read() as tx:
        assert "Since then" in {one.name for one in tx.accounts.all()}
    old.close()
    assert (restored.kept_aside / "uploads" / "x" / "waiting.csv").read_text() == "changed"
    assert (filled.settings.home / "uploads" / "x" / "waiting.csv").read_text() == "name\nAda\n"


def _names(workspace: Workspace) -> set[str]:
    with workspace.store.read() as tx:
        return {one.name for one in tx.accounts.all()}


def _use(home: Path, ready: "multiprocessing.synchronize.Event", end: "multiprocessing.synchronize.Event") -> None:
    with using(home):
        ready.set()
        end.wait(60)


def test_a_workspace_in_use_is_not_restored_over(workspace: Workspace, tmp_path: Path) -> None:
    _fill(workspace)
    done = make_backup(workspace, tmp_path)
    ready, end = PROCESSES.Event(), PROCESSES.Event()
    process = PROCESSES.Process(target=_use, args=(workspace.settings.home, ready, end))
    process.start()
    assert ready.wait(60)
    try:
        with pytest.raises(Conflict, match="in use"):
            restore_backup(workspace, done.file, replace=True)
        with pytest.raises(Conflict, match="in use"):
            move_database(workspace, str(tmp_path / "moved.gpkg"))
        # A back-up needs nobody's leave.
        make_backup(workspace, tmp_path)
    finally:
        end.set()
        process.join()
    restore_backup(workspace, done.file, replace=True)


@pytest.mark.parametrize("harm", ["cut", "flipped", "other", "missing", "outside"])
def test_a_damaged_backup_changes_nothing(workspace: Workspace, tmp_path: Path, harm: str) -> None:
    _fill(workspace)
    file = make_backup(workspace, tmp_path).file
    before = _sums(workspace)
    whole = file.read_bytes()
    if harm == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif harm == "flipped":
        middle = len(whole) // 3
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    elif harm == "other":
        file.write_bytes(workspace.settings.database_file.read_bytes())
    elif harm == "missing":
        file.unlink()
    else:
        _rename_part(file, "uploads/x/waiting.csv", "../../outside.csv")
    with pytest.raises(InputRejected):
        restore_backup(workspace, file, replace=True)
    assert _sums(workspace) == before
    assert not list(tmp_path.rglob("outside.csv"))
    assert not list(workspace.settings.home.glob("replaced-*"))


def _rename_part(file: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            changed = content.replace(old.encode(), new.encode()) if name == "backup.json" else content
            archive.writestr(new if name == old else name, changed)


def test_a_damaged_database_is_told_by_the_backup_and_replaced_by_the_restore(
    workspace: Workspace, tmp_path: Path
) -> None:
    _fill(workspace)
    good = make_backup(workspace, tmp_path).file
    before = _sums(workspace)
    workspace.close()
    file = workspace.settings.database_file
    pages = bytearray(file.read_bytes())
    pages[4096 * 3 : 4096 * 40] = b"\xff" * (4096 * 37)
    file.write_bytes(pages)
    with pytest.raises(RuntimeError, match=r"damaged|copied"):
        make_backup(workspace, tmp_path / "never.zip")
    assert not (tmp_path / "never.zip").exists()
    restored = restore_backup(workspace, good, replace=True)
    assert _sums(workspace) == before
    assert restored.kept_aside is not None
    assert (restored.kept_aside / "gcrm.gpkg").read_bytes() == bytes(pages)


def _write_on(where: str, ready: "multiprocessing.synchronize.Event", end: "multiprocessing.synchronize.Event") -> None:
    """Add pairs of accounts, each pair in one transaction."""
    store = open_store(where)
    number = 0
    while not end.is_set():
        with store.write() as tx:
            tx.accounts.add_many([Account(f"{number} of two"), Account(f"{number} of two")])
        number += 1
        if number == 5:
            ready.set()
    store.close()


def test_a_backup_while_others_write_is_one_moment(filled: Workspace, tmp_path: Path) -> None:
    where = filled.settings.database_url or str(filled.settings.database_file)
    ready, end = PROCESSES.Event(), PROCESSES.Event()
    process = PROCESSES.Process(target=_write_on, args=(where, ready, end))
    process.start()
    try:
        assert ready.wait(60)
        with filled.store.read() as tx:
            answered = len(tx.accounts.all())
        files = [make_backup(filled, tmp_path / f"{n}.zip").file for n in range(3)]
    finally:
        end.set()
        process.join()
    for file in files:
        with zipfile.ZipFile(file) as archive:
            archive.extract("gcrm.gpkg", tmp_path)
        connection = sqlite3.connect(tmp_path / "gcrm.gpkg")
        count, halves = connection.execute(
            "SELECT (SELECT count(*) FROM account), count(*) FROM"
            " (SELECT name FROM account WHERE name LIKE '% of two' GROUP BY name HAVING count(*) <> 2)"
        ).fetchone()
        connection.close()
        # All that was answered before it began is there, and no half of a transaction.
        assert count >= answered
        assert halves == 0


def test_a_backup_replaces_only_a_backup(workspace: Workspace, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada")
    with pytest.raises(InputRejected, match="not a whole back-up"):
        make_backup(workspace, letter)
    assert letter.read_text() == "Dear Ada"
    with pytest.raises(InputRejected, match="no folder"):
        make_backup(workspace, tmp_path / "nowhere" / "b.zip")
    file = make_backup(workspace, tmp_path / "b.zip").file
    assert make_backup(workspace, file).file == file


def test_areas_and_the_secret_key_come_where_they_are_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    home = workspace.settings.home
    (home / "areas" / "vaduz").mkdir(parents=True)
    (home / "areas" / "vaduz" / "streets").write_bytes(b"roads")
    (home / "secret_key").write_bytes(b"key")
    assert make_backup(workspace, tmp_path / "less.zip").left_out == ("areas", "secret_key")
    more = make_backup(workspace, tmp_path / "more.zip", with_areas=True, with_secret_key=True)
    assert more.left_out == ()
    assert {part.path for part in read_contents(more.file).parts} >= {"areas/vaduz/streets", "secret_key"}


def test_the_last_backup_is_remembered(filled: Workspace, tmp_path: Path, clock: FixedClock) -> None:
    with filled.store.read() as tx:
        assert tx.backups.latest() is None
    make_backup(filled, tmp_path / "a.zip")
    clock.move(days=1)
    done = make_backup(filled, tmp_path / "b.zip")
    with filled.store.read() as tx:
        latest = tx.backups.latest()
    assert latest is not None
    assert (latest.made_at, latest.file, latest.accounts) == (clock(), str(done.file), 701)


def test_a_backup_of_either_kind_goes_into_the_other(
    workspace: Workspace, postgis_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    _fill(workspace)
    file = make_backup(workspace, tmp_path).file
    server = _elsewhere(tmp_path, clock, postgis_url)
    restore_backup(server, file)
    assert _sums(server) == _sums(workspace)
    back = make_backup(server, tmp_path / "back.zip").file
    assert json.loads(zipfile.ZipFile(back).read("backup.json"))["database"] == "postgis"
    restore_backup(workspace, back, replace=True)
    assert _sums(server) == _sums(workspace)
    server.close()


def test_a_database_moves_to_a_server_and_back(
    workspace: Workspace, postgis_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    _fill(workspace)
    moved = move_database(workspace, postgis_url)
    assert moved.rows["account"] == 701
    assert "GCRM_DATABASE_URL" in moved.still_to_do[0]
    server = _elsewhere(tmp_path, clock, postgis_url)
    assert _sums(server) == _sums(workspace)
    with server.store.write() as tx:
        assert tx.accounts.add(Account("Next")).id == 703
        assert len(tx.accounts.within_radius(LonLat(9.5, 47.1), 500)) > 1
    with pytest.raises(Conflict, match="holds data already"):
        move_database(workspace, postgis_url)
    move_database(server, str(tmp_path / "back.gpkg"))
    back = open_store(tmp_path / "back.gpkg")
    with back.read() as tx:
        assert "Next" in {one.name for one in tx.accounts.all()}
        assert len(tx.accounts.within_radius(LonLat(9.5, 47.1), 500)) > 1
    back.close()
    server.close()


def test_a_database_does_not_move_onto_itself(workspace: Workspace) -> None:
    with pytest.raises(InputRejected, match="in use already"):
        move_database(workspace, str(workspace.settings.database_file))


def test_what_a_killed_backup_left_is_swept_up(workspace: Workspace, tmp_path: Path) -> None:
    # Linux gives no process a number above 2^22.
    left, others = tmp_path / f".gcrm-backup-{2**22 + 1}-x", tmp_path / ".gcrm-backup-of-mine"
    left.mkdir()
    others.mkdir()
    make_backup(workspace, tmp_path)
    assert not left.exists()
    assert others.exists()
