"""What-ifs: suppose something on a page, and see it beside what is."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcrm.jobs.model import JobState
from gcrm.jobs.run import run_job
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, app_on

GIVEN = {"reps": ["north", "south"], "date": "2026-11-30", "weeks": "2"}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def pia_here(workspace: Workspace, liechtenstein: Path) -> Browser:
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    return Browser(app_on(workspace), workspace, "pia")


def test_one_rep_fewer_is_compared_side_by_side(pia_here: Browser, workspace: Workspace) -> None:
    asked = GIVEN | {"without": "south", "longer": "60", "stretch-C": "2.0"}
    address = pia_here.post("/what-ifs/", asked).headers["Location"]
    with workspace.store.write() as tx:
        (job,) = tx.jobs.list(1)
        tx.jobs.update(replace(job, params=job.params | {"seconds": 0.3}))
    assert "Queued" in pia_here.get(address).text
    ended = run_job(workspace, job.id)
    assert ended
    assert ended.state is JobState.DONE
    page = words(pia_here.get(address).text)
    assert "Now Then Difference" in page
    assert re.search(r"Due visits planned \d+ % \d+ %", page)
    assert re.search(r"Driving (\d+ h )?\d+ (min )?(\d+ h )?\d+", page)
    assert "C visits missed" in page
    listed = words(pia_here.get("/what-ifs/").text)
    assert "Without South team, 1 h longer, C accounts half as often" in listed


def test_another_home_is_found_by_its_address(pia_here: Browser, workspace: Workspace) -> None:
    pia_here.post("/what-ifs/", GIVEN | {"mover": "north", "home": "Städtle 14, Vaduz"})
    with workspace.store.read() as tx:
        (job,) = tx.jobs.list(1)
    lon, lat = job.params["homes"]["north"]
    assert (round(lon, 2), round(lat, 2)) == (9.52, 47.14)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Nothing changes yet."),
        ({"reps": [], "longer": "60"}, "No rep is chosen."),
        ({"weeks": "99", "longer": "60"}, "99 weeks cannot be compared."),
        ({"date": "2026-01-01", "longer": "60"}, "That day is over."),
        ({"longer": "61"}, "61 minutes longer is not offered."),
        ({"stretch-A": "7"}, "That call cycle is not offered."),
        ({"home": "Zzyx 99, Qqq", "mover": "north"}, "cannot be placed"),
    ],
)
def test_what_cannot_be_supposed_is_said_and_what_was_typed_stays(
    pia_here: Browser, asked: dict[str, Any], said: str
) -> None:
    answer = pia_here.post("/what-ifs/", GIVEN | asked)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{(GIVEN | asked)["date"]}"' in answer.text


def test_reps_do_not_see_it_and_nobody_sees_another_s(ada: Browser, bo: Browser, pia: Browser) -> None:
    assert ada.get("/what-ifs/").status_code == 403
    address = bo.post("/what-ifs/", GIVEN | {"longer": "30"}).headers["Location"]
    assert bo.get(address).status_code == 200
    assert pia.get(address).status_code == 404
