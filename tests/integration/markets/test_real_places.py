"""Liechtenstein and Helsinki: the commands that an owner of real data types."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gcrm.cli.main import gcrm
from gcrm.territories.import_regions import import_regions
from tests.fixtures.areas import MakeWorkspace

VADUZ = "9.5215,47.1410"


class Typed:
    """Types commands in the workspace of one home."""

    def __init__(self, home: Path, database_url: str = "") -> None:
        self._environment = os.environ | {"GCRM_HOME": str(home), "GCRM_DATABASE_URL": database_url}

    def __call__(self, *words: str) -> Any:
        done = CliRunner().invoke(gcrm, [*words, "--json"], env=self._environment, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture(params=["geopackage", "postgis"])
def typed(request: pytest.FixtureRequest, liechtenstein: Path, workspace_with: MakeWorkspace) -> Typed:
    home = workspace_with(liechtenstein).settings.home
    return Typed(home, str(request.getfixturevalue("postgis_url")) if request.param == "postgis" else "")


ANSWERS: dict[str, Any] = {}
"""What the first database answered, for the second to agree with."""


def test_an_owner_of_real_data_gets_the_same_answers_on_both_databases(typed: Typed, shared: Path) -> None:
    data = shared / "data"
    regions = typed(
        "regions",
        "import",
        str(data / "areas" / "li_municipalities.geojson"),
        "--name-column",
        "name",
        "--set",
        "towns",
    )
    assert (regions["regions"], regions["people"], regions["remarks"]) == (11, 37_269, [])
    typed("accounts", "import", str(data / "crm" / "liechtenstein_businesses.csv"))
    typed("reps", "add", "north", "--name", "North", "--home", "Landstrasse 12, Vaduz", "--hours", "08:30-17:00")
    assigned = typed("territories", "assign", "--regions", "towns", "--rep", "north", "Vaduz,Triesen")
    assert assigned["accounts"] > 200
    filled = typed("territories", "fill")
    assert filled["assigned"] + len(filled["unowned"]) == 607
    assert filled["doubly_owned"] == []
    table = typed("regions", "table", "towns")
    assert sum(row["customers"] + row["prospects"] for row in table["rows"]) + table["outside"] == 607
    by_name = {row["name"]: row for row in table["rows"]}
    assert by_name["Vaduz"]["reps"] == ["North"]
    assert by_name["Vaduz"]["area_km2"] == pytest.approx(17.29, abs=0.05)
    assert sum(row["area_km2"] for row in table["rows"]) == pytest.approx(160.5, abs=1)
    reached = typed("catchment", "--at", VADUZ, "--minutes", "10,20,30")
    inside = [feature["properties"] for feature in reached["features"]]
    for wider, narrower in ((inside[1], inside[0]), (inside[2], inside[1])):
        for count in ("area_km2", "accounts", "people", "points_of_interest"):
            assert wider[count] >= narrower[count] > 0
    assert inside[2]["accounts"] > 550
    assert reached["people_source"]["set_name"] == "towns"
    listed = typed("territories", "list")
    assert [(one["name"], one["rep"], sorted(one["regions"])) for one in listed] == [
        ("North", "north", ["Triesen", "Vaduz"])
    ]
    answers = {"assigned": assigned, "filled": filled, "table": table, "reached": reached, "listed": listed}
    assert ANSWERS.setdefault("first", answers) == answers


def test_locking_and_unlocking_from_the_command_line(
    liechtenstein: Path, workspace_with: MakeWorkspace, shared: Path
) -> None:
    typed = Typed(workspace_with(liechtenstein).settings.home)
    data = shared / "data"
    typed("regions", "import", str(data / "areas" / "li_municipalities.geojson"), "--name-column", "name")
    typed("reps", "add", "north", "--name", "North", "--home", "Landstrasse 12, Vaduz", "--hours", "08:30-17:00")
    typed("accounts", "import", str(data / "crm" / "liechtenstein_businesses.csv"))
    typed("territories", "assign", "--regions", "li_municipalities", "--rep", "north", "Balzers")
    outside = typed("territories", "fill")["unowned"][0]["account"]
    locked = typed("territories", "lock", str(outside), "North")
    assert (locked["territory"], locked["locked"]) == ("North", True)
    assert typed("territories", "fill")["locked"] == 1
    assert typed("territories", "unlock", str(outside))["territory"] is None


def test_people_of_helsinki_come_from_the_grid_where_it_reaches(
    helsinki: Path, workspace_with: MakeWorkspace, shared: Path
) -> None:
    from gcrm.markets.catchment import catchment

    workspace = workspace_with(helsinki)
    areas = shared / "data" / "areas"
    postal = import_regions(
        workspace,
        areas / "paavo_postal_2023_epsg3067.geojson",
        "postal_code",
        set_name="postal",
        population_column="Inhabitants, total (HE)",
    )
    assert (postal.regions, postal.crs, postal.people) == (84, "EPSG:3067", 663_237)
    grid = import_regions(workspace, areas / "helsinki_population_grid_2020.gpkg", "id", set_name="grid")
    assert (grid.regions, grid.people) == (92, 71_724)
    found = catchment(workspace, (24.938, 60.167), [6, 9])
    few, many = (feature["properties"]["people"] for feature in found["features"])
    assert 0 < few < many < 100_000
    assert found["people_source"]["set_name"] in {"grid", "postal"}
