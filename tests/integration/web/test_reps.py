"""Reps on pages: who is there, one more, and what is changed of one."""

import re
from datetime import time
from pathlib import Path

import pytest

from gcrm.people.model import Rep
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, app_on

GIVEN = {
    "name": "North team",
    "home": "Landstrasse 1",
    "hours": "Mo-Fr 08:00-16:30",
    "lunch": "30@12:00-13:00",
    "driving": "180",
    "days_off": "2026-12-24..2026-12-31:holidays\n2027-01-06",
    "nights": "2",
    "in_a_row": "1",
    "night_saves": "45",
    "skills": "service, Wine",
    "languages": "German, fr",
    "region": "",
    "parking": "3",
    "on_time": "90",
}


def rep_of(workspace: Workspace, key: str = "north") -> Rep:
    with workspace.store.read() as tx:
        return tx.reps.get(key)


def test_a_planner_sees_all_reps_and_changes_one(pia: Browser, workspace: Workspace) -> None:
    assert "Mo-Fr 08:30-17:00" in pia.get("/reps/").text
    page = pia.post("/reps/north", GIVEN, follow_redirects=True).text
    assert "North team saved. Applies from the next plan." in page
    rep = rep_of(workspace)
    assert rep.week[0]
    assert rep.week[0].ends == time(16, 30)
    assert rep.lunch
    assert rep.lunch.minutes == 30
    assert rep.max_driving_minutes == 180
    assert [str(one.first) for one in rep.days_off] == ["2026-12-24", "2027-01-06"]
    assert rep.nights
    assert (rep.nights.most, rep.nights.saves_minutes) == (2, 45)
    assert rep.languages == ("de", "fr")
    assert len(rep.skills) == 2
    assert (rep.parking_minutes, rep.home_on_time) == (3, 0.9)


def test_time_to_spare_is_set_for_all_and_for_one(pia: Browser, workspace: Workspace) -> None:
    assert "Saved. Applies" in pia.post("/reps/slack", {"parking": "5", "on_time": "80"}, follow_redirects=True).text
    pia.post("/reps/north", GIVEN | {"parking": "", "on_time": ""})
    assert (rep_of(workspace).parking_minutes, rep_of(workspace).home_on_time) == (5, 0.8)
    pia.post("/reps/north", GIVEN | {"parking": "0", "on_time": "0"})
    assert (rep_of(workspace).parking_minutes, rep_of(workspace).home_on_time) == (0, None)
    refused = pia.post("/reps/slack", {"parking": "5", "on_time": "20"})
    assert refused.status_code == 400
    assert "50 to 99" in refused.text


def test_what_is_on_the_form_is_what_is_kept(pia: Browser, workspace: Workspace) -> None:
    pia.post("/reps/north", GIVEN)
    before = rep_of(workspace)
    page = pia.get("/reps/north").text
    shown = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    off = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    assert off
    pia.post("/reps/north", {name: shown.get(name, "") for name in GIVEN} | {"days_off": off[1]})
    assert rep_of(workspace) == before


def test_what_was_set_is_taken_away_again(pia: Browser, workspace: Workspace) -> None:
    pia.post("/reps/north", GIVEN)
    nothing = dict.fromkeys(("lunch", "driving", "days_off", "nights", "in_a_row", "night_saves"), "")
    pia.post("/reps/north", GIVEN | nothing | {"skills": "", "languages": ""})
    rep = rep_of(workspace)
    assert (rep.lunch, rep.max_driving_minutes, rep.days_off, rep.nights) == (None, None, (), None)
    assert (rep.skills, rep.languages) == ((), ())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hours": "always"}, "always"),
        ({"lunch": "noon"}, "noon"),
        ({"days_off": "soon"}, "cannot be read"),
        ({"nights": "9"}, "Give 0 to 7."),
        ({"languages": "Klingon-x"}, "Klingon-x"),
        ({"name": ""}, "Type the name."),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    pia: Browser, workspace: Workspace, wrong: dict[str, str], said: str
) -> None:
    before = rep_of(workspace)
    answer = pia.post("/reps/north", GIVEN | wrong)
    assert answer.status_code == 400
    assert said in answer.text
    assert rep_of(workspace) == before


def test_a_new_rep_is_placed_by_the_address(workspace: Workspace, liechtenstein: Path) -> None:
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    pia = Browser(app_on(workspace), workspace, "pia")
    new = GIVEN | {"key": "east", "name": "East team", "home": "Städtle 14, Vaduz"}
    page = pia.post("/reps/new", new, follow_redirects=True).text
    assert "East team is added." in page
    home = rep_of(workspace, "east").home
    assert home
    assert round(home.lat, 2) == 47.14
    assert "There is a rep" in pia.post("/reps/new", new).text


def test_a_rep_reads_the_own_hours(ada: Browser) -> None:
    assert "Mo-Fr 08:30-17:00" in ada.get("/me/").text
