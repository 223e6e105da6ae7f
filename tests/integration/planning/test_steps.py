"""A search that is bounded by steps: the same seed gives the same plan, and the plan says which bound held."""

from collections.abc import Callable
from datetime import date

import pytest

from gcrm.accounts.model import Account
from gcrm.planning.plan_day import plan_day
from gcrm.planning.plan_horizon import plan_horizon
from gcrm.planning.plan_week import plan_week
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from tests.integration.planning.conftest import plain_account

MONDAY = date(2026, 11, 23)
SetUp = Callable[..., list[Account]]


def many(count: int) -> list[Account]:
    return [plain_account(f"Stop {n}", 5 + 7 * n % 60, 11 * n % 30, visit_minutes=45) for n in range(count)]


def test_a_seed_and_steps_are_a_plan(plain: Workspace, staffed: SetUp) -> None:
    staffed(many(30))
    days = [plan_day(plain, "ada", MONDAY, steps=3_000, seed=7) for _ in range(2)]
    assert days[0].stops == days[1].stops
    assert days[0].quality.ended in {"steps", "proven"}


def test_a_week_and_its_bound_come_out_the_same(plain: Workspace, staffed: SetUp) -> None:
    staffed(many(40))
    weeks = [plan_week(plain, ["ada"], MONDAY, steps=6_000, seed=7) for _ in range(2)]
    assert [one.stops for one in weeks[0].days] == [one.stops for one in weeks[1].days]
    assert weeks[0].quality.bound == weeks[1].quality.bound
    assert weeks[0].quality.ended == "steps"
    assert {one.quality.ended for one in weeks[0].days} == {"steps"}


def test_a_day_that_had_seconds_says_so(plain: Workspace, staffed: SetUp) -> None:
    staffed(many(60))
    assert plan_day(plain, "ada", MONDAY, seconds=0).quality.ended == "seconds"


@pytest.mark.parametrize("steps", [0, -5, 10**12])
def test_steps_that_cannot_be_are_refused(plain: Workspace, staffed: SetUp, steps: int) -> None:
    staffed(many(2))
    with pytest.raises(InputRejected, match="steps"):
        plan_day(plain, "ada", MONDAY, steps=steps)
    with pytest.raises(InputRejected, match="steps"):
        plan_horizon(plain, ["ada"], MONDAY, weeks=1, steps=steps)
