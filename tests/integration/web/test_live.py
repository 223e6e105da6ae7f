"""A plan on its way: each better one is put into the page that waits, until the job has ended."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gcrm.jobs.model import Job, JobState
from gcrm.planning.day_json import write_day
from gcrm.workspace import Workspace
from tests.integration.web.conftest import TODAY, Browser

TOMORROW = date(2026, 11, 25)
LIVE = re.compile(r'hx-get="([^"]*/live/\d+[^"]*)"')


def found_from(workspace: Workspace, number: int, stops: int) -> dict[str, Any]:
    """A plan as a search shows it: the first stops of today's."""
    with workspace.store.read() as tx:
        plan = tx.plans.current(tx.reps.get("north").id, TODAY)
    assert plan
    return write_day(replace(plan, stops=plan.stops[:stops], omissions=())) | {"number": number}


@pytest.fixture
def shows(workspace: Workspace) -> Callable[..., Job]:
    """Make the newest job run, and show what it has found."""

    def show(found: dict[str, Any] | None, state: JobState = JobState.RUNNING, **more: Any) -> Job:
        with workspace.store.write() as tx:
            (job,) = tx.jobs.list(1)
            return tx.jobs.update(replace(job, state=state, result=found, message="Plan 1: 1 visit", **more))

    return show


def planning(browser: Browser, path: str) -> str:
    """Ask for a plan as the page does; the address that the page then asks again and again."""
    answer = browser.post(path, headers={"HX-Request": "true"})
    address = answer.headers.get("HX-Redirect")
    if address:
        found = LIVE.search(browser.get(address).text)
        assert found
        return found[1].replace("&amp;", "&")
    return answer.headers["Location"]


def asked_next(page: str) -> str:
    found = LIVE.search(page)
    assert found, page
    return found[1].replace("&amp;", "&")


def test_each_better_plan_is_put_into_the_waiting_page_once(
    ada: Browser, workspace: Workspace, shows: Callable[..., Job]
) -> None:
    address = planning(ada, f"/day/north/{TODAY}/plan")
    waiting = ada.get(address)
    assert "HX-Trigger" not in waiting.headers
    assert "day-so-far" not in waiting.text
    shows(found_from(workspace, 1, 1))
    first = ada.get(asked_next(waiting.text))
    assert first.text.count('hx-swap-oob="true"') == 2
    assert "1 visit, 45 min driving" in first.text
    assert "Alpen Bakery" in first.text
    assert "Berg Hotel" not in first.text
    assert "Use this plan" in first.text
    assert "gcrm:reload" in first.headers["HX-Trigger"]
    again = ada.get(asked_next(first.text))
    assert "HX-Trigger" not in again.headers
    assert "day-so-far" not in again.text
    shows(found_from(workspace, 5, 2))
    better = ada.get(asked_next(again.text))
    assert "Berg Hotel" in better.text


def test_the_map_draws_the_best_plan_so_far(ada: Browser, workspace: Workspace, shows: Callable[..., Job]) -> None:
    job = re.search(r"/live/(\d+)", planning(ada, f"/day/north/{TODAY}/plan"))
    assert job
    route = f"/day/north/{TODAY}/live/{job[1]}/route"
    assert ada.get(route).get_json()["reps"] == []
    shows(found_from(workspace, 1, 1))
    (drawn,) = ada.get(route).get_json()["reps"]
    assert [stop["name"] for stop in drawn["stops"]] == ["Alpen Bakery"]
    assert drawn["legs"]


def test_a_day_without_a_plan_gets_a_page_with_a_map_to_watch(ada: Browser) -> None:
    answer = ada.post(f"/day/north/{TOMORROW}/plan", headers={"HX-Request": "true"})
    page = ada.get(answer.headers["HX-Redirect"]).text
    assert "Your plan will appear here shortly." in page
    assert "gcrm-map" in page
    assert LIVE.search(page)


@pytest.mark.parametrize(
    ("state", "said"),
    [(JobState.DONE, ""), (JobState.CANCELLED, "Stopped. The earlier plan stays."), (JobState.FAILED, "Broke.")],
)
def test_the_page_is_loaded_anew_once_the_job_has_ended(
    ada: Browser, shows: Callable[..., Job], state: JobState, said: str
) -> None:
    address = planning(ada, f"/day/north/{TODAY}/plan")
    shows(None, state, error="Broke." if state is JobState.FAILED else "")
    answer = ada.get(address)
    assert answer.headers["HX-Redirect"] == f"/day/north/{TODAY}"
    page = ada.get(f"/day/north/{TODAY}").text
    assert said in page
    assert "Alpen Bakery" in page


def test_a_stranger_sees_nothing_of_it(ada: Browser, cy: Browser, pia: Browser) -> None:
    address = planning(ada, f"/day/north/{TODAY}/plan")
    for stranger in (cy, pia):
        assert stranger.get(address).status_code == 404
        assert stranger.get(address.partition("?")[0] + "/route").status_code == 404


def test_a_job_that_does_something_else_is_not_watched(ada: Browser) -> None:
    address = planning(ada, f"/day/north/{TODAY}/plan")
    assert ada.get(address.replace(str(TODAY), str(TOMORROW))).status_code == 404


def test_stopping_and_taking_go_on_watching(ada: Browser, workspace: Workspace, shows: Callable[..., Job]) -> None:
    address = planning(ada, f"/day/north/{TODAY}/plan")
    job = shows(found_from(workspace, 1, 1))
    for what in ("enough", "cancel"):
        asked = ada.post(f"/jobs/{job.id}/{what}", {"poll": address}, headers={"HX-Request": "true"})
        assert asked.headers["Location"] == address
    assert "Stopping" in ada.get(address).text
    away = ada.post(f"/jobs/{job.id}/cancel", {"poll": "//elsewhere"}, headers={"HX-Request": "true"})
    assert away.headers["Location"].startswith(f"/jobs/{job.id}/piece")


def test_a_week_is_drawn_with_the_days_that_were_found(
    ada: Browser, workspace: Workspace, shows: Callable[..., Job]
) -> None:
    address = planning(ada, f"/week/north/{TODAY}/plan")
    day = found_from(workspace, 1, 1) | {"date": str(TOMORROW)}
    job = shows({"number": 1, "days": [day], "visits": 1})
    page = ada.get(address)
    assert "3 visits, 1 h 30 driving" in page.text
    assert page.text.count('hx-swap-oob="true"') == 2
    drawn = ada.get(f"/week/north/{TODAY}/live/{job.id}/routes").get_json()["reps"]
    assert [one["key"] for one in drawn] == [f"north-{TODAY}", f"north-{TOMORROW}"]


def test_a_team_is_drawn_with_the_reps_that_were_found(
    pia: Browser, bo: Browser, workspace: Workspace, shows: Callable[..., Job]
) -> None:
    address = planning(pia, f"/team/{TOMORROW}/plan")
    job = shows({"number": 1, "days": [found_from(workspace, 1, 1) | {"date": str(TOMORROW)}]})
    page = pia.get(address)
    assert "1 visit, 0 done" in page.text
    (drawn,) = pia.get(f"/team/{TOMORROW}/live/{job.id}/routes").get_json()["reps"]
    assert drawn["key"] == "north"
    assert bo.get(address).status_code == 403
