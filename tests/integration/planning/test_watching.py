"""Plans are shown as they get better to somebody who looks on, who may take one before the time is over."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gcrm.accounts.model import Account
from gcrm.workspace import Workspace
from tests.integration.planning.answers import plan_day, plan_team, plan_week
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


class Onlooker:
    """Remembers what it is shown, and has enough after so many plans."""

    def __init__(self, enough_after: int = 99) -> None:
        self.shown: list[dict[str, Any]] = []
        self._enough_after = enough_after

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:
        """Listen."""

    @property
    def enough(self) -> bool:
        return len(self.shown) >= self._enough_after

    def show(self, found: dict[str, Any]) -> None:
        self.shown.append(found)


@pytest.fixture
def plain_day(plain: Workspace, staffed: SetUp) -> Workspace:
    staffed([plain_account(f"Stop {n}", 7 * n % 40, visit_minutes=45) for n in range(1, 12)])
    return plain


def test_the_first_plan_of_a_day_is_shown_whole(plain_day: Workspace) -> None:
    onlooker = Onlooker()
    plan_day(plain_day, "ada", TUESDAY, seconds=0.5, progress=onlooker)
    first = onlooker.shown[0]
    assert first["number"] == 1
    assert len(first["legs"]) == len(first["stops"]) + 1
    assert all(leg["line"] for leg in first["legs"])
    assert [one["number"] for one in onlooker.shown] == sorted(one["number"] for one in onlooker.shown)


def test_who_has_enough_waits_no_longer(plain_day: Workspace) -> None:
    onlooker = Onlooker(enough_after=1)
    document = plan_day(plain_day, "ada", TUESDAY, seconds=600, progress=onlooker)
    assert document["seconds"] < 60
    assert [stop["account"] for stop in document["stops"]]


def test_of_a_quarter_the_first_week_is_shown_with_the_sums_of_all(plain_day: Workspace) -> None:
    onlooker = Onlooker(enough_after=1)
    plan_week(plain_day, ["ada"], TUESDAY, weeks=4, seconds=600, progress=onlooker)
    first = onlooker.shown[0]
    assert 0 < len(first["days"]) <= 7
    assert first["visits"] >= sum(len(one["stops"]) for one in first["days"])


def test_of_a_team_the_plans_that_are_ready_are_shown_with_the_one_at_work(plain_day: Workspace) -> None:
    onlooker = Onlooker(enough_after=1)
    done = plan_team(plain_day, TUESDAY, seconds=600, progress=onlooker)
    assert onlooker.shown[0]["days"][-1]["rep"] == done["plans"][0]["rep"]
