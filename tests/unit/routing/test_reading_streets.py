import bz2
import gzip
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from routing.errors import NetworkUnreadable
from routing.network.read import read_street_network
from routing.network.street_network import StreetNetwork
from tests.unit.routing.worlds import BLOCK_M, World, grid


def same(one: StreetNetwork, other: StreetNetwork) -> bool:
    return all(np.array_equal(getattr(one, each.name), getattr(other, each.name)) for each in fields(StreetNetwork))


def test_streets_run_from_junction_to_junction(tmp_path: Path) -> None:
    network = grid().network(tmp_path)
    # The four corners only bend a street: four bent streets of two blocks and four of one remain, both ways each.
    assert (network.junctions, network.edges) == (5, 16)
    assert sorted(network.metres.round()) == [BLOCK_M] * 8 + [2 * BLOCK_M] * 8


def test_a_way_goes_on_in_another_only_where_it_is_driven_alike(tmp_path: Path) -> None:
    world = World()
    world.street((0, 0), (1, 0))
    world.street((2, 0), (1, 0))
    world.street((2, 0), (3, 0), maxspeed="80")
    world.street((3, 0), (4, 0), maxspeed="80", oneway="yes")
    network = world.network(tmp_path)
    assert sorted(network.metres.round()) == [BLOCK_M] * 3 + [2 * BLOCK_M] * 2


def test_a_ring_without_a_junction_is_a_street(tmp_path: Path) -> None:
    world = World()
    world.street((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    network = world.network(tmp_path)
    assert (network.junctions, network.edges) == (1, 2)
    assert network.metres == pytest.approx([4 * BLOCK_M] * 2, abs=1)


def test_a_roundabout_and_a_motorway_are_one_way_unless_they_say_otherwise(tmp_path: Path) -> None:
    ring = ((0, 0), (1, 0), (1, 1), (0, 0))
    for tags, edges in (
        ({"junction": "roundabout"}, 1),
        ({"junction": "circular"}, 1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 2),
        ({}, 2),
    ):
        world = World()
        world.street(*ring, **tags)
        assert world.network(tmp_path).edges == edges


def test_what_a_car_may_not_drive_is_left_out(tmp_path: Path) -> None:
    for tags in (
        {"highway": "footway"},
        {"highway": "track"},
        {"highway": "construction"},
        {"access": "no"},
        {"motor_vehicle": "no"},
        {"access": "no", "motorcar": "agricultural"},
        {"area": "yes"},
        {"route": "ferry", "highway": "ferry"},
    ):
        world = grid()
        before = world.network(tmp_path).edges
        world.ways.append(([world.node((5, 0)), world.node((6, 0))], {"highway": "residential", **tags}))
        assert world.network(tmp_path).edges == before, tags


def test_a_way_cut_at_the_edge_of_the_extract_ends_there(tmp_path: Path) -> None:
    world = World()
    world.street((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0))
    network = world.network(tmp_path, missing=[(2, 0), (5, 0)])
    assert sorted(network.metres.round()) == [BLOCK_M] * 4
    assert len(network.piece_size) == 2


def test_a_missing_node_alone_takes_no_other_street_with_it(tmp_path: Path) -> None:
    world = grid()
    network = world.network(tmp_path, missing=[(1, 1)])
    assert network.metres[~network.backward].sum() == pytest.approx(10 * BLOCK_M, abs=1)


def test_packed_files_and_any_order_say_the_same(tmp_path: Path) -> None:
    world = grid(oneway="yes")
    plain = world.network(tmp_path)
    text = world.xml()
    (tmp_path / "world.osm.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "world.osm.bz2").write_bytes(bz2.compress(text.encode()))
    start, things = text.splitlines()[:2], text.splitlines()[2:-1]
    (tmp_path / "backwards.osm").write_text("\n".join([*start, *things[::-1], "</osm>"]))
    assert same(read_street_network(tmp_path / "world.osm.gz"), plain)
    assert same(read_street_network(tmp_path / "world.osm.bz2"), plain)
    backwards = read_street_network(tmp_path / "backwards.osm")
    assert sorted(backwards.metres) == pytest.approx(sorted(plain.metres))


def test_the_negative_numbers_of_an_editor_are_read(tmp_path: Path) -> None:
    world = grid()
    file = tmp_path / "edited.osm"
    file.write_text(world.xml().replace('id="', 'id="-').replace('ref="', 'ref="-'))
    assert read_street_network(file).edges == world.network(tmp_path).edges


@pytest.mark.parametrize(
    "content",
    [b"", b"not an extract", b"<osm version='0.6'></osm>", b"<osm version='0.6'><way id='1'></osm>"],
    ids=["empty", "text", "no streets", "broken"],
)
def test_a_file_without_streets_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "streets.osm"
    file.write_bytes(content)
    with pytest.raises(NetworkUnreadable) as refused:
        read_street_network(file)
    assert "streets.osm" in refused.value.fault
    assert refused.value.remedy


def test_streets_whose_nodes_are_all_missing_are_no_streets(tmp_path: Path) -> None:
    world = World()
    world.street((0, 0), (1, 0))
    with pytest.raises(NetworkUnreadable, match="no street"):
        world.network(tmp_path, missing=[(0, 0)])


@pytest.mark.parametrize("name", ["missing.osm.pbf", "table.csv", "streets.graphml"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    if not name.startswith("missing"):
        (tmp_path / name).write_text("a,b")
    with pytest.raises(NetworkUnreadable) as refused:
        read_street_network(tmp_path / name)
    assert name in str(refused.value)
    assert refused.value.remedy


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    def stop(message: str, done: int, total: int) -> None:
        raise KeyboardInterrupt(message, done, total)

    with pytest.raises(KeyboardInterrupt):
        read_street_network(grid().write(tmp_path), stop)


def test_a_saved_network_comes_back_as_it_was(tmp_path: Path) -> None:
    network = grid(oneway="yes").network(tmp_path)
    network.save(tmp_path / "streets.npz")
    assert same(StreetNetwork.load(tmp_path / "streets.npz"), network)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut off"])
def test_a_damaged_network_is_said_to_be_damaged(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "streets.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NetworkUnreadable, match="Import the area again"):
        StreetNetwork.load(file)
