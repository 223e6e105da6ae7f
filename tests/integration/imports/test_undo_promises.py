"""Undoing an import or a merge keeps what was promised to customers, gives back what was taken, and says so."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.model import Account
from gcrm.accounts.undo_change import undo_change
from gcrm.activities.model import Activity, ActivityKind
from gcrm.imports.import_accounts import import_accounts
from gcrm.people.model import Rep, Shift
from gcrm.planning.model import Appointment
from gcrm.planning.proposal import Override, Wish
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plans import plan_of


def _imported(workspace: Workspace, tmp_path: Path, *names: str) -> tuple[int, dict[str, int]]:
    file = tmp_path / "new.csv"
    file.write_text("\n".join(["name,lon,lat", *(f"{name},9.5,47.1" for name in names)]))
    batch = import_accounts(workspace, file).batch
    assert batch is not None
    with workspace.store.read() as tx:
        return batch, {one.name: one.id for one in tx.accounts.all()}


def test_an_account_with_a_promised_visit_outlives_the_undoing_of_its_import(
    workspace: Workspace, tmp_path: Path
) -> None:
    batch, ids = _imported(workspace, tmp_path, "Ada", "Bo", "Cy", "Dee")
    with workspace.store.write() as tx:
        tx.appointments.add(Appointment(ids["Bo"], date(2026, 12, 1), time(9)))
        tx.appointments.add(Appointment(ids["Cy"], date(2026, 11, 2)))
        tx.appointments.add(Appointment(ids["Cy"], date(2026, 12, 3), till=date(2026, 12, 9)))
        tx.activities.add(Activity(ids["Dee"], ActivityKind.NOTE, workspace.clock(), note="Called."))
    undone = undo_change(workspace, batch)
    assert undone.removed == 1
    said = {each.name: each.reason for each in undone.kept}
    assert said.keys() == {"Bo", "Cy", "Dee"}
    assert "a promised visit: 2026-12-01" in said["Bo"]
    assert "2 promised visits: 2026-11-02, 2026-12-03" in said["Cy"]
    with workspace.store.read() as tx:
        assert {one.name for one in tx.accounts.all()} == {"Bo", "Cy", "Dee"}
        assert len(tx.appointments.of_account(ids["Cy"])) == 2


def test_undoing_a_merge_gives_back_promised_visits_notes_and_the_lock(workspace: Workspace) -> None:
    week = (Shift(time(8), time(17)),) * 5 + (None, None)
    with workspace.store.write() as tx:
        ada = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), week, "Europe/Vaduz"))
        south = tx.territories.add(Territory("South", ada.id))
        keep = tx.accounts.add(Account("Ada's Bikes"))
        gone = tx.accounts.add(Account("Adas Bikes", territory_id=south.id, territory_locked=True))
        mine = tx.appointments.add(Appointment(keep.id, date(2026, 12, 1)))
        theirs = tx.appointments.add(Appointment(gone.id, date(2026, 12, 2), time(9), rep_id=ada.id))
        note = tx.activities.add(Activity(gone.id, ActivityKind.NOTE, workspace.clock(), note="Rings twice."))
    merged = merge_accounts(workspace, keep.id, gone.id)
    assert (merged.activities, merged.appointments) == (1, 1)
    with workspace.store.write() as tx:
        assert [one.id for one in tx.appointments.of_account(keep.id)] == [mine.id, theirs.id]
        since = tx.appointments.add(Appointment(keep.id, date(2026, 12, 9)))
    undo_change(workspace, merged.change_set)
    with workspace.store.read() as tx:
        assert [one.id for one in tx.appointments.of_account(keep.id)] == [mine.id, since.id]
        assert tx.appointments.of_account(gone.id) == [theirs]
        assert [one.id for one in tx.activities.of_account(gone.id)] == [note.id]
        back = tx.accounts.get(gone.id)
        assert (back.territory_id, back.territory_locked) == (south.id, True)


def test_a_promise_that_was_taken_back_meanwhile_stays_taken_back(workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        keep, gone = tx.accounts.add_many([Account("One"), Account("Two")])
        promised = tx.appointments.add(Appointment(gone.id, date(2026, 12, 2)))
    merged = merge_accounts(workspace, keep.id, gone.id)
    with workspace.store.write() as tx:
        tx.appointments.delete(promised.id)
    undo_change(workspace, merged.change_set)
    with workspace.store.read() as tx:
        assert tx.appointments.of_account(gone.id) == []


@pytest.mark.parametrize("kind", ["workspace", "postgis_workspace"])
def test_undoing_a_merge_gives_back_what_was_decided_and_planned_and_what_is_no_duplicate(
    kind: str, request: pytest.FixtureRequest
) -> None:
    workspace: Workspace = request.getfixturevalue(kind)
    week = (Shift(time(8), time(17)),) * 5 + (None, None)
    monday, tuesday = date(2026, 11, 30), date(2026, 12, 1)
    with workspace.store.write() as tx:
        ada = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), week, "Europe/Vaduz"))
        place = LonLat(9.52, 47.15)
        keep = tx.accounts.add(Account("Ada's Bikes", place=place))
        gone = tx.accounts.add(Account("Adas Bikes", place=place))
        other, third = tx.accounts.add(Account("Cy's Bikes")), tx.accounts.add(Account("Dee's Bikes", place=place))
        for day in (monday, tuesday):
            tx.overrides.put(ada.id, day, Override(gone.id, Wish.MOVE, time(10)))
        tx.overrides.put(ada.id, tuesday, Override(keep.id, Wish.FORBID))
        tx.distinct_pairs.add(gone.id, [other.id, keep.id])
        planned = tx.plans.save(ada.id, plan_of("ada", monday, [gone.id, third.id]))
        both = tx.plans.save(ada.id, plan_of("ada", tuesday, [keep.id, gone.id]))
    merged = merge_accounts(workspace, keep.id, gone.id)

    def state() -> tuple[Any, ...]:
        with workspace.store.read() as tx:
            visits = [(one.day, one.account_id) for one in tx.plans.visits_between(monday, tuesday)]
            texts = [[stop.account_id for stop in tx.plans.get(one.id or 0).stops] for one in (planned, both)]
            return tx.overrides.of_rep(ada.id), visits, texts, tx.distinct_pairs.all()

    def said() -> list[tuple[str, ...]]:
        with workspace.store.read() as tx:
            return [tx.plans.get(one.id or 0).notes for one in (planned, both)]

    decided, visits, texts, pairs = state()
    (twice,) = said()[1]
    assert f"Account {keep.id} and Account {gone.id} are one account now" in twice
    assert not said()[0]
    assert decided[monday] == {keep.id: Override(keep.id, Wish.MOVE, time(10))}
    assert decided[tuesday] == {keep.id: Override(keep.id, Wish.FORBID)}
    assert visits == [(monday, keep.id), (monday, third.id), (tuesday, keep.id), (tuesday, keep.id)]
    assert texts == [[keep.id, third.id], [keep.id, gone.id]]
    assert pairs == {frozenset((keep.id, other.id))}
    undo_change(workspace, merged.change_set)
    decided, visits, texts, pairs = state()
    assert decided[monday] == {gone.id: Override(gone.id, Wish.MOVE, time(10))}
    assert decided[tuesday] == {
        keep.id: Override(keep.id, Wish.FORBID),
        gone.id: Override(gone.id, Wish.MOVE, time(10)),
    }
    assert visits == [(monday, gone.id), (monday, third.id), (tuesday, keep.id), (tuesday, gone.id)]
    assert texts == [[gone.id, third.id], [keep.id, gone.id]]
    assert pairs == {frozenset((gone.id, other.id)), frozenset((gone.id, keep.id))}
    assert said() == [(), ()]
