"""The compiled search against plain Dijkstra on the same costs, and the two routers against each other."""

import networkx as nx
import numpy as np
import pytest

from routing.network.street_network import StreetNetwork
from routing.points import Points
from routing.travel_times.osrm import OsrmTravelTimes
from routing.travel_times.search import Costs
from routing.travel_times.streets import DOOR_S, StreetTravelTimes
from tests.integration.routing.conftest import near_streets


def as_networkx(network: StreetNetwork) -> nx.DiGraph:
    """Edges as nodes, turns as edges, weighted as the way is chosen; written out anew, not taken from the router."""
    graph = nx.DiGraph()
    for edge in range(network.edges):
        choice = network.seconds[edge] * network.dislike[edge]
        for turn in range(network.turn_start[edge], network.turn_start[edge + 1]):
            after = int(network.turn_to[turn])
            door = DOOR_S if network.door_only[after] and not network.door_only[edge] else 0.0
            graph.add_edge(
                edge,
                after,
                choice=round(10 * (choice + network.turn_s[turn] + door)),
                seconds=network.seconds[edge] + network.turn_s[turn],
                metres=network.metres[edge],
            )
    return graph


def test_the_compiled_search_finds_what_plain_dijkstra_finds(network: StreetNetwork) -> None:
    graph = as_networkx(network)
    router = StreetTravelTimes(network)
    rng = np.random.default_rng(3)
    for source in rng.choice(np.flatnonzero((network.piece == 0) & (network.twin < 0)), 5):
        found = router._search_from(
            np.array([source, -1], np.int32), np.array([0.0, 0.0]), np.empty(0, np.int32), 2**31 - 2
        )
        expected = nx.single_source_dijkstra_path_length(graph, int(source), weight="choice")
        reached = {edge: int(choice) for edge, choice in enumerate(found.choice) if choice < 2**31 - 1}
        expected.pop(int(source))
        reached.pop(int(source), None)
        assert reached == expected


def test_times_and_metres_are_those_of_the_way_chosen(network: StreetNetwork) -> None:
    graph = as_networkx(network)
    router = StreetTravelTimes(network)
    rng = np.random.default_rng(4)
    one_way = np.flatnonzero((network.piece == 0) & (network.twin < 0))
    for source, target in rng.choice(one_way, (10, 2), replace=False):
        found = router._search_from(
            np.array([source, -1], np.int32), np.array([0.0, 0.0]), np.array([target], np.int32), 2**31 - 2
        )
        way = nx.shortest_path(graph, int(source), int(target), weight="choice")
        seconds = nx.path_weight(graph, way, "seconds")
        assert found.time[target] / 10 == pytest.approx(seconds, rel=0.02, abs=0.05 * len(way))
        assert found.length[target] / 10 == pytest.approx(nx.path_weight(graph, way, "metres"), rel=0.02)


def agreement(osrm: OsrmTravelTimes, streets: StreetTravelTimes, points: Points) -> tuple[float, float, float, float]:
    """Correlation, median ratio, shares of pairs within 10 and 30 per cent, of pairs over a minute apart."""
    theirs, ours = osrm.matrix(points), streets.matrix(points)
    assert (theirs.reachable == ours.reachable).all()
    far = theirs.reachable & (theirs.seconds > 60)
    ratio = ours.seconds[far] / theirs.seconds[far]
    correlation = np.corrcoef(theirs.seconds[far], ours.seconds[far])[0, 1]
    off = np.abs(ratio - 1)
    return float(correlation), float(np.median(ratio)), float((off < 0.1).mean()), float((off < 0.3).mean())


def test_the_two_routers_agree(osrm: OsrmTravelTimes, streets: StreetTravelTimes, network: StreetNetwork) -> None:
    correlation, median, within_10, within_30 = agreement(osrm, streets, near_streets(network, 100, seed=1))
    assert correlation > 0.995
    assert 0.97 < median < 1.03
    assert within_10 > 0.97
    assert within_30 > 0.99


def test_the_costs_of_the_search_are_whole_and_never_negative(streets: StreetTravelTimes) -> None:
    costs: Costs = streets._costs
    for name in ("turn_choice", "turn_time", "edge_choice", "edge_time", "edge_length"):
        values = getattr(costs, name)
        assert values.dtype == np.int32
        assert values.min() >= 0
