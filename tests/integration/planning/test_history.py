"""What planning reads from an account's history, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gcrm.accounts.model import Account
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.people.model import Rep
from gcrm.planning.day_json import read_day
from gcrm.platform.errors import NotFound, NotReady
from gcrm.store import Store
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
        tx.plans.move(2, 9)
    with store.read() as tx:
        assert [one.account_id for one in tx.plans.visits_between(day, day)] == [1, 9]


def test_a_plan_of_a_newer_version_is_not_guessed_at() -> None:
    with pytest.raises(NotReady, match="newer GCRM"):
        read_day({"version": 99, "date": "2026-11-24"})


def test_a_plan_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound), store.read() as tx:
        tx.plans.get(7)
