"""What planning reads from an account's history, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gcrm.accounts.edit_account import add_account
from gcrm.accounts.model import Account
from gcrm.activities.check_in import check_in
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.people.model import Rep
from gcrm.planning.day_json import read_day
from gcrm.platform.errors import NotFound, NotReady
from gcrm.store import Store
from gcrm.workspace import Workspace
from tests.fixtures.plans import plan_of

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def visit(account: Account, outcome: Outcome, hours: int = 0) -> Activity:
    return Activity(account.id, ActivityKind.VISIT, NOON + timedelta(hours=hours), outcome=outcome)


def test_only_the_last_outcome_says_that_an_account_is_closed_down(store: Store) -> None:
    with store.write() as tx:
        gone, reopened, silent, busy = tx.accounts.add_many(
            [Account(name) for name in ("Gone", "Re", "Silent", "Busy")]
        )
        tx.activities.add(visit(gone, Outcome.ORDER))
        tx.activities.add(visit(gone, Outcome.CLOSED_DOWN, 1))
        tx.activities.add(visit(reopened, Outcome.CLOSED_DOWN))
        tx.activities.add(visit(reopened, Outcome.INTERESTED, 1))
        tx.activities.add(visit(silent, Outcome.CLOSED_DOWN))
        tx.activities.add(visit(silent, Outcome.NONE, 1))
        tx.activities.add(visit(busy, Outcome.ORDER))
    with store.read() as tx:
        assert tx.activities.closed_down() == {gone.id, silent.id}


def test_nobody_there_after_closed_down_does_not_open_it_again(store: Store) -> None:
    with store.write() as tx:
        gone = tx.accounts.add(Account("Gone"))
        tx.activities.add(visit(gone, Outcome.CLOSED_DOWN))
        tx.activities.add(visit(gone, Outcome.NOBODY_THERE, 1))
        assert tx.activities.closed_down() == {gone.id}


def test_nobody_there_is_no_visit(store: Store) -> None:
    known = date(2026, 9, 1)
    with store.write() as tx:
        adler = tx.accounts.add(Account("Adler", last_visit=known))
        tx.activities.add(visit(adler, Outcome.NOBODY_THERE))
        assert tx.accounts.get(adler.id).last_visit == known
        tx.activities.add(visit(adler, Outcome.ORDER, 1))
        assert tx.accounts.get(adler.id).last_visit == NOON.date()
        assert tx.activities.last_visits() == {adler.id: NOON + timedelta(hours=1)}


def last_visit(workspace: Workspace, account_id: int) -> date | None:
    with workspace.store.read() as tx:
        return tx.accounts.get(account_id).last_visit


@pytest.mark.parametrize("known", ["2026-09-01", ""])
def test_a_check_in_that_ends_with_nobody_there_gives_the_last_visit_back(workspace: Workspace, known: str) -> None:
    adler = add_account(workspace, {"name": "Adler", "last_visit": known}).account
    begun = check_in(workspace, adler.id, client_id="one")
    assert last_visit(workspace, adler.id) == date(2026, 11, 24)
    check_in(workspace, adler.id, outcome=Outcome.NOBODY_THERE, client_id=begun.client_id)
    assert last_visit(workspace, adler.id) == (date.fromisoformat(known) if known else None)


def test_nobody_there_in_the_evening_leaves_the_visit_of_the_morning(workspace: Workspace) -> None:
    adler = add_account(workspace, {"name": "Adler", "last_visit": "2026-09-01"}).account
    check_in(workspace, adler.id, outcome=Outcome.ORDER, client_id="morning")
    begun = check_in(workspace, adler.id, client_id="evening")
    check_in(workspace, adler.id, outcome=Outcome.NOBODY_THERE, client_id=begun.client_id)
    assert last_visit(workspace, adler.id) == date(2026, 11, 24)


def test_who_is_where_is_asked_of_the_current_plans_alone(store: Store) -> None:
    day, next_day = date(2026, 11, 24), date(2026, 11, 25)
    with store.write() as tx:
        ada = tx.reps.add(Rep("ada", "Ada", "", None, (None,) * 7, "Europe/Vaduz"))
        bo = tx.reps.add(Rep("bo", "Bo", "", None, (None,) * 7, "Europe/Vaduz"))
        tx.plans.save(ada.id, plan_of("ada", day, [1, 2]))
        second = tx.plans.save(ada.id, plan_of("ada", day, [2, 3]))
        tx.plans.save(bo.id, plan_of("bo", next_day, [4]))
        assert second.id
    with store.read() as tx:
        assert tx.plans.get(second.id) == second
        found = [(one.rep_id, one.day, one.account_id) for one in tx.plans.visits_between(day, next_day)]
        assert found == [(ada.id, day, 2), (ada.id, day, 3), (bo.id, next_day, 4)]
        assert tx.plans.current_ids(ada.id, [day, next_day]) == {day: second.id}
    with store.write() as tx:
        tx.plans.drop(second.id)
        tx.plans.move(2, 9, day)
    with store.read() as tx:
        assert [one.account_id for one in tx.plans.visits_between(day, day)] == [1, 9]


def test_a_plan_of_a_newer_version_is_not_guessed_at() -> None:
    with pytest.raises(NotReady, match="newer GCRM"):
        read_day({"version": 99, "date": "2026-11-24"})


def test_a_plan_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound), store.read() as tx:
        tx.plans.get(7)
