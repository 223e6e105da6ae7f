"""A rep's week: a column a day, what will be missed, and planning it as a job."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from gcrm.jobs.model import JobState
from gcrm.jobs.run import run_job
from gcrm.planning.plan_week import plan_week
from gcrm.workspace import Workspace
from tests.integration.web.conftest import TODAY, Browser, World, app_on

WEEK = "/week/north/2026-11-24"


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def here(workspace: Workspace, liechtenstein: Path) -> Workspace:
    """The world on the streets of Liechtenstein, with Ada's week planned."""
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    plan_week(workspace, ["north"], TODAY, seconds=0.5)
    return workspace


def test_a_rep_finds_the_own_week_with_what_is_planned_and_what_is_not(ada: Browser) -> None:
    page = ada.get("/week/", follow_redirects=True).text
    assert "Mon 23 Nov to Sun 29 Nov, 2 visits, 45 min driving" in page
    assert page.count("Not planned.") == 3
    assert "Alpen Bakery" in page
    assert "Sat 28 Nov</a>" not in page


def test_what_is_due_and_not_planned_is_said_to_be_missed_with_its_reason(ada: Browser) -> None:
    page = words(ada.get(WEEK).text)
    assert re.search(r"\d+ % of the visits that come due are made", page)
    assert "The day is too short." in page


def test_each_day_has_a_colour_of_its_own_on_the_map(here: Workspace) -> None:
    ada = Browser(app_on(here), here, "ada")
    drawn = ada.get(f"{WEEK}/routes").get_json()["reps"]
    assert drawn
    assert len({one["colour"] for one in drawn}) == len(drawn)
    assert all(one["key"].startswith("north-2026-11-") for one in drawn)
    page = ada.get(WEEK).text
    for one in drawn:
        assert f'data-map-id="{one["key"]}"' in page
        assert all(f'data-map-id="{one["key"]}:{stop["position"]}"' in page for stop in one["stops"])
    assert "Planned together, Tue 24 Nov to Mon 30 Nov" in page


def test_a_week_is_planned_as_a_job_from_today_on(ada: Browser, workspace: Workspace) -> None:
    answer = ada.post(f"{WEEK}/plan", {"weeks": "4"}, headers={"HX-Request": "true"})
    assert re.match(r"/week/north/2026-11-23/live/\d+", answer.headers["Location"])
    with workspace.store.read() as tx:
        (job,) = tx.jobs.list(5)
    assert (job.kind, job.params["reps"], job.params["date"], job.params["weeks"]) == (
        "plan week",
        ["north"],
        TODAY.isoformat(),
        4,
    )


def test_a_plan_that_is_good_enough_is_taken_before_the_time_is_over(ada: Browser, here: Workspace) -> None:
    ada.post("/day/north/2026-11-25/plan")
    with here.store.write() as tx:
        (job,) = tx.jobs.list(1)
        tx.jobs.update(replace(job, params=job.params | {"seconds": 300}, state=JobState.RUNNING, message="Plan 1: 4"))
    assert "Use this plan" in ada.get(f"/jobs/{job.id}/piece").text
    ada.post(f"/jobs/{job.id}/enough")
    with here.store.write() as tx:
        tx.jobs.update(replace(tx.jobs.get(job.id), state=JobState.QUEUED))
    ended = run_job(here, job.id)
    assert ended
    assert ended.state is JobState.DONE
    assert ended.result
    assert ended.result["seconds"] < 200


def test_weeks_that_cannot_be_planned_are_refused(ada: Browser, bo: Browser, cy: Browser) -> None:
    assert ada.post(f"{WEEK}/plan", {"weeks": "99"}).status_code == 400
    assert ada.post(f"/week/north/{TODAY - timedelta(days=7)}/plan").status_code == 400
    assert bo.post(f"{WEEK}/plan").status_code == 403
    assert cy.post(f"{WEEK}/plan").status_code == 404


def test_a_manager_reads_every_week_and_plans_none(bo: Browser, world: World) -> None:
    assert world.accounts
    page = bo.get("/week/", follow_redirects=True).text
    assert "North team" in page
    assert "South team" in page
    assert "Plans days and order together" not in page


def test_a_week_that_is_over_says_so_and_offers_no_plan(ada: Browser) -> None:
    page = ada.get(f"/week/north/{date(2026, 11, 10)}").text
    assert "Nothing is planned for this week." in page
    assert "Over, nothing was planned." in page
    assert "Plans days and order together" not in page


def test_a_planner_plans_the_week_of_all_reps_and_evens_out_their_work(
    pia: Browser, ada: Browser, workspace: Workspace
) -> None:
    asked = {"whom": "all", "weeks": "1", "unowned": "on", "fair": "on"}
    answer = pia.post(f"{WEEK}/plan", asked, headers={"HX-Request": "true"})
    with workspace.store.read() as tx:
        (job,) = tx.jobs.list(1)
    assert job.params == {
        "reps": ["north", "south"],
        "date": TODAY.isoformat(),
        "weeks": 1,
        "seconds": 20.0,
        "unowned": True,
        "fair": True,
    }
    assert pia.get(answer.headers["Location"]).status_code == 200
    ada.post(f"{WEEK}/plan", asked)
    with workspace.store.read() as tx:
        (own,) = tx.jobs.list(1)
    assert own.params["reps"] == ["north"]
    assert "fair" not in own.params


def test_a_week_of_all_reps_runs_as_a_job(pia: Browser, here: Workspace) -> None:
    pia.post(f"{WEEK}/plan", {"whom": "all", "shared": "on", "fair": "on"})
    with here.store.write() as tx:
        (job,) = tx.jobs.list(1)
        tx.jobs.update(replace(job, params=job.params | {"seconds": 0.5}))
    ended = run_job(here, job.id)
    assert ended
    assert (ended.state, ended.error) == (JobState.DONE, "")
