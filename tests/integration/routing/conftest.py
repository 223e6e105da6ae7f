"""Real streets, read once a session, and both routers on them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from routing.network.read import read_street_network
from routing.network.street_network import StreetNetwork
from routing.points import Points
from routing.travel_times import TravelTimes
from routing.travel_times.osrm import OsrmTravelTimes, is_available, prepare
from routing.travel_times.streets import StreetTravelTimes
from tests.fixtures.requires import missing

LIECHTENSTEIN = "liechtenstein-2024-03-04.osm.pbf"


def near_streets(network: StreetNetwork, count: int, seed: int) -> Points:
    """Places a door's width to a few houses off the junctions of the network."""
    rng = np.random.default_rng(seed)
    junctions = rng.choice(np.unique(network.tail[network.piece == 0]), count)
    places = np.column_stack([network.lon[junctions], network.lat[junctions]])
    return np.asarray(places + rng.normal(0, 3e-4, (count, 2)))


@pytest.fixture(scope="session")
def extract(shared: Path) -> Path:
    return shared / "data" / "osm" / LIECHTENSTEIN


@pytest.fixture(scope="session")
def network(extract: Path) -> StreetNetwork:
    return read_street_network(extract)


@pytest.fixture(scope="session")
def osrm_prefix(extract: Path, network: StreetNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """OSRM's files for Liechtenstein, in a folder whose name OSRM would mangle."""
    needs_osrm()
    prefix = tmp_path_factory.mktemp("area.osm.pbf") / "streets.osrm"
    prepare(extract, prefix, network=network)
    return prefix


def needs_osrm() -> None:
    if not is_available():
        missing("OSRM is not installed: its wheels need Python 3.12 or later")


@pytest.fixture(scope="session")
def osrm(osrm_prefix: Path, network: StreetNetwork) -> OsrmTravelTimes:
    return OsrmTravelTimes(osrm_prefix, network)


@pytest.fixture(scope="session")
def streets(network: StreetNetwork) -> StreetTravelTimes:
    return StreetTravelTimes(network)


@pytest.fixture(params=["osrm", "streets"])
def router(request: pytest.FixtureRequest) -> TravelTimes:
    found: TravelTimes = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def router_on(tmp_path: Path) -> Callable[[Path, str], TravelTimes]:
    """Makes a router of a name on a file of streets."""

    def make(file: Path, name: str) -> TravelTimes:
        if name == "streets":
            return StreetTravelTimes(read_street_network(file))
        needs_osrm()
        prefix = tmp_path / f"osrm-{file.name.split('.')[0]}"
        prepare(file, prefix)
        return OsrmTravelTimes(prefix)

    return make
