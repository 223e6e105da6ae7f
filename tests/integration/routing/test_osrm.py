"""What is OSRM's own: its files, how they are built, and who may open them."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from routing.errors import NetworkUnreadable, RouterUnavailable
from routing.network.street_network import StreetNetwork
from routing.points import as_points
from routing.travel_times.osrm import OsrmTravelTimes, prepare
from tests.integration.routing.conftest import needs_osrm
from tests.unit.routing.worlds import BLOCK_S, World, grid


@pytest.fixture(autouse=True)
def _osrm() -> None:
    needs_osrm()


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_kind_of_extract_can_be_prepared(tmp_path: Path) -> None:
    world = grid()
    plain = world.write(tmp_path)
    packed = tmp_path / "world.osm.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for number, file in enumerate((plain, packed)):
        prepare(file, tmp_path / f"area{number}")
        matrix = OsrmTravelTimes(tmp_path / f"area{number}").matrix(world.points((-0.5, 0), (0.5, 0)))
        assert matrix.seconds[0, 1] == pytest.approx(BLOCK_S, abs=1)


def test_preparing_again_replaces(tmp_path: Path) -> None:
    prepare(grid().write(tmp_path), tmp_path / "area")
    before = left_in(tmp_path)
    world = grid(oneway="yes")
    prepare(world.write(tmp_path), tmp_path / "area")
    assert left_in(tmp_path) == before
    matrix = OsrmTravelTimes(tmp_path / "area").matrix(world.points((0.5, 0), (-0.5, 0)))
    assert matrix.seconds[0, 1] > 4 * BLOCK_S


def test_stopped_in_the_middle_nothing_is_left(tmp_path: Path) -> None:
    file = grid().write(tmp_path)

    def stop(message: str, done: int, total: int) -> None:  # noqa: ARG001 - a Progress
        if "shortcuts" in message:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(file, tmp_path / "area", stop)
    assert left_in(tmp_path) == ["world.osm"]


def test_what_osrm_cannot_read_is_refused_with_what_to_do(tmp_path: Path) -> None:
    empty = tmp_path / "empty.osm"
    empty.write_text("<osm version='0.6'></osm>")
    with pytest.raises(NetworkUnreadable, match=r"empty\.osm"):
        prepare(empty, tmp_path / "area")
    with pytest.raises(RouterUnavailable, match="street graph"):
        prepare(tmp_path / "saved.graphml", tmp_path / "area")
    assert left_in(tmp_path) == ["empty.osm"]


def test_streets_across_the_antimeridian_are_left_to_the_street_graph(tmp_path: Path) -> None:
    with pytest.raises(RouterUnavailable, match="antimeridian"):
        prepare(grid((180.0, -16.5)).write(tmp_path), tmp_path / "area")


def test_an_area_without_its_files_says_to_import_it_again(tmp_path: Path) -> None:
    prefix = tmp_path / "area"
    with pytest.raises(RouterUnavailable, match="Import the area again"):
        OsrmTravelTimes(prefix)
    prepare(grid().write(tmp_path), prefix)
    (tmp_path / "area.osrm.hsgr").write_bytes(b"cut off")
    with pytest.raises(RouterUnavailable, match="Import the area again"):
        OsrmTravelTimes(prefix)


def test_several_processes_open_the_same_files(osrm_prefix: Path, network: StreetNetwork) -> None:
    mine = OsrmTravelTimes(osrm_prefix, network)
    ask = f"""
from pathlib import Path
from routing.points import as_points
from routing.travel_times.osrm import OsrmTravelTimes
router = OsrmTravelTimes(Path({str(osrm_prefix)!r}))
print(router.matrix(as_points([(9.5215, 47.1410), (9.5025, 47.0665)])).seconds[0, 1])
"""
    others = [subprocess.Popen([sys.executable, "-c", ask], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {int(other.communicate(timeout=60)[0]) for other in others}
    assert said == {int(mine.matrix(as_points([(9.5215, 47.1410), (9.5025, 47.0665)])).seconds[0, 1])}


def test_an_extract_with_a_cut_way_is_prepared(tmp_path: Path) -> None:
    world = World()
    world.street((0, 0), (1, 0), (2, 0), (3, 0))
    prepare(world.write(tmp_path, missing=[(2, 0)]), tmp_path / "area")
    matrix = OsrmTravelTimes(tmp_path / "area").matrix(world.points((0.2, 0), (0.8, 0)))
    assert matrix.seconds[0, 1] == pytest.approx(0.6 * BLOCK_S, abs=1)
