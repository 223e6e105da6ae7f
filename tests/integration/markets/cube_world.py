"""A small company to roll up: regions of two levels, territories, visits, orders in two currencies, and gaps in all."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from shapely import MultiPolygon, box

from gcrm.accounts.model import Account, Address, Kind, Priority
from gcrm.activities.model import Activity, ActivityKind, CheckIn, Outcome, Verdict
from gcrm.people.model import Rep, Shift
from gcrm.sales.model import OrderLine
from gcrm.territories.model import Region, Territory
from gcrm.workspace import Workspace
from routing.points import LonLat

HOSTILE = "x'); DROP TABLE accounts; --"
COUNTIES, TOWNS = "counties", "towns, with a comma"
WEEK = (*(Shift(time(8), time(17)) for _ in range(5)), None, None)


def _square(west: float, south: float, size: float) -> MultiPolygon:
    return MultiPolygon([box(west, south, west + size, south + size)])


def fill(workspace: Workspace, seed: int = 7, accounts: int = 40, events: int = 200) -> None:
    """Two counties of four towns each, the last town without an account; some accounts have no place."""
    dice = random.Random(seed)
    with workspace.store.write() as tx:
        ada = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), WEEK, "Pacific/Auckland"))
        bo = tx.reps.add(Rep("bo", "", "", LonLat(9.5, 47.1), WEEK, "Europe/Vaduz"))
        tx.regions.replace_set(
            COUNTIES, [Region(COUNTIES, name, _square(at, 0, 2)) for name, at in (("W", 0), ("E", 2))]
        )
        towns = [(f"{name} {at}{up}", at, up) for at in range(4) for up in range(2) for name in ["Town"]]
        tx.regions.replace_set(TOWNS, [Region(TOWNS, name, _square(at, up, 1)) for name, at, up in towns])
        north = tx.territories.add(Territory(HOSTILE, ada.id))
        south = tx.territories.add(Territory("South", bo.id))
        made = tx.accounts.add_many(
            [
                Account(
                    f"Firm {number}",
                    dice.choice([Kind.CUSTOMER, Kind.PROSPECT]),
                    address=Address(city=dice.choice(["Vaduz", "Balzers", "", HOSTILE])),
                    place=dice.choice([None, LonLat(dice.uniform(0, 3.9), dice.uniform(0, 1.9)), LonLat(50, 50)]),
                    segment=dice.choice(["", "hotel", "no segment"]),
                    priority=dice.choice(list(Priority)),
                    territory_id=dice.choice([None, north.id, south.id]),
                    created_at=dice.choice([None, datetime(2025, dice.randint(1, 12), 1, tzinfo=UTC)]),
                )
                for number in range(accounts)
            ]
        )
        if not made:
            return
        for _ in range(events):
            at = datetime(2024, 12, 25, 13, tzinfo=UTC) + timedelta(hours=dice.randint(0, 9_000))
            seen = CheckIn(at, None, None, None, dice.choice(list(Verdict)))
            tx.activities.add(
                Activity(
                    dice.choice(made).id,
                    dice.choice(list(ActivityKind)),
                    at,
                    dice.choice([None, ada.id, bo.id]),
                    outcome=dice.choice(list(Outcome)),
                    check_in=dice.choice([None, seen]),
                    withdrawn_at=dice.choice([None, None, None, at]),
                )
            )
        tx.orders.add_many(
            [
                OrderLine(
                    dice.choice(made).id,
                    date(2024, 12, 20) + timedelta(days=dice.randint(0, 900)),
                    Decimal(dice.randint(-5_000, 90_000)) / dice.choice([100, 10_000]),
                    dice.choice(["EUR", "EUR", "CHF", ""]),
                    dice.choice(["Bread", "", HOSTILE, "Butter"]),
                    dice.choice([None, Decimal(dice.randint(-5, 30)) / 4]),
                )
                for _ in range(events)
            ]
        )
