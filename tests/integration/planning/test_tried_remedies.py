"""Advice is tried before it is given: followed, it works; where nothing was tried, nothing is advised."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from gcrm.accounts.model import Account, Priority
from gcrm.people.reps import change_rep
from gcrm.planning import preselect
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.plan_day import plan_day
from gcrm.planning.plan_horizon import plan_horizon
from gcrm.workspace import Workspace
from tests.integration.planning.conftest import plain_account

HOURS = {"Later": "We,Sa 09:00-12:00", "Never": "off"}
MONDAY = date(2026, 11, 30)
Staffed = Callable[..., list[Account]]


def _remedy(plan: DayPlan, name: str) -> str:
    found = next(one for one in plan.omissions if one.name == name)
    return str(found.remedy or "")


def test_of_a_closed_account_the_day_is_named_on_which_it_can_be_visited(plain: Workspace, staffed: Staffed) -> None:
    staffed(
        [plain_account("Later", 5, opening_hours="We,Sa 09:00-12:00"), plain_account("Never", 5, opening_hours="off")]
    )
    plan = plan_day(plain, "ada", MONDAY, steps=20)
    assert _remedy(plan, "Later") == "plan Wed 2 Dec 2026"
    assert _remedy(plan, "Never") == ""
    assert plan_day(plain, "ada", MONDAY + timedelta(days=2), steps=20).stops


def test_who_was_passed_over_among_thousands_is_tried(
    plain: Workspace, staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preselect.preselect, "__defaults__", (4,))
    staffed([plain_account(f"N{number}", 3 + number, priority=Priority.B) for number in range(8)], hours="08:00-10:00")
    plan = plan_day(plain, "ada", MONDAY, steps=20)
    passed = [one for one in plan.omissions if "most worth their way" in one.reason]
    assert passed
    assert not any("higher priority" in str(one.remedy or "") for one in passed)
    assert any("swap with" in str(one.remedy or "") or "later" in str(one.remedy or "") for one in passed)


def test_the_remedy_of_a_week_works_when_it_is_followed(plain: Workspace, staffed: Staffed) -> None:
    accounts = [plain_account(f"N{number}", 20, number, visit_minutes=60, visit_every_days=30) for number in range(9)]
    staffed(accounts, hours="Mo-Tu 08:00-11:00")
    week = plan_horizon(plain, ["ada"], MONDAY, weeks=1, steps=60)
    advised = [one for one in week.omissions if one.remedy]
    assert advised
    assert not any("priority" in str(one.remedy) or "more days" in str(one.remedy) for one in advised)
    longer = next(one for one in advised if "day ends" in str(one.remedy))
    found = re.search(r"day ends (?:(\d+) h ?)?(?:(\d+) min)?", str(longer.remedy))
    assert found
    minutes = 11 * 60 + int(found[1] or 0) * 60 + int(found[2] or 0)
    ends = f"{minutes // 60:02}:{minutes % 60:02}"
    before = week.visits
    change_rep(plain, "ada", hours=f"Mo-Tu 08:00-{ends}")
    assert plan_horizon(plain, ["ada"], MONDAY, weeks=1, steps=60).visits > before
