"""Reading a street graph that OSMnx saved (.graphml)."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from routing.errors import NetworkUnreadable
from routing.network.build import build_network
from routing.network.driving import Obstacle, driving_of, obstacle_of
from routing.network.street_network import StreetNetwork
from routing.network.streets import Way, join_and_cut

Progress = Callable[[str, int, int], None]


def read_graphml(file: Path, progress: Progress) -> StreetNetwork:
    """The drivable streets of an OSMnx graph, simplified or not, in any CRS.

    The graph's edges are what may be driven and which way; how fast is decided as for every other file, so that the
    two answer alike. Turn restrictions are not in such a file.
    Raises NetworkUnreadable if the file is no such graph or holds nothing to drive on.
    """
    import networkx as nx
    import osmnx as ox

    progress(f"Reading {file.name}", 0, 0)
    try:
        graph = ox.io.load_graphml(file)
        if graph.graph["crs"] != ox.settings.default_crs:
            graph = ox.projection.project_graph(graph, to_latlong=True)
    except (nx.NetworkXException, KeyError, ValueError, TypeError, SyntaxError, OSError) as damaged:
        raise NetworkUnreadable(
            f"{file.name} cannot be read as a graph that OSMnx saved: {damaged}.",
            "Save it with osmnx.save_graphml, or give an OpenStreetMap extract.",
        ) from damaged
    nodes = _Nodes()
    obstacles: dict[int, Obstacle] = {}
    for node, attributes in graph.nodes(data=True):
        number = nodes.junction(node, float(attributes["x"]), float(attributes["y"]))
        if (obstacle := obstacle_of(_tags(attributes))) is not None:
            obstacles[number] = obstacle
    ways = list(_ways(graph, nodes))
    progress("Joining streets", 0, 0)
    lon_lat = np.array(nodes.places, dtype=np.float64).reshape(-1, 2)
    streets = join_and_cut(ways, len(lon_lat), obstacles)
    return build_network(lon_lat[:, 0], lon_lat[:, 1], streets, obstacles)


class _Nodes:
    """Numbers for the nodes of a graph, and for the points between them."""

    def __init__(self) -> None:
        self.places: list[tuple[float, float]] = []
        self.number: dict[Any, int] = {}

    def junction(self, node: Any, lon: float, lat: float) -> int:
        self.number[node] = len(self.places)
        self.places.append((lon, lat))
        return self.number[node]

    def between(self, points: list[tuple[float, float]]) -> list[int]:
        first = len(self.places)
        self.places += points
        return list(range(first, len(self.places)))


def _ways(graph: Any, nodes: _Nodes) -> Iterator[Way]:
    """Each street once: of the two edges of a street driven both ways, one is kept and says both."""
    pairs: dict[Any, int] = {}
    for tail, head, attributes in graph.edges(data=True):
        street = _street(tail, head, attributes)
        pairs[street] = pairs.get(street, 0) + 1
    done: set[Any] = set()
    for tail, head, attributes in graph.edges(data=True):
        tags = _tags(attributes)
        street = _street(tail, head, attributes)
        back = _street(head, tail, attributes)
        both = pairs.get(back, 0) > (1 if tail == head else 0)
        if both and back in done:
            continue
        done.add(street)
        # The graph's own edges say which way a street is driven, whatever its tags say.
        for key in [key for key in tags if key.startswith("oneway")]:
            del tags[key]
        tags["oneway"] = "no" if both else "yes"
        driving = driving_of(tags)
        if driving is None:
            continue
        yield Way([nodes.number[tail], *nodes.between(_inner(attributes)), nodes.number[head]], driving)


def _street(tail: Any, head: Any, attributes: Mapping[str, Any]) -> tuple[Any, Any, str, int]:
    ways = attributes.get("osmid", 0)
    named = ",".join(sorted(str(way) for way in (ways if isinstance(ways, list) else [ways])))
    return tail, head, named, round(float(attributes.get("length", 0.0)))


def _inner(attributes: Mapping[str, Any]) -> list[tuple[float, float]]:
    geometry = attributes.get("geometry")
    return [] if geometry is None else [(float(lon), float(lat)) for lon, lat in geometry.coords[1:-1]]


def _tags(attributes: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a node or an edge as text. Where OSMnx joined ways, several values stand in a list."""
    tags = {}
    for key, value in attributes.items():
        if isinstance(value, list):
            # The slowest limit; for anything else the first, which OSMnx met first along the street.
            tags[key] = ";".join(map(str, value)) if key == "maxspeed" else str(value[0])
        elif isinstance(value, str):
            tags[key] = value
    return tags
