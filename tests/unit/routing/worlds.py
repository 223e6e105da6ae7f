"""Small worlds of streets, written as OpenStreetMap files, that a hand can compute.

A block is 500 m. Streets are limited to 45 km/h, so they are driven at 36 km/h, 10 m/s: a block takes 50 s.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
from pyproj import Geod

from routing.network.read import read_street_network
from routing.network.street_network import StreetNetwork

BLOCK_M = 500.0
BLOCK_S = 50
STREET = {"highway": "residential", "maxspeed": "45"}
CENTRE = (9.5, 47.1)
WGS84 = Geod(ellps="WGS84")

Spot = tuple[float, float]
"""East and north of the world's centre, in blocks."""


class World:
    """Streets between spots; every spot is one node."""

    def __init__(self, centre: tuple[float, float] = CENTRE) -> None:
        self.centre = centre
        self.nodes: dict[Spot, int] = {}
        self.node_tags: dict[Spot, Mapping[str, str]] = {}
        self.ways: list[tuple[list[int], Mapping[str, str]]] = []
        self.relations: list[tuple[list[tuple[str, int, str]], Mapping[str, str]]] = []

    def lonlat(self, spot: Spot) -> tuple[float, float]:
        east, north = spot
        lon, lat, _ = WGS84.fwd(*self.centre, 90, east * BLOCK_M)
        lon, lat, _ = WGS84.fwd(lon, lat, 0, north * BLOCK_M)
        return lon, lat

    def points(self, *spots: Spot) -> np.ndarray:
        return np.array([self.lonlat(spot) for spot in spots]).reshape(-1, 2)

    def node(self, spot: Spot, **tags: str) -> int:
        if tags:
            self.node_tags[spot] = tags
        return self.nodes.setdefault(spot, len(self.nodes) + 1)

    def street(self, *spots: Spot, **tags: str) -> int:
        """A way through the spots; tags are added to STREET, `_` stands for `:`. Returns its number."""
        self.ways.append(
            ([self.node(spot) for spot in spots], {**STREET, **{k.replace("_", ":"): v for k, v in tags.items()}})
        )
        return len(self.ways)

    def restrict(self, kind: str, from_way: int, via: Spot, to_way: int) -> None:
        members = [("way", from_way, "from"), ("node", self.node(via), "via"), ("way", to_way, "to")]
        self.relations.append((members, {"type": "restriction", "restriction": kind}))

    def xml(self, missing: Sequence[Spot] = ()) -> str:
        """The world as OSM XML; nodes at the missing spots are named by the ways, but are not there."""

        def tagged(tags: Mapping[str, str]) -> str:
            return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())

        lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6">']
        for spot, number in self.nodes.items():
            if spot not in missing:
                lon, lat = self.lonlat(spot)
                tags = tagged(self.node_tags.get(spot, {}))
                lines.append(f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">{tags}</node>')
        for number, (refs, tags) in enumerate(self.ways, 1):
            nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            lines.append(f'<way id="{number}" version="1">{nodes}{tagged(tags)}</way>')
        for number, (members, tags) in enumerate(self.relations, 1):
            parts = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
            lines.append(f'<relation id="{number}" version="1">{parts}{tagged(tags)}</relation>')
        return "\n".join([*lines, "</osm>"])

    def write(self, folder: Path, missing: Sequence[Spot] = ()) -> Path:
        file = folder / "world.osm"
        file.write_text(self.xml(missing), encoding="utf-8")
        return file

    def network(self, folder: Path, missing: Sequence[Spot] = ()) -> StreetNetwork:
        return read_street_network(self.write(folder, missing))


def grid(centre: tuple[float, float] = CENTRE, size: int = 1, **middle_row: str) -> World:
    """Junctions a block apart, from (-size, -size) to (size, size); tags for the middle row, drawn to the east."""
    world = World(centre)
    places = range(-size, size + 1)
    for north in places:
        world.street(*((east, north) for east in places), **(middle_row if north == 0 else {}))
    for east in places:
        world.street(*((east, north) for north in places))
    return world
