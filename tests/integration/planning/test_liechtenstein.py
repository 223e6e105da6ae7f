"""A real day: Liechtenstein's streets, businesses and municipalities, on the GeoPackage and on PostGIS."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from shapely import LineString, Point

from gcrm.cli.main import gcrm
from gcrm.common.opening_hours.understand import understand
from gcrm.imports.import_accounts import import_accounts
from gcrm.people.reps import add_rep
from gcrm.planning.candidates import hours_on
from gcrm.platform.errors import InputRejected
from gcrm.platform.settings import Settings
from gcrm.territories.assign_territory import assign_territory
from gcrm.territories.import_regions import import_regions
from gcrm.workspace import Workspace
from tests.fixtures.stores import FixedClock
from tests.integration.planning.answers import plan_day

VADUZ = ZoneInfo("Europe/Vaduz")
TUESDAY = date(2026, 11, 24)
OWNED = ["Vaduz", "Triesen", "Schaan"]


def set_up(workspace: Workspace, shared: Path) -> None:
    """As an owner of real data does."""
    data = shared / "data"
    imported = import_accounts(workspace, data / "crm" / "liechtenstein_businesses.csv")
    assert imported.created == 607
    import_regions(workspace, data / "areas" / "li_municipalities.geojson", "name", set_name="municipalities")
    add_rep(
        workspace,
        "north",
        "North team, car 1",
        home="Landstrasse 12, Vaduz",
        hours="08:30-17:00",
        lunch="45@11:30-13:30",
    )
    assign_territory(workspace, "north", "municipalities", OWNED)


@pytest.fixture(params=["geopackage", "postgis"])
def country(
    request: pytest.FixtureRequest, liechtenstein: Path, shared: Path, tmp_path: Path, clock: FixedClock
) -> Iterator[Workspace]:
    """A workspace with Liechtenstein in it and a rep, on each database."""
    home = tmp_path / "country"
    home.mkdir()
    (home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    url = str(request.getfixturevalue("postgis_url")) if request.param == "postgis" else ""
    workspace = Workspace(Settings(home=home, database_url=url), clock)
    set_up(workspace, shared)
    yield workspace
    workspace.close()


PLANNED: dict[str, dict[str, Any]] = {}


def test_a_day_in_liechtenstein_keeps_every_promise(country: Workspace, request: pytest.FixtureRequest) -> None:
    document = plan_day(country, "north", TUESDAY, seconds=0)
    stops = document["stops"]
    assert len(stops) >= 8
    with country.store.read() as tx:
        accounts = {one.id: one for one in tx.accounts.all()}
        territory = tx.territories.of_rep(tx.reps.get("north").id)[0]
    for stop in stops:
        account = accounts[stop["account"]]
        assert account.territory_id == territory.id
        assert_inside_opening_hours(stop, account.opening_hours)
    for one, after in pairwise(stops):
        assert instant(one["leave"]).timestamp() + after["travel_s"] <= instant(after["arrive"]).timestamp() + 1
    own = {one.id for one in accounts.values() if one.territory_id == territory.id}
    assert {stop["account"] for stop in stops} | {one["account"] for one in document["dropped"]} == own
    assert all(one["reason"] for one in document["dropped"])
    assert_on_streets(document)
    compared = {key: document[key] for key in ("stops", "dropped", "break", "travel_s", "prize", "legs", "home_arrive")}
    names = {one.id: one.name + one.address.text + str(one.place) for one in accounts.values()}
    compared = json.loads(json.dumps(compared))
    for one in (*compared["stops"], *compared["dropped"]):
        one["account"] = names[one["account"]]
    PLANNED[request.node.callspec.params["country"]] = compared
    if len(PLANNED) == 2:
        assert PLANNED["geopackage"] == PLANNED["postgis"], "both databases give the same answers"


def test_the_search_finds_no_worse_a_day_than_the_first(country: Workspace) -> None:
    first = plan_day(country, "north", TUESDAY, seconds=0)
    better = plan_day(country, "north", TUESDAY, seconds=1.5)
    assert (better["prize"], -better["travel_s"]) >= (first["prize"], -first["travel_s"])


def test_a_home_that_cannot_be_placed_names_what_is_near(country: Workspace) -> None:
    with pytest.raises(InputRejected) as refused:
        add_rep(country, "lost", "Lost", home="Nirgendwogasse 99, Atlantis")
    assert "--home-at" in refused.value.remedy


def test_the_command_line_prints_one_document_and_a_timetable(
    country: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GCRM_HOME", str(country.settings.home))
    monkeypatch.setenv("GCRM_DATABASE_URL", country.settings.database_url)
    words = ["plan", "day", "--rep", "north", "--date", "2026-11-24", "--seconds", "0"]
    shown = CliRunner().invoke(gcrm, [*words, "--json"])
    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.stdout)
    wanted = "rep date seed router stops break dropped travel_s service_s distance_m prize".split()  # noqa: SIM905
    assert set(wanted) <= set(document)
    shown = CliRunner().invoke(gcrm, words)
    assert shown.exit_code == 0, shown.output
    assert document["stops"][0]["name"] in shown.stdout
    assert "leave home" in shown.stdout
    assert CliRunner().invoke(gcrm, [*words[:4], "--date", "someday"]).exit_code == 2
    team = json.loads(CliRunner().invoke(gcrm, ["plan", "team", *words[4:], "--json"]).stdout)
    assert [one["rep"] for one in team["plans"]] == ["north"]


def assert_inside_opening_hours(stop: dict[str, Any], opening_hours: str) -> None:
    """The whole visit in one window, by the library itself rather than by what the planner made of it."""
    from opening_hours import OpeningHours

    start, leave = instant(stop["start"]), instant(stop["leave"])
    said = OpeningHours(understand(opening_hours, "LI").text, timezone=VADUZ, country="LI", auto_country=False)
    change = said.next_change(start)
    assert said.is_open(start), stop
    assert change is None or change >= leave, stop


def assert_on_streets(document: dict[str, Any]) -> None:
    """Each leg is a line on streets that begins near one stop and ends near the next."""
    home = document["home"]
    ends = [home, *document["stops"], home]
    for leg, (a, b) in zip(document["legs"], pairwise(ends), strict=True):
        line = LineString(leg["line"])
        assert Point(line.coords[0]).distance(Point(a["lon"], a["lat"])) < 0.01
        assert Point(line.coords[-1]).distance(Point(b["lon"], b["lat"])) < 0.01
    assert max(len(leg["line"]) for leg in document["legs"]) > 5


def instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() == timedelta(hours=1)
    return moment.astimezone(VADUZ)


def test_an_account_over_the_border_would_keep_swiss_time(country: Workspace) -> None:
    with country.store.read() as tx:
        account, north = tx.accounts.find(text="Adler")[0], tx.reps.get("north")
    swiss = replace(account, place=type(account.place)(9.47, 47.167) if account.place else None)
    assert not hours_on(replace(swiss, opening_hours="Mo-Fr 08:00-18:00"), date(2026, 8, 1), north).windows
