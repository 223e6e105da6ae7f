"""Ada's day in a world that a hand can compute."""

from collections.abc import Callable
from typing import Any

import pytest

from gcrm.accounts.model import Account, Priority
from gcrm.people.model import Rep
from gcrm.people.working_week import read_break, read_week
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plain_roads import plain_areas

HOME = LonLat(9.5, 47.1)


@pytest.fixture
def plain(workspace: Workspace) -> Workspace:
    """A workspace on the plain world's roads: ten metres a second, a degree is 100 km either way."""
    workspace.__dict__["areas"] = plain_areas()
    return workspace


def plain_account(name: str, minutes_east: float, minutes_north: float = 0.0, **more: Any) -> Account:
    """An account so many minutes' drive from Ada's home, open round the clock unless told otherwise."""
    place = LonLat(HOME.lon + minutes_east * 600 / 100_000, HOME.lat + minutes_north * 600 / 100_000)
    return Account(name, place=place, **{"opening_hours": "24/7", "priority": Priority.B, "visit_minutes": 30, **more})


@pytest.fixture
def staffed(plain: Workspace) -> Callable[..., list[Account]]:
    """Set up Ada with a territory and the accounts in it; returns them with their ids."""

    def set_up(
        accounts: list[Account],
        *,
        key: str = "ada",
        hours: str = "08:00-16:00",
        lunch: str = "none",
        home: LonLat | None = HOME,
    ) -> list[Account]:
        with plain.store.write() as tx:
            rep = tx.reps.add(
                Rep(key, key.capitalize(), "Vaduz", home, read_week(hours), "Europe/Vaduz", read_break(lunch))
            )
            territory = tx.territories.add(Territory(f"{key}'s", rep.id))
            kept = tx.accounts.add_many(accounts)
            tx.accounts.set_territories({account.id: territory.id for account in kept})
            return tx.accounts.by_ids([account.id for account in kept])

    return set_up
