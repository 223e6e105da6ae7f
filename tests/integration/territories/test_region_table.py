"""What is in each region, on each database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from gcrm.accounts.model import Account, Kind, Priority
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.markets.neglected import Neglected, PotentialAgainstVisits, finding_of, potential_against_visits
from gcrm.markets.region_table import RegionRow, RegionTable, region_table
from gcrm.platform.errors import NotFound
from gcrm.sales.model import OrderLine
from gcrm.territories.assign_territory import assign_territory
from gcrm.workspace import Workspace

Put = Callable[..., Account]
TODAY = date(2026, 11, 24)


def table_of(workspace: Workspace, set_name: str) -> RegionTable:
    with workspace.store.read() as tx:
        return region_table(tx, set_name, workspace.clock())


def row(workspace: Workspace, name: str) -> RegionRow:
    return next(one for one in table_of(workspace, "squares").rows if one.name == name)


def test_customers_prospects_and_penetration(land: Workspace, put: Put) -> None:
    put("C", (0.5, 0.5))
    for number in range(3):
        put(f"P{number}", (0.2, 0.2), kind=Kind.PROSPECT)
    left = row(land, "Left")
    assert (left.customers, left.prospects, left.penetration) == (1, 3, 0.25)
    assert (row(land, "Right").customers, row(land, "Right").penetration) == (0, None)


def test_regions_stand_by_name_and_what_is_outside_is_counted(land: Workspace, put: Put) -> None:
    put("Outside", (9, 9))
    put("Not placed")
    table = table_of(land, "squares")
    assert [one.name for one in table.rows] == ["Far", "Left", "Right"]
    assert table.outside == 1


def test_overdue_visits_are_counted_but_not_those_of_shops_that_closed_down(land: Workspace, put: Put) -> None:
    late = {"priority": Priority.A, "last_visit": TODAY - timedelta(days=31)}
    put("Late", (0.5, 0.5), **late)
    put("In time", (0.5, 0.5), priority=Priority.A, last_visit=TODAY - timedelta(days=30))
    put("Never visited", (0.5, 0.5))
    gone = put("Gone", (0.5, 0.5), **late)
    with land.store.write() as tx:
        visit = Activity(gone.id, ActivityKind.VISIT, land.clock() - timedelta(days=40), outcome=Outcome.CLOSED_DOWN)
        tx.activities.add(visit)
    assert row(land, "Left").overdue == 1


def test_visits_of_the_last_sixty_days_are_counted_and_calls_are_not(land: Workspace, put: Put) -> None:
    account = put("Often seen", (1.5, 0.5))
    with land.store.write() as tx:
        for days in (1, 59, 61):
            tx.activities.add(Activity(account.id, ActivityKind.VISIT, land.clock() - timedelta(days=days)))
        tx.activities.add(Activity(account.id, ActivityKind.CALL, land.clock()))
    assert row(land, "Right").visits == 2


def test_who_looks_after_a_region(land: Workspace) -> None:
    assign_territory(land, "ben", "squares", ["Left", "Right"])
    assign_territory(land, "ada", "squares", ["Left"])
    assert row(land, "Left").reps == ("Ada", "Ben")
    assert row(land, "Right").reps == ("Ben",)
    assert row(land, "Far").reps == ()


def test_an_account_on_a_border_counts_once(land: Workspace, put: Put) -> None:
    put("On the border", (1, 0.5))
    assert [row(land, name).customers for name in ("Left", "Right")] == [1, 0]


def test_the_area_is_that_on_the_ellipsoid(land: Workspace) -> None:
    assert row(land, "Left").area_km2 == pytest.approx(12_308.78, abs=0.01)


def test_a_set_that_is_not_there_is_refused_with_those_that_are(land: Workspace) -> None:
    with pytest.raises(NotFound) as caught:
        table_of(land, "circles")
    assert "squares" in caught.value.remedy


def test_sales_of_a_year_and_what_is_loaded_stand_in_the_row(land: Workspace, put: Put) -> None:
    assert row(land, "Left").sales is None
    account = put("Buys", (0.5, 0.5))
    with land.store.write() as tx:
        lines = [("a", TODAY, "10.25"), ("b", TODAY - timedelta(30), "-0.25"), ("c", TODAY - timedelta(900), "99")]
        tx.orders.add_many([OrderLine(account.id, day, Decimal(amount), "CHF", key=key) for key, day, amount in lines])
        squares = [
            replace(one, properties={"Median income": "40,000", "Jobs": 7} if one.name == "Left" else {})
            for one in tx.regions.of_set("squares")
        ]
        tx.regions.replace_set("squares", squares)
    assert (row(land, "Left").sales, row(land, "Right").sales) == (10.0, 0.0)
    assert row(land, "Left").statistics == {"income": 40_000, "workplaces": 7}
    assert row(land, "Right").statistics == {}
    assert (table_of(land, "squares").currency, table_of(land, "squares").period) == ("CHF", f"the year to {TODAY}")


def test_potential_against_visits_puts_the_neglected_first(land: Workspace, put: Put) -> None:
    for number in range(4):
        put(f"Seen {number}", (0.5, 0.5), kind=Kind.PROSPECT)
    with land.store.write() as tx:
        seen = tx.accounts.all()[0]
        tx.activities.add(Activity(seen.id, ActivityKind.VISIT, land.clock() - timedelta(days=3)))
    with land.store.read() as tx:
        rows = region_table(tx, "squares", land.clock()).rows
        found = potential_against_visits(land, "squares", rows, tx)
    assert {one.name: one.visits for one in found.rows} == {"Left": 1, "Right": 0, "Far": 0}
    assert found.measure == "businesses"
    assert finding_of(found) == "Nothing is known that could be won in these regions."


def test_the_finding_names_who_stands_out() -> None:
    rows = (
        Neglected(1, "Mauren", 12_000.0, 3_000.0, 20_000.0, 1, 0.8),
        Neglected(2, "Vaduz", 9_000.0, 2_000.0, 15_000.0, 40, -0.8),
    )
    said = finding_of(PotentialAgainstVisits(rows, "revenue", "CHF", ""))
    assert said == "Mauren stands out: about 12,000 CHF a year (3,000 to 20,000) to win, and 1 visit in 60 days."
    calm = finding_of(PotentialAgainstVisits((Neglected(1, "Vaduz", 9.0, None, None, 4, 0.0),), "businesses", "", ""))
    assert calm == "Visits are made where there is most to win."
    assert finding_of(PotentialAgainstVisits((), "", "", "")).startswith("Nothing is known")
