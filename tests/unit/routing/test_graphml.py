"""A graph that OSMnx made of the same streets says the same as the streets."""

from pathlib import Path

import numpy as np
import osmnx as ox
import pytest

from routing.network.read import read_street_network
from routing.network.street_network import StreetNetwork
from routing.travel_times.streets import StreetTravelTimes
from tests.unit.routing.worlds import World, grid

SPOTS = [(-0.5, 0), (0.5, 0), (0, 0.6), (0.9, -1), (-1, 0.3)]


def saved(world: World, folder: Path, *, simplify: bool, project: bool = False) -> StreetNetwork:
    graph = ox.graph.graph_from_xml(world.write(folder), simplify=simplify)
    if project:
        graph = ox.projection.project_graph(graph)
    ox.io.save_graphml(graph, folder / "streets.graphml")
    return read_street_network(folder / "streets.graphml")


@pytest.mark.parametrize("simplify", [True, False])
@pytest.mark.parametrize("tags", [{}, {"oneway": "yes"}, {"oneway": "-1"}, {"maxspeed": "90"}])
def test_a_saved_graph_is_driven_like_the_extract(tmp_path: Path, tags: dict[str, str], *, simplify: bool) -> None:
    world = grid(**tags)
    points = world.points(*SPOTS)
    expected = StreetTravelTimes(world.network(tmp_path)).matrix(points)
    found = StreetTravelTimes(saved(world, tmp_path, simplify=simplify)).matrix(points)
    assert np.abs(found.seconds - expected.seconds).max() <= 1
    assert np.abs(found.metres - expected.metres).max() <= 1
    assert (found.reachable == expected.reachable).all()


def test_a_projected_graph_is_read_in_degrees(tmp_path: Path) -> None:
    world = grid()
    network = saved(world, tmp_path, simplify=True, project=True)
    assert network.bbox == pytest.approx(world.network(tmp_path).bbox, abs=1e-6)


def test_signals_and_both_directions_of_a_loop_survive(tmp_path: Path) -> None:
    world = grid()
    world.node((0, 1), highway="traffic_signals")
    world.street((1, 1), (2, 1), (2, 2), (1, 1))
    network = saved(world, tmp_path, simplify=True)
    assert network.edges == world.network(tmp_path).edges
    assert network.turn_s.sum() == pytest.approx(world.network(tmp_path).turn_s.sum(), abs=0.5)
