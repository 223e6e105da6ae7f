"""Numbers of regions: joined from tables, recognised by their headings, carried from one set to another."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from shapely import MultiPolygon, box

from gcrm.areas.homes import Homes
from gcrm.cli import regions as regions_command
from gcrm.markets.areal import carry, carry_column
from gcrm.markets.region_table import region_table
from gcrm.platform.errors import Conflict, InputRejected, NotFound, NotReady
from gcrm.territories.join_statistics import join_statistics
from gcrm.territories.look_at_statistics import look_at_statistics
from gcrm.territories.model import Region
from gcrm.territories.statistics import kind_of, known_statistics, number_in, statistic
from gcrm.territories.undo_statistics import undo_statistics
from gcrm.workspace import Workspace
from tests.fixtures.plain_roads import plain_areas


def strip(west: float, east: float, **more: Any) -> Region:
    """A region between two longitudes, in hundredths of a degree from 9.5."""
    shape = MultiPolygon([box(9.5 + west / 100, 47.0, 9.5 + east / 100, 47.01)])
    name = more.pop("name", f"{west:g} to {east:g}")
    return Region(more.pop("set_name", "strips"), name, shape, **more)


@pytest.fixture
def postcodes(workspace: Workspace) -> Workspace:
    with workspace.store.write() as tx:
        tx.regions.replace_set(
            "postcodes",
            [
                strip(0, 1, name="Åbo", properties={"code": "00100"}),
                strip(1, 2, name="Berg", properties={"code": "00200"}),
                strip(2, 3, name="Cham", properties={"code": "00300"}),
            ],
        )
    return workspace


def of_set(workspace: Workspace, name: str) -> list[Region]:
    with workspace.store.read() as tx:
        return tx.regions.of_set(name)


def test_a_table_joins_by_a_code_that_lost_its_zeros_and_tells_what_did_not(
    postcodes: Workspace, tmp_path: Path
) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text(
        'code;Inhabitants;Households total;Town\n100;"1,200";500;x\n200.0;3 400;900;y\n200;1;1;y\n999;5;5;z\n',
        encoding="utf-8",
    )
    done = join_statistics(postcodes, "postcodes", table, "Code", names={"Inhabitants": "people"})
    assert (done.by, done.rows, done.matched) == ("code", 4, 2)
    assert (done.unknown, done.twice, done.bare) == (("999",), ("200.0",), ("Cham",))
    first, second, third = of_set(postcodes, "postcodes")
    assert (first.population, second.population, third.population) == (1_200, 3_400, None)
    assert [statistic(one, "households") for one in (first, second, third)] == [500, 900, None]
    assert "Town" not in first.properties
    assert first.properties["code"] == "00100"


def test_a_table_joins_by_name_without_regard_to_accents_and_case(postcodes: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("place,jobs\nABO,10\nberg,\n", encoding="utf-8")
    done = join_statistics(postcodes, "postcodes", table, "place")
    assert (done.by, done.matched) == ("name", 2)
    assert [statistic(one, "workplaces") for one in of_set(postcodes, "postcodes")] == [10, None, None]


def test_a_table_of_another_country_changes_nothing(postcodes: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("place,jobs\nParis,10\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="No value"):
        join_statistics(postcodes, "postcodes", table, "place")
    with pytest.raises(InputRejected, match="no column"):
        join_statistics(postcodes, "postcodes", table, "town")
    with pytest.raises(NotFound):
        join_statistics(postcodes, "nothing", table, "place")
    assert of_set(postcodes, "postcodes")[0].properties == {"code": "00100"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("37,269", 37_269), ("3,5", 3.5), ("0,123", 0.123), ("1.234,5", 1_234.5), ("1,234.5", 1_234.5),
        ("12 345", 12_345), ("1'000", 1_000), ("-4", -4), ("", None), ("n/a", None), ("nan", None), (True, None),
        (7, 7),
    ],
)  # fmt: skip
def test_numbers_are_read_as_statistics_print_them(text: object, number: float | None) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Households, total (TE)", "households"), ("Median income of households (TR)", "income"),
        ("Workplaces, total (TP)", "workplaces"), ("median_household_income", "income"),
        ("Households with children (TE)", ""), ("Haushalte", "households"), ("Name", ""),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_headings(heading: str, kind: str) -> None:
    assert kind_of(heading) == kind
    assert known_statistics([strip(0, 1, properties={heading: 1})]) == ([kind] if kind else [])


def test_people_are_carried_by_land_and_none_is_lost() -> None:
    sources = [strip(0, 2, population=100), strip(2, 4, population=300)]
    targets = [strip(0, 1), strip(1, 3), strip(9, 10)]
    found = carry(sources, np.array([100.0, 300.0]), targets)
    assert found.values[:2] == pytest.approx([50, 200], abs=0.2)
    assert np.isnan(found.values[2])
    assert found.covered == pytest.approx([1, 1, 0], abs=1e-3)
    assert found.lost == pytest.approx(150, abs=0.2)


def test_people_are_carried_over_the_homes_in_them() -> None:
    homes = Homes(np.array([9.505, 9.515]), np.array([47.005, 47.005]), np.array([300.0, 100.0]))
    sources = [strip(0, 2), strip(2, 4)]
    found = carry(sources, np.array([100.0, 10.0]), [strip(0, 1), strip(1, 2), strip(2, 3)], homes)
    # No home is mapped in the second, so it is spread over its land.
    assert found.values == pytest.approx([75, 25, 5], abs=0.1)
    assert (found.sources, found.over_buildings) == (2, 1)


def test_homes_beyond_the_extract_are_not_taken_for_none() -> None:
    """Half of the source is mapped: half of its people live in the home there, the others anywhere beyond."""
    homes = Homes(np.array([9.505]), np.array([47.005]), np.array([100.0]))
    mapped = box(9.5, 46.9, 9.52, 47.1)
    found = carry([strip(0, 4)], np.array([100.0]), [strip(0, 1), strip(1, 2), strip(2, 4)], homes, mapped=mapped)
    assert found.values == pytest.approx([50, 0, 50], abs=0.1)


def test_means_are_carried_by_heads_and_stay_means() -> None:
    sources, heads = [strip(0, 2), strip(2, 4)], np.array([100.0, 300.0])
    found = carry(sources, np.array([40_000.0, 20_000.0]), [strip(1, 3), strip(0, 2)], heads=heads)
    assert found.values == pytest.approx([25_000, 40_000], rel=0.001)
    assert found.lost == 0


def test_what_is_not_known_stays_so() -> None:
    found = carry([strip(0, 2), strip(2, 4)], np.array([np.nan, 8.0]), [strip(0, 2), strip(1, 3)])
    assert np.isnan(found.values[0])
    assert found.values[1] == pytest.approx(4, abs=0.01)
    assert found.covered == pytest.approx([0, 0.5], abs=0.001)
    assert np.isnan(carry([], np.empty(0), [strip(0, 1)]).values).all()
    assert len(carry([strip(0, 1)], np.array([1.0]), []).values) == 0


def test_a_column_is_carried_and_kept(postcodes: Workspace) -> None:
    with postcodes.store.write() as tx:
        tx.regions.replace_set("areas", [strip(0, 1.5, name="West"), strip(1.5, 3, name="East")])
        known = [strip(0, 1, population=10), strip(1, 2, population=20), strip(2, 3, population=30)]
        tx.regions.replace_set("codes", known)
    done = carry_column(postcodes, "codes", "areas", keep_as="people")
    assert [round(row.value or 0) for row in done.rows] == [20, 40]
    assert "No buildings are known" in done.remark
    assert [one.population for one in of_set(postcodes, "areas")] == [20, 40]
    carry_column(postcodes, "codes", "areas", keep_as="people of codes")
    assert of_set(postcodes, "areas")[0].properties["people of codes"] == pytest.approx(20, abs=0.1)
    with pytest.raises(InputRejected, match="same"):
        carry_column(postcodes, "codes", "codes")
    with pytest.raises(NotFound, match="no regions"):
        carry_column(postcodes, "codes", "nothing")
    with pytest.raises(NotFound, match="number"):
        carry_column(postcodes, "postcodes", "areas")
    with pytest.raises(NotReady):
        carry_column(postcodes, "codes", "areas", by="buildings")


def test_homes_of_the_area_are_used_where_there_are_some(postcodes: Workspace) -> None:
    postcodes.__dict__["areas"] = plain_areas()
    postcodes.areas.current().homes = Homes(np.array([9.505]), np.array([47.005]), np.array([100.0]))
    with postcodes.store.write() as tx:
        tx.regions.replace_set("whole", [strip(0, 3, population=90, name="All")])
    assert [row.value for row in carry_column(postcodes, "whole", "postcodes").rows] == [90, 0, 0]
    assert [round(row.value or 0) for row in carry_column(postcodes, "whole", "postcodes", by="land").rows] == [30] * 3


def test_the_command_line_joins_carries_and_shows_levels(
    postcodes: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regions_command, "open_workspace", lambda: postcodes)
    monkeypatch.setattr(Workspace, "close", lambda _: None)
    table = tmp_path / "numbers.csv"
    table.write_text("code,people there\n00100,7\n00200,8\n00300,9\n", encoding="utf-8")
    with postcodes.store.write() as tx:
        tx.regions.replace_set("whole", [strip(0, 3, name="All")])

    def typed(*given: str) -> Any:
        done = CliRunner().invoke(regions_command.regions, [*given, "--json"], catch_exceptions=False)
        return json.loads(done.output)

    joined = typed("join", str(table), "--set", "postcodes", "--on", "code", "--people", "people there")
    assert (joined["matched"], joined["columns"]) == (3, ["people"])
    assert typed("carry", "postcodes", "whole")["rows"][0]["value"] == pytest.approx(24, rel=0.001)
    assert [(row["set_name"], row["within"]) for row in typed("levels")] == [("whole", None), ("postcodes", "whole")]


def test_a_table_is_looked_at_before_it_is_joined(postcodes: Workspace, tmp_path: Path) -> None:
    with postcodes.store.write() as tx:
        tx.regions.replace_set("strips", [strip(0, 3, name="Berg"), strip(3, 6, name="Dorf")])
    table = tmp_path / "numbers.csv"
    table.write_text("nr,Population 2020,rate,plz\n1,10,3.5,100\n2,x,4.5,200\n3,30,,300\n4,1,1,999\n", encoding="utf-8")
    with postcodes.store.read() as tx:
        look = look_at_statistics(tx, table)
        assert (look.set_name, look.on, look.by, look.matched) == ("postcodes", "plz", "code", 3)
        assert look.matching.unknown == ("999",)
        assert [(one.heading, one.name, one.known, one.replaces) for one in look.columns] == [
            ("nr", "nr", 3, False),
            ("Population 2020", "Population 2020", 2, False),
            ("rate", "rate", 2, False),
        ]
        assert look_at_statistics(tx, table, "strips").matched == 0
        with pytest.raises(NotFound):
            look_at_statistics(tx, table, "elsewhere")
        with pytest.raises(InputRejected, match="no column"):
            look_at_statistics(tx, table, "strips", "town")
    assert of_set(postcodes, "postcodes")[0].properties == {"code": "00100"}, "nothing is kept by looking"


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Inhabitants", "people"), ("Bevölkerung total", "people"), ("Median income", "income"), ("Cows", "Cows")],
)
def test_what_columns_count_is_known_by_their_headings(
    postcodes: Workspace, tmp_path: Path, heading: str, name: str
) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text(f"town,{heading}\nBerg,5\n", encoding="utf-8")
    with postcodes.store.read() as tx:
        assert [one.name for one in look_at_statistics(tx, table).columns] == [name]


def test_a_joined_table_is_undone_and_what_was_known_comes_back(postcodes: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("code,people,code2,cows\n100,7,x,1\n200,8,y,2\n", encoding="utf-8")
    before = of_set(postcodes, "postcodes")
    first = join_statistics(postcodes, "postcodes", table, "code", only=["people", "cows"])
    table.write_text("code,cows\n100,5\n300,6\n", encoding="utf-8")
    second = join_statistics(postcodes, "postcodes", table, "code")
    with pytest.raises(Conflict, match="cows anew"):
        undo_statistics(postcodes, first.join)
    undo_statistics(postcodes, second.join)
    assert [one.properties.get("cows") for one in of_set(postcodes, "postcodes")] == [1, 2, None]
    with postcodes.store.write() as tx:
        held = tx.regions.of_set("postcodes")
        tx.regions.replace_set("postcodes", [replace(held[0], population=99), *held[1:]])
    undo_statistics(postcodes, first.join)
    after = of_set(postcodes, "postcodes")
    assert [one.properties for one in after] == [one.properties for one in before]
    assert [one.population for one in after] == [99, None, None], "what somebody else has changed since stays"
    with pytest.raises(Conflict, match="already"):
        undo_statistics(postcodes, first.join)
    with pytest.raises(NotFound):
        undo_statistics(postcodes, 999)


def test_joined_columns_are_measures_of_the_region_table_until_undone(postcodes: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("code,customers,jobs\n100,2.25,3\n", encoding="utf-8")
    done = join_statistics(postcodes, "postcodes", table, "code")
    with postcodes.store.read() as tx:
        found = region_table(tx, "postcodes", postcodes.clock())
    assert found.joined == ("customers",)
    row = next(one for one in found.rows if one.name == "Åbo")
    assert (row.customers, row.statistics) == (0, {"customers": 2.25, "workplaces": 3.0})
    undo_statistics(postcodes, done.join)
    with postcodes.store.read() as tx:
        assert region_table(tx, "postcodes", postcodes.clock()).joined == ()


def test_joins_are_listed_and_undone_by_command(
    postcodes: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("code,cows\n100,2\n", encoding="utf-8")
    done = join_statistics(postcodes, "postcodes", table, "code")
    monkeypatch.setenv("GCRM_HOME", str(postcodes.settings.home))
    listed = json.loads(CliRunner().invoke(regions_command.regions, ["joins", "--json"]).output)
    assert [(one["join"], one["columns"], one["undone"]) for one in listed] == [(done.join, ["cows"], False)]
    undone = CliRunner().invoke(regions_command.regions, ["undo-join", str(done.join)])
    assert "Undone" in undone.output


@pytest.mark.parametrize(
    "text",
    [
        "code,people,code2,cows\n100,7,x,1\n200,8,y,2\n",
        "Cows by postcode\n\ncode;cows\n100;1\n200;2\n",
        "code;2019;cows\n100;1,5;1\n200;2,5;2\n",
        "code\tcows\n100\t1\n200\t2\n",
        "Name,code,Town,cows\nx,100,Berg,1\ny,200,Cham,2\n",
    ],
)
def test_headings_that_nobody_knows_are_found(postcodes: Workspace, tmp_path: Path, text: str) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text(text, encoding="utf-8")
    with postcodes.store.read() as tx:
        look = look_at_statistics(tx, table, on="code")
    assert look.matched == 2
    assert {one.heading: one.sample for one in look.columns}["cows"] == ("1", "2")
