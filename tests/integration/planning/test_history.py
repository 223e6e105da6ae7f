"""What planning reads from an account's history, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gcrm.accounts.model import Account
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.people.model import Rep
from gcrm.platform.errors import NotFound
from gcrm.store import Store

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


def test_a_kept_plan_can_be_written_anew(store: Store) -> None:
    day = date(2026, 11, 24)
    with store.write() as tx:
        rep = tx.reps.add(Rep("ada", "Ada", "", None, (None,) * 7, "Europe/Vaduz"))
        number = tx.plans.save(rep.id, day, {"stops": []})
        tx.plans.amend(number, {"id": number, "stops": []})
    with store.read() as tx:
        assert tx.plans.get(number) == {"id": number, "stops": []}
        assert tx.plans.current(rep.id, day) == tx.plans.get(number)


def test_a_plan_that_is_not_there_cannot_be_written(store: Store) -> None:
    with pytest.raises(NotFound), store.write() as tx:
        tx.plans.amend(7, {})
