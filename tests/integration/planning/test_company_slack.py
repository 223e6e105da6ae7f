"""Time to spare that holds for all reps who have none of their own."""

from collections.abc import Callable

import pytest

from gcrm.accounts.model import Account
from gcrm.people.company_slack import set_company_slack
from gcrm.people.model import Rep
from gcrm.people.reps import Skilled, add_rep, change_rep
from gcrm.planning.plan_day import plan_day
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from tests.integration.planning.conftest import plain_account
from tests.integration.planning.test_plan_day import TUESDAY


def _rep(workspace: Workspace, key: str) -> Rep:
    with workspace.store.read() as tx:
        return tx.reps.get(key)


def test_the_company_s_slack_holds_until_a_rep_has_the_own(plain: Workspace) -> None:
    add_rep(plain, "ada", "Ada", home_at=(9.5, 47.1))
    add_rep(plain, "bo", "Bo", home_at=(9.5, 47.1), skilled=Skilled(parking_minutes=0))
    set_company_slack(plain, parking_minutes=4, home_on_time=90)
    assert (_rep(plain, "ada").parking_minutes, _rep(plain, "ada").home_on_time) == (4, 0.9)
    assert (_rep(plain, "bo").parking_minutes, _rep(plain, "bo").home_on_time) == (0, 0.9)
    change_rep(plain, "ada", skilled=Skilled(home_on_time=0), name="Ada Berg")
    assert (_rep(plain, "ada").parking_minutes, _rep(plain, "ada").home_on_time) == (4, None)
    assert change_rep(plain, "bo", skilled=Skilled(company_slack=True)).rep.parking_minutes == 4
    set_company_slack(plain, parking_minutes=2)
    assert [(_rep(plain, key).parking_minutes, _rep(plain, key).home_on_time) for key in ("ada", "bo")] == [
        (2, None),
        (2, 0.9),
    ]


def test_a_day_is_planned_with_the_company_s_time_to_park(
    plain: Workspace, staffed: Callable[..., list[Account]]
) -> None:
    staffed([plain_account("A", 10), plain_account("B", 20)])
    change_rep(plain, "ada", skilled=Skilled(company_slack=True))
    without = plan_day(plain, "ada", TUESDAY, steps=50)
    set_company_slack(plain, parking_minutes=5)
    with_slack = plan_day(plain, "ada", TUESDAY, steps=50)
    assert with_slack.travel_s == without.travel_s + 2 * 300
    assert any("5 min to park" in note for note in with_slack.notes)


@pytest.mark.parametrize(("parking", "on_time"), [(31, None), (-1, None), (None, 40), (None, 100)])
def test_slack_that_cannot_be_is_refused(plain: Workspace, parking: int | None, on_time: int | None) -> None:
    with pytest.raises(InputRejected):
        set_company_slack(plain, parking, on_time)
