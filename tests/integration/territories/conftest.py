"""Squares and reps on each database: Ada has the left square, Ben the right one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from shapely import MultiPolygon

from gcrm.accounts.model import Account
from gcrm.people.model import Rep
from gcrm.platform.settings import Settings
from gcrm.territories.model import Region
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.stores import FixedClock
from tests.unit.gcrm.territories.worlds import square

SQUARES = {"Left": square(0, 0), "Right": square(1, 0), "Far": square(5, 5)}


@pytest.fixture
def land(database: str, clock: FixedClock, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on each database with the reps Ada and Ben and the set `squares`."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    url = database if database.startswith("postgresql") else ""
    workspace = Workspace(Settings(home=home, database_url=url), clock)
    with workspace.store.write() as tx:
        for key in ("ada", "ben"):
            tx.reps.add(Rep(key, key.capitalize(), "", LonLat(0, 0), (None,) * 7, "UTC"))
    put_regions(workspace, SQUARES)
    yield workspace
    workspace.close()


@pytest.fixture
def put(land: Workspace) -> Callable[..., Account]:
    """Adds an account at a place, or at none."""

    def put(name: str, place: tuple[float, float] | None = None, **more: Any) -> Account:
        with land.store.write() as tx:
            return tx.accounts.add(Account(name, place=LonLat(*place) if place else None, **more))

    return put


def put_regions(workspace: Workspace, squares: dict[str, MultiPolygon], set_name: str = "squares") -> None:
    with workspace.store.write() as tx:
        tx.regions.replace_set(set_name, [Region(set_name, name, area) for name, area in squares.items()])


def territory_of(workspace: Workspace, account: Account) -> str | None:
    """The name of the territory that an account is in now."""
    with workspace.store.read() as tx:
        found = tx.accounts.get(account.id).territory_id
        return None if found is None else tx.territories.get(found).name
