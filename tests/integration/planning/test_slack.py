"""Time to spare, as the rep chooses: to park at each stop, and at the end of the day."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from gcrm.accounts.model import Account
from gcrm.people.reps import Skilled, change_rep
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from tests.integration.planning.answers import plan_day, plan_week
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


def test_parking_takes_its_time_at_each_stop_that_is_driven_to(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Near", 10), plain_account("Next door", 10), plain_account("Far", 20)])
    assert plan_day(plain, "ada", TUESDAY, seconds=0)["travel_s"] == 2_400
    change_rep(plain, "ada", skilled=Skilled(parking_minutes=3))
    document = plan_day(plain, "ada", TUESDAY, seconds=0)
    # Two of three: next door nobody parks anew.
    assert document["travel_s"] == 2_400 + 2 * 180
    assert "3 min to park and walk are counted at each stop." in document["notes"]
    week = plan_week(plain, ["ada"], TUESDAY, seconds=0.2)
    assert sum(stop["travel_s"] for day in week["days"] for stop in day["stops"]) % 600 == 2 * 180


def test_a_day_ends_in_time_as_often_as_its_rep_wants(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Stop {number}", 10, visit_minutes=60) for number in range(8)], hours="08:00-13:25")
    tight = plan_day(plain, "ada", TUESDAY, seconds=0.2)
    assert tight["home_on_time"] < 0.9
    change_rep(plain, "ada", skilled=Skilled(home_on_time=90))
    document = plan_day(plain, "ada", TUESDAY, seconds=0.4)
    assert document["home_on_time"] >= 0.9
    assert 0 < len(document["stops"]) < len(tight["stops"])
    assert datetime.fromisoformat(document["home_arrive"]) < datetime.fromisoformat(tight["home_arrive"])
    assert "Planned to end in time on 90% of days." in document["notes"]
    change_rep(plain, "ada", skilled=Skilled(home_on_time=0))
    assert len(plan_day(plain, "ada", TUESDAY, seconds=0.2)["stops"]) == len(tight["stops"])


@pytest.mark.parametrize("wish", [Skilled(parking_minutes=-1), Skilled(parking_minutes=31), Skilled(home_on_time=100)])
def test_what_nobody_can_plan_is_refused(plain: Workspace, staffed: SetUp, wish: Skilled) -> None:
    staffed([])
    with pytest.raises(InputRejected):
        change_rep(plain, "ada", skilled=wish)
