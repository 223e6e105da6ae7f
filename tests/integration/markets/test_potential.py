"""Where the potential is, and who the potential customers are, in a world that a hand can count, on each database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from click.testing import CliRunner
from shapely import MultiPolygon, Point, box

from gcrm.accounts.model import Account, Kind, Level, Placement
from gcrm.accounts.undo_change import undo_change
from gcrm.backup.move_database import move_database
from gcrm.cli import potential as potential_command
from gcrm.common.language import speaking
from gcrm.markets.account_potential import account_potential, potential_for
from gcrm.markets.market import bought_in_a_year, market_of
from gcrm.markets.potential import finding_of, potential_of_place, potential_of_regions
from gcrm.markets.prospects import add_prospects, prospects_of_place, prospects_of_region, refuse_prospect
from gcrm.people.model import Rep
from gcrm.people.working_week import read_week
from gcrm.platform.documents import as_document
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.platform.settings import Settings
from gcrm.sales.model import OrderLine
from gcrm.territories.model import Region, Territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plain_roads import plain_areas
from tests.fixtures.stores import FixedClock

WEST, EAST = LonLat(9.25, 47.25), LonLat(9.75, 47.25)
SIDE = 0.2


@dataclass
class World:
    """A workspace with a west and an east; in each 60 hotels and 60 bars stand, and some cinemas."""

    workspace: Workspace
    spots: dict[str, LonLat]

    def account(self, name: str, kind: Kind = Kind.CUSTOMER, place: LonLat | None = None, **more: Any) -> Account:
        spot = place or self.spots.get(name)
        with self.workspace.store.write() as tx:
            return tx.accounts.add(Account(name, kind, place=spot, placement=Placement(Level.HOUSE), **more))

    def customers(self, west: int, east: int) -> list[Account]:
        """So many hotels of the west and of the east buy."""
        names = [f"West hotel {number}" for number in range(west)] + [f"East hotel {number}" for number in range(east)]
        return [self.account(name) for name in names]

    def order(self, accounts: list[Account], amounts: list[float]) -> None:
        with self.workspace.store.write() as tx:
            tx.orders.add_many(
                [
                    OrderLine(
                        account.id,
                        date(2026, month, 1),
                        Decimal(str(round(amount / 2, 2))),
                        "CHF",
                        key=f"{account.id}-{month}",
                    )
                    for account, amount in zip(accounts, amounts, strict=True)
                    for month in (2, 11)
                ]
            )


@pytest.fixture
def plain(database: str, clock: FixedClock, tmp_path: Path) -> Iterator[World]:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    workspace = Workspace(Settings(home, database if database.startswith("postgresql") else ""), clock)
    random = np.random.default_rng(5)
    spots: dict[str, LonLat] = {}
    rows = []
    for side, middle in (("West", WEST), ("East", EAST)):
        for kind, count in (("hotel", 60), ("bar", 60), ("cinema", 5)):
            for number in range(count):
                lon, lat = np.asarray(middle) + random.uniform(-SIDE, SIDE, 2)
                name = f"{side} {kind} {number}"
                spots[name] = LonLat(float(lon), float(lat))
                rows.append(("tourism" if kind == "hotel" else "amenity", kind, name, f"n{len(rows)}"))
    areas = plain_areas()
    area = areas.current()
    frame = gpd.GeoDataFrame(
        rows, columns=["category", "kind", "name", "osm_id"], geometry=[Point(at) for at in spots.values()], crs=4326
    )
    area.points_of_interest = lambda: frame
    area.geocoder = lambda: SimpleNamespace(reverse=lambda _: None, country="")
    workspace.__dict__["areas"] = areas
    with workspace.store.write() as tx:
        tx.regions.replace_set(
            "halves",
            [
                Region("halves", name, MultiPolygon([box(at.lon - 0.25, 47.0, at.lon + 0.25, 47.5)]), 1_000)
                for name, at in (("West", WEST), ("East", EAST))
            ],
        )
    yield World(workspace, spots)
    workspace.close()


def halves(world: World, **more: Any) -> dict[str, Any]:
    return {row.name: row for row in potential_of_regions(world.workspace, "halves", **more).rows}


def test_businesses_of_the_kinds_that_buy_are_counted_and_told_from_accounts(plain: World) -> None:
    plain.customers(20, 20)
    plain.account("West hotel 30", Kind.PROSPECT)
    plain.account("Unmapped inn", Kind.PROSPECT, WEST)
    found = potential_of_regions(plain.workspace, "halves")
    assert [(one.name, one.customers, one.known, one.businesses) for one in found.kinds] == [("hotel", 40, 41, 120)]
    rows = {row.name: row for row in found.rows}
    assert (rows["West"].businesses, rows["West"].known, rows["West"].customers) == (61, 22, 20)
    assert (rows["East"].businesses, rows["East"].known, rows["East"].customers) == (60, 20, 20)
    assert found.outside == 0


def test_where_fewer_buy_than_elsewhere_more_can_be_won(plain: World) -> None:
    plain.customers(45, 6)
    found = potential_of_regions(plain.workspace, "halves")
    assert found.measure == "customers"
    east, west = (next(row for row in found.rows if row.name == name) for name in ("East", "West"))
    assert east.value > west.value
    for row in found.rows:
        assert 0 <= row.low <= row.value <= row.high
        assert 1 <= len(row.reasons) <= 3
    assert found.rows[0].name == "East"
    assert "East has the most to win" in finding_of(found)
    assert "gcrm orders import" in found.remark


def test_what_those_that_do_not_buy_would_buy_is_learnt_from_orders(plain: World) -> None:
    random = np.random.default_rng(1)
    everyone = plain.customers(40, 20)
    plain.order(everyone, np.exp(random.normal(7, 0.4, 60)).tolist())
    found = potential_of_regions(plain.workspace, "halves")
    assert (found.measure, found.currency, found.period) == ("revenue", "CHF", "the year to 2026-11-01")
    rows = {row.name: row for row in found.rows}
    for row in found.rows:
        assert row.low <= row.value <= row.high
        assert row.account_low <= row.account_value <= row.account_high
        assert 700 < row.account_value < 2_000
    # 20 hotels of the west and 40 of the east do not buy yet.
    assert rows["East"].value == pytest.approx(2 * rows["West"].value, rel=0.3)
    assert rows["West"].bought == pytest.approx(40 * np.exp(7 + 0.08), rel=0.25)
    assert found.error is not None
    assert 0.6 <= found.error.coverage <= 0.95
    json.dumps(as_document(found), allow_nan=False)


def test_a_place_is_a_row_of_what_is_within_its_reach(plain: World) -> None:
    plain.customers(20, 20)
    found = potential_of_place(plain.workspace, WEST, 30)
    (row,) = found.rows
    reach = 30 * 0.006
    near = [
        name
        for name, at in plain.spots.items()
        if "West hotel" in name and max(abs(at.lon - WEST.lon), abs(at.lat - WEST.lat)) < reach
    ]
    assert row.businesses == len(near)
    assert row.known == row.customers == sum(int(name.split()[-1]) < 20 for name in near)


def test_potential_customers_are_no_accounts_and_say_why_and_whose(plain: World) -> None:
    plain.customers(30, 30)
    plain.account("West hotel 40", Kind.PROSPECT)
    with plain.workspace.store.write() as tx:
        rep = tx.reps.add(Rep("anna", "Anna", "", WEST, read_week("08:00-17:00"), "Europe/Vaduz"))
        (west,) = [region for region in tx.regions.of_set("halves") if region.name == "West"]
        tx.territories.add(Territory("West", rep.id, (west.id,)))
    found = prospects_of_place(plain.workspace, WEST, 40)
    names = {f"West hotel {number}" for number in range(30, 60)} - {"West hotel 40"}
    assert found.count == len(names)
    assert {one.name for one in found.rows} <= names
    assert [one.number for one in found.rows] == [*range(1, len(found.rows) + 1)]
    for one in found.rows:
        assert (one.kind, one.territory, one.rep, one.licence) == ("hotel", "West", "Anna", "ODbL 1.0")
        assert one.key in one.source
        assert "from the home of Anna" in one.route
        assert 1 <= len(one.reasons) <= 3
    assert {one.name for one in prospects_of_region(plain.workspace, west.id, limit=500).rows} == names


def test_one_click_makes_prospects_and_they_are_offered_no_more(plain: World) -> None:
    plain.customers(30, 30)
    first, second, *_ = prospects_of_place(plain.workspace, WEST, 40).rows
    added = add_prospects(plain.workspace, [first.key, second.key, first.key])
    assert [one.name for one in added.accounts] == [first.name, second.name]
    assert {one.kind for one in added.accounts} == {Kind.PROSPECT}
    assert "ODbL" in added.accounts[0].placement.source
    assert first.key in added.accounts[0].note
    left = prospects_of_place(plain.workspace, WEST, 40, limit=500)
    assert not {first.key, second.key} & {one.key for one in left.rows}
    again = add_prospects(plain.workspace, [first.key])
    assert again.accounts == ()
    assert again.change_set == 0
    assert "already" in again.passed_over[0]
    undo_change(plain.workspace, added.change_set)
    assert first.key in {one.key for one in prospects_of_place(plain.workspace, WEST, 40, limit=500).rows}


def test_what_was_refused_is_not_offered_again_whatever_its_number_becomes(plain: World) -> None:
    plain.customers(30, 30)
    first = prospects_of_place(plain.workspace, WEST, 40).rows[0]
    refuse_prospect(plain.workspace, first.key, "  closed \n for good ")
    with plain.workspace.store.read() as tx:
        (kept,) = tx.refused_prospects.all()
    assert (kept.key, kept.name, kept.reason) == (first.key, first.name, "closed for good")
    assert first.key not in {one.key for one in prospects_of_place(plain.workspace, WEST, 40, limit=500).rows}
    assert "refused" in add_prospects(plain.workspace, [first.key]).passed_over[0]
    # A newer extract has it under another number.
    frame = plain.workspace.areas.current().points_of_interest().copy()
    frame["osm_id"] = [f"w{number}" for number in range(len(frame))]
    plain.workspace.areas.current().points_of_interest = lambda: frame
    plain.account("Anybody", Kind.PROSPECT, EAST)
    assert first.name not in {one.name for one in prospects_of_place(plain.workspace, WEST, 40, limit=500).rows}
    assert halves(plain)["West"].refused == 1
    with plain.workspace.store.write() as tx:
        assert tx.refused_prospects.forget([first.key]) == 1
    assert first.name in {one.name for one in prospects_of_place(plain.workspace, WEST, 40, limit=500).rows}


def test_refusing_needs_a_reason_and_a_business(plain: World) -> None:
    plain.customers(30, 30)
    first = prospects_of_place(plain.workspace, WEST, 40).rows[0]
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(InputRejected):
            refuse_prospect(plain.workspace, first.key, reason)
    with pytest.raises(NotFound):
        refuse_prospect(plain.workspace, "n999999", "none such")
    with pytest.raises(NotFound):
        add_prospects(plain.workspace, ["n999999"])


@pytest.mark.parametrize("customers", [0, 1, 12])
def test_too_few_customers_are_said_and_how_many_are_needed(plain: World, customers: int) -> None:
    accounts = plain.customers(customers, 0)
    plain.order(accounts[:3], [100.0] * len(accounts[:3]))
    found = potential_of_regions(plain.workspace, "halves")
    assert found.measure == ""
    assert {(row.value, row.low, row.high) for row in found.rows} == {(None, None, None)}
    assert "30 are needed" in found.remark or customers == 0
    assert finding_of(found)
    assert prospects_of_place(plain.workspace, WEST, 30).remark


def test_a_market_is_remembered_for_each_language(plain: World) -> None:
    english = market_of(plain.workspace)
    with speaking("de"):
        german = market_of(plain.workspace)
        assert market_of(plain.workspace) is german
    assert market_of(plain.workspace) is english
    assert any("Not enough history" in one or "None of your customers" in one for one in english.remarks)
    assert any("Zu wenig Vorgeschichte" in one or "Keiner Ihrer Kunden" in one for one in german.remarks)


def test_no_points_of_interest_no_area_and_no_road_are_reasons(plain: World) -> None:
    plain.customers(20, 20)
    assert "no road" in potential_of_place(plain.workspace, LonLat(9.5, -80.0), 10).remark.casefold()
    assert prospects_of_place(plain.workspace, LonLat(9.5, -80.0), 10).rows == ()
    area = plain.workspace.areas.current()
    empty = area.points_of_interest().iloc[:0]
    area.points_of_interest = lambda: empty
    plain.account("One more", Kind.PROSPECT, EAST)
    found = potential_of_regions(plain.workspace, "halves")
    assert "holds no named" in found.remark
    assert {row.name: row.customers for row in found.rows} == {"West": 20, "East": 20}
    plain.workspace.__dict__["areas"] = SimpleNamespace(has_any=False)
    plain.account("Another one", Kind.PROSPECT, EAST)
    found = potential_of_regions(plain.workspace, "halves")
    assert "gcrm area import" in found.remark
    assert {row.name: row.customers for row in found.rows} == {"West": 20, "East": 20}


def test_without_an_area_what_prospects_would_buy_is_still_told(plain: World) -> None:
    plain.workspace.__dict__["areas"] = SimpleNamespace(has_any=False)
    random = np.random.default_rng(1)
    everyone = plain.customers(40, 40)
    plain.order(everyone, np.exp(random.normal(7, 0.4, 80)).tolist())
    for number in range(50, 60):
        plain.account(f"East hotel {number}", Kind.PROSPECT)
    rows = halves(plain)
    assert rows["West"].value == 0
    assert rows["East"].low < 10 * np.exp(7.08) < rows["East"].high


@pytest.mark.parametrize("minutes", [0, -1, float("nan"), 1e9])
def test_minutes_that_cannot_be_are_refused(plain: World, minutes: float) -> None:
    with pytest.raises(InputRejected):
        potential_of_place(plain.workspace, WEST, minutes)


def test_a_set_that_is_not_there_is_named(plain: World) -> None:
    with pytest.raises(NotFound, match="halves"):
        potential_of_regions(plain.workspace, "quarters")


def test_orders_of_two_currencies_are_never_added_up(plain: World) -> None:
    everyone = plain.customers(40, 0)
    plain.order(everyone, [100.0 + number for number in range(40)])
    with plain.workspace.store.write() as tx:
        tx.orders.add_many([OrderLine(everyone[0].id, date(2026, 5, 1), Decimal(10**6), "EUR", key="euro")])
    found = potential_of_regions(plain.workspace, "halves")
    assert found.currency == "CHF"
    assert "EUR" in found.remark
    assert sum(row.bought or 0 for row in found.rows) == pytest.approx(sum(100 + number for number in range(40)), abs=1)


def test_refusals_move_with_the_database(plain: World, tmp_path: Path) -> None:
    plain.customers(30, 30)
    first = prospects_of_place(plain.workspace, WEST, 40).rows[0]
    refuse_prospect(plain.workspace, first.key, "no")
    target = tmp_path / "moved.gpkg"
    move_database(plain.workspace, str(target))
    moved = Workspace(Settings(tmp_path / "home", str(target)), plain.workspace.clock)
    with moved.store.read() as tx:
        assert [one.key for one in tx.refused_prospects.all()] == [first.key]
    moved.close()


def test_the_command_lists_adds_and_refuses(plain: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.customers(30, 30)
    monkeypatch.setattr(potential_command, "open_workspace", lambda: plain.workspace)

    def run(*words: str) -> Any:
        said = CliRunner().invoke(potential_command.potential, [*words, "--json"], catch_exceptions=False)
        assert said.exit_code == 0, said.output
        return json.loads(said.output)

    at = f"{WEST.lon},{WEST.lat}"
    table = run("--level", "halves")
    assert {"value", "low", "high", "reasons", "known", "customers"} <= set(table["rows"][0])
    assert run("--at", at, "--minutes", "20")["rows"][0]["customers"] > 0
    listed = run("prospects", "--at", at, "--minutes", "20")["rows"]
    done = run("prospects", "--at", at, "--minutes", "20", "--add", "1,2")
    assert len(done["added"]) == 2
    assert done["change_set"] > 0
    again = run("prospects", "--at", at, "--minutes", "20", "--refuse", listed[2]["key"], "--reason", "too far")
    assert again["refused"] == [listed[2]["key"]]
    keys = {one["key"] for one in run("prospects", "--at", at, "--minutes", "20")["rows"]}
    assert not keys & {one["key"] for one in listed[:3]}
    for words in ((), ("--level", "halves"), ("prospects", "--at", at, "--minutes", "20")):
        assert CliRunner().invoke(potential_command.potential, words).exit_code == (2 if not words else 0)


def test_each_account_has_a_potential_or_there_is_a_reason_for_none(plain: World) -> None:
    none = account_potential(plain.workspace)
    assert none.by_account == {}
    assert none.reason
    random = np.random.default_rng(1)
    everyone = plain.customers(40, 20)
    other = plain.account("West hotel 59", Kind.PROSPECT)
    chances = account_potential(plain.workspace)
    assert set(chances.by_account) <= {one.id for one in [*everyone, other]}
    plain.order(everyone, np.exp(random.normal(7, 0.4, 60)).tolist())
    found = account_potential(plain.workspace)
    assert found.unit == "CHF"
    with plain.workspace.store.read() as tx:
        bought = bought_in_a_year(tx, date(2026, 11, 1)).by_account
    assert found.by_account[everyone[0].id] == pytest.approx(bought[everyone[0].id])
    assert 700 < found.by_account[other.id] < 2_000
    assert potential_for(plain.workspace, ("work",)) is None
    assert potential_for(plain.workspace, ("work", "potential")) == found
