"""Reps from the command line: added, changed, listed; and what is said of input that cannot be."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gcrm.accounts.model import Account
from gcrm.cli.main import gcrm
from gcrm.people.model import Hotel, Nights, Rep
from gcrm.people.reps import Skilled, add_rep, change_rep, list_reps
from gcrm.platform.errors import Conflict, InputRejected, NotFound, NotReady
from gcrm.store import Store
from gcrm.workspace import Workspace
from routing.points import LonLat

VADUZ = (9.5215, 47.1410)


@pytest.fixture
def run(geopackage_file: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `gcrm` with the given words in a workspace of its own."""
    monkeypatch.setenv("GCRM_HOME", str(geopackage_file.parent))
    monkeypatch.delenv("GCRM_DATABASE_URL", raising=False)

    def go(*words: str) -> Result:
        return CliRunner().invoke(gcrm, words)

    return go


def test_a_rep_is_added_at_a_place_and_has_the_zone_of_that_place(run: Any) -> None:
    shown = run("reps", "add", "north", "--name", "North team, car 1", "--home-at", "9.5215,47.1410", "--json")
    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.stdout)
    assert document["key"] == "north"
    assert document["home"] == {"lon": 9.5215, "lat": 47.141}
    assert (document["hours"], document["break"], document["zone"]) == ("Mo-Fr 08:30-17:00", "none", "Europe/Vaduz")


def test_hours_and_break_are_kept_as_they_were_typed(run: Any) -> None:
    words = ("--hours", "Mo-Fr 08:30-17:00,Sa 09:00-12:00", "--break", "45@11:30-13:30")
    run("reps", "add", "north", "--home-at", "9.5215,47.1410", *words)
    document = json.loads(run("reps", "show", "north", "--json").stdout)
    assert (document["hours"], document["break"]) == (words[1], words[3])
    assert "45@11:30-13:30" in run("reps", "show", "north").stdout


def test_the_list_names_each_rep_and_an_empty_one_the_next_step(run: Any) -> None:
    assert "gcrm reps add" in run("reps", "list").stdout
    run("reps", "add", "south", "--home-at", "9.5,47.1")
    run("reps", "add", "north", "--home-at", "9.5,47.2")
    assert [one["key"] for one in json.loads(run("reps", "list", "--json").stdout)] == ["north", "south"]


def test_a_change_leaves_the_rest(run: Any) -> None:
    run("reps", "add", "north", "--home-at", "9.5215,47.1410", "--break", "30@12:00-13:00")
    document = json.loads(run("reps", "change", "north", "--hours", "07:00-15:00", "--json").stdout)
    assert (document["hours"], document["break"], document["zone"]) == (
        "Mo-Fr 07:00-15:00",
        "30@12:00-13:00",
        "Europe/Vaduz",
    )
    document = json.loads(run("reps", "change", "north", "--break", "none", "--json").stdout)
    assert document["break"] == "none"


@pytest.mark.parametrize("place", ["here", "9.5", "9.5;47.1"])
def test_a_place_that_cannot_be_read_is_a_matter_of_usage(run: Any, place: str) -> None:
    assert run("reps", "add", "north", "--home-at", place).exit_code == 2


def test_the_same_key_again_is_refused_with_the_remedy(workspace: Workspace) -> None:
    add_rep(workspace, "north", "North", home_at=VADUZ)
    with pytest.raises(Conflict) as refused:
        add_rep(workspace, "north", "Another", home_at=VADUZ)
    assert "gcrm reps change north" in refused.value.remedy
    assert [one.rep.name for one in list_reps(workspace)] == ["North"]


@pytest.mark.parametrize("key", ["", "north team", "../etc", "n" * 41, "<b>"])
def test_a_key_that_will_not_do_is_refused(workspace: Workspace, key: str) -> None:
    with pytest.raises(InputRejected):
        add_rep(workspace, key, "North", home_at=VADUZ)


@pytest.mark.parametrize("place", [(200.0, 47.0), (9.5, 91.0), (float("nan"), 47.0)])
def test_a_home_that_is_not_on_earth_is_refused(workspace: Workspace, place: tuple[float, float]) -> None:
    with pytest.raises(InputRejected):
        add_rep(workspace, "north", "North", home_at=place)


def test_a_rep_without_a_home_is_refused_with_both_ways_to_give_one(workspace: Workspace) -> None:
    with pytest.raises(InputRejected) as refused:
        add_rep(workspace, "north", "North")
    assert "--home-at" in refused.value.remedy


def test_an_address_needs_an_area_and_a_place_does_not(workspace: Workspace) -> None:
    with pytest.raises(NotReady) as refused:
        add_rep(workspace, "north", "North", home="Landstrasse 12, Vaduz")
    assert "--home-at" in refused.value.remedy


def test_a_rep_who_moves_has_the_zone_of_the_new_home_unless_told_otherwise(workspace: Workspace) -> None:
    add_rep(workspace, "north", "North", home_at=VADUZ)
    assert change_rep(workspace, "north", home_at=(24.94, 60.17)).rep.zone == "Europe/Helsinki"
    assert change_rep(workspace, "north", home_at=VADUZ, zone="Europe/London").rep.zone == "Europe/London"


def test_an_unknown_rep_cannot_be_changed(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        change_rep(workspace, "nobody", name="Ada")


def test_nights_skills_and_regions_are_kept_on_both_databases(store: Store) -> None:
    away = Rep(
        "ada",
        "Ada",
        "",
        None,
        (None,) * 7,
        "Europe/Berlin",
        nights=Nights(3, 2, 45),
        hotels=(Hotel("Post, <b>Buchs</b>", LonLat(9.47, 47.17)),),
        skills=("coffee", "cold chain"),
        languages=("de", "fr"),
        holiday_region="BY",
    )
    asking = Account("Adler", skills=("coffee",), languages=("fr", "it"), holiday_region="BE")
    with store.write() as tx:
        tx.reps.add(away)
        account = tx.accounts.add(asking)
    with store.read() as tx:
        kept, found = tx.reps.get("ada"), tx.accounts.get(account.id)
    assert (kept.nights, kept.hotels, kept.skills) == (away.nights, away.hotels, away.skills)
    assert (kept.languages, kept.holiday_region) == (("de", "fr"), "BY")
    assert (found.skills, found.languages, found.holiday_region) == (("coffee",), ("fr", "it"), "BE")


def test_nights_and_skills_from_the_command_line(run: Any) -> None:
    run("reps", "add", "north", "--home-at", "9.5215,47.1410", "--skills", "Coffee, cold chain")
    words = ("--nights", "2", "--in-a-row", "2", "--night-saves", "45", "--hotel", "Post=9.47,47.17")
    document = json.loads(run("reps", "change", "north", *words, "--languages", "German,fr", "--json").stdout)
    assert document["nights"] == {"most": 2, "in_a_row": 2, "saves_minutes": 45}
    assert document["hotels"] == [{"name": "Post", "lon": 9.47, "lat": 47.17}]
    assert (document["skills"], document["languages"]) == (["coffee", "cold chain"], ["de", "fr"])
    shown = run("reps", "show", "north").stdout
    assert "2 a week, 2 in a row, each to save 45 min of driving" in shown
    assert "German, French" in shown
    document = json.loads(run("reps", "change", "north", "--nights", "0", "--forget-hotels", "--json").stdout)
    assert (document["nights"], document["hotels"]) == (None, [])
    assert document["skills"] == ["coffee", "cold chain"], "what is not given stays"


def test_a_region_is_one_of_the_country_of_the_rep(workspace: Workspace) -> None:
    add_rep(workspace, "north", "North", home_at=(11.08, 49.45), skilled=Skilled(region="Bayern"))
    assert list_reps(workspace)[0].rep.holiday_region == "BY"
    with pytest.raises(InputRejected) as refused:
        change_rep(workspace, "north", skilled=Skilled(region="Vorarlberg"))
    assert "BY" in refused.value.remedy


@pytest.mark.parametrize(
    "skilled",
    [
        Skilled(nights=8),
        Skilled(nights=-1),
        Skilled(in_a_row=2),
        Skilled(nights=1, night_saves=-1),
        Skilled(hotels=["Post"]),
        Skilled(hotels=["=9.5,47.1"]),
        Skilled(hotels=["Post=9.5,99"]),
        Skilled(hotels=["Post=here"]),
        Skilled(languages="gibberish"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(workspace: Workspace, skilled: Skilled) -> None:
    before = add_rep(workspace, "north", "North", home_at=VADUZ).rep
    with pytest.raises(InputRejected):
        change_rep(workspace, "north", skilled=skilled)
    assert list_reps(workspace)[0].rep == before
