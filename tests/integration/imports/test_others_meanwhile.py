"""While thousands of rows are imported or undone others read and write, and nobody loses anything."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gcrm.accounts.model import Account
from gcrm.accounts.undo_change import undo_change
from gcrm.activities.model import Activity, ActivityKind
from gcrm.imports import foresee
from gcrm.imports.import_accounts import import_accounts
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace
from routing.points import LonLat

ROWS = 700


class Meanwhile:
    """Does something in a thread of its own, as another program would, whenever a write of the other thread waits."""

    def __init__(self, workspace: Workspace, do: Callable[[Transaction], None], times: int = 1) -> None:
        self.workspace, self.do, self.left = workspace, do, times

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG002 - as `Progress` says
        if message == "Writing" and done == 0 and self.left:
            self.left -= 1
            thread = threading.Thread(target=self._write)
            thread.start()
            thread.join()

    def _write(self) -> None:
        with self.workspace.store.write() as tx:
            self.do(tx)


@pytest.fixture(params=["workspace", "postgis_workspace"])
def known(request: pytest.FixtureRequest) -> Workspace:
    """A workspace, once on each database, with three accounts that have numbers."""
    workspace: Workspace = request.getfixturevalue(request.param)
    with workspace.store.write() as tx:
        tx.accounts.add_many(
            [Account(f"Firm {n}", external_id=f"K{n}", phone="", place=LonLat(9.5, 47.1)) for n in range(3)]
        )
    return workspace


def _file(folder: Path, *first: str, rows: int = ROWS) -> Path:
    file = folder / "new.csv"
    lines = [f"N{n},New {n},+423 232 {n:04d},9.5,47.{n:03d}" for n in range(rows)]
    file.write_text("\n".join(["id,name,phone,lon,lat", *first, *lines]))
    return file


def _one(workspace: Workspace, external_id: str) -> Account:
    with workspace.store.read() as tx:
        (found,) = [one for one in tx.accounts.all() if one.external_id == external_id]
    return found


def test_a_change_of_an_account_made_meanwhile_stays_and_the_row_is_matched_again(
    known: Workspace, tmp_path: Path
) -> None:
    def noted(tx: Transaction) -> None:
        account = next(one for one in tx.accounts.all() if one.external_id == "K1")
        tx.accounts.update(replace(account, note="rings twice"))

    done = import_accounts(known, _file(tmp_path, "K1,Firm 1,+423 233 1111,,"), Meanwhile(known, noted))
    found = _one(known, "K1")
    assert (found.note, found.phone) == ("rings twice", "+4232331111")
    assert (done.created, done.updated) == (ROWS, 1)
    assert done.batch is not None
    assert undo_change(known, done.batch).kept == ()
    assert replace(_one(known, "K1"), updated_at=None).phone == ""
    assert _one(known, "K1").note == "rings twice"


def test_an_account_added_meanwhile_is_not_made_a_second_time(known: Workspace, tmp_path: Path) -> None:
    def added(tx: Transaction) -> None:
        tx.accounts.add(
            Account("New 7", external_id="N7", note="mine", place=LonLat(9.5, 47.007), updated_at=known.clock())
        )

    done = import_accounts(known, _file(tmp_path), Meanwhile(known, added))
    assert (done.created, done.updated) == (ROWS - 1, 1)
    assert _one(known, "N7").note == "mine"


def test_an_account_taken_away_meanwhile_comes_as_a_new_one(known: Workspace, tmp_path: Path) -> None:
    def taken(tx: Transaction) -> None:
        tx.accounts.delete([next(one.id for one in tx.accounts.all() if one.external_id == "K2")])

    done = import_accounts(known, _file(tmp_path, "K2,Firm 2,+423 233 2222,,"), Meanwhile(known, taken))
    assert (done.created, done.updated) == (ROWS + 1, 0)
    assert _one(known, "K2").phone == "+4232332222"


def test_somebody_who_never_stops_changing_the_same_accounts_is_made_to_wait(known: Workspace, tmp_path: Path) -> None:
    added = iter(range(100))

    def more(tx: Transaction) -> None:
        tx.accounts.add(Account(f"New {next(added)}", place=LonLat(9.5, 47.0), updated_at=known.clock()))

    busy = Meanwhile(known, more, times=100)
    done = import_accounts(known, _file(tmp_path), busy)
    assert busy.left == 100 - foresee.TRIES
    assert done.created + done.updated + done.unchanged == ROWS


def test_a_reader_sees_nothing_of_an_import_and_then_all_of_it(known: Workspace, tmp_path: Path) -> None:
    seen: list[int] = []

    def look(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - as `Progress` says
        def count() -> None:
            with known.store.read() as tx:
                seen.append(len(tx.accounts.all()))

        thread = threading.Thread(target=count)
        thread.start()
        thread.join()

    import_accounts(known, _file(tmp_path), look)
    assert set(seen) == {3}
    with known.store.read() as tx:
        assert len(tx.accounts.all()) == 3 + ROWS
        assert len(tx.accounts.within_radius(LonLat(9.5, 47.35), 500_000)) == 3 + ROWS


class _Pauses:
    """Lets something happen between what an undoing has worked out and its writing."""

    def __init__(self, workspace: Workspace, do: Callable[[Transaction], None]) -> None:
        self.workspace, self.do, self.writes, self.real = workspace, do, 0, workspace.store.write

    def __call__(self, stage: object = None) -> object:
        if stage is not None and not self.writes:
            self.writes += 1
            with self.real() as tx:
                self.do(tx)
        return self.real(stage)  # type: ignore[arg-type]


@pytest.fixture
def imported(known: Workspace, tmp_path: Path) -> tuple[Workspace, int]:
    """An import that can be undone, of new accounts and of one that was there."""
    done = import_accounts(known, _file(tmp_path, "K1,Firm 1,+423 233 1111,,"))
    assert done.batch is not None
    return known, done.batch


def test_an_undoing_leaves_what_others_have_done_meanwhile(
    imported: tuple[Workspace, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, batch = imported

    def visited(tx: Transaction) -> None:
        accounts = {one.external_id: one for one in tx.accounts.all()}
        tx.activities.add(Activity(accounts["N3"].id, ActivityKind.NOTE, workspace.clock(), note="met Ada"))
        tx.accounts.update(replace(accounts["N4"], note="changed"))
        tx.accounts.update(replace(accounts["K1"], note="mine"))
        tx.accounts.delete([accounts["N5"].id])

    monkeypatch.setattr(workspace.store, "write", _Pauses(workspace, visited))
    undone = undo_change(workspace, batch)
    with workspace.store.read() as tx:
        left = {one.external_id for one in tx.accounts.all()}
    assert left == {"K0", "K1", "K2", "N3", "N4"}
    assert (undone.removed, undone.restored) == (ROWS - 3, 1)
    assert {one.name: one.reason for one in undone.kept} == {
        "New 3": "It now has visits or notes.",
        "New 4": "It was changed later.",
    }
    found = _one(workspace, "K1")
    assert (found.note, found.phone) == ("mine", "")
