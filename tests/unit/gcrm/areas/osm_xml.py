"""Small OpenStreetMap files, written by hand."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

Tags = dict[str, str]
LonLat = tuple[float, float]


class OsmXml:
    """An .osm file in the making; nodes, ways and relations are numbered as the test likes."""

    def __init__(self, box: tuple[float, float, float, float] | None = None) -> None:
        """box: west, south, east, north that the file says it was cut to."""
        self.head = ""
        if box:
            west, south, east, north = box
            self.head = f'<bounds minlon="{west}" minlat="{south}" maxlon="{east}" maxlat="{north}"/>'
        self.nodes: dict[int, str] = {}
        self.ways: dict[int, str] = {}
        self.relations: dict[int, str] = {}

    def node(self, number: int, at: LonLat, tags: Tags | None = None) -> "OsmXml":
        self.nodes[number] = f'<node id="{number}" version="1" lon="{at[0]}" lat="{at[1]}">{_tags(tags)}</node>'
        return self

    def way(self, number: int, nodes: list[int], tags: Tags | None = None) -> "OsmXml":
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self.ways[number] = f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>'
        return self

    def relation(self, number: int, members: list[tuple[int, str]], tags: Tags | None = None) -> "OsmXml":
        """members: ways with their role."""
        refs = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in members)
        self.relations[number] = f'<relation id="{number}" version="1">{refs}{_tags(tags)}</relation>'
        return self

    def square(self, way: int, west_south: LonLat, size: float, tags: Tags | None = None) -> "OsmXml":
        """A closed way of four nodes, numbered ten times the way's number and up."""
        west, south = west_south
        corners = [(west, south), (west + size, south), (west + size, south + size), (west, south + size)]
        for position, corner in enumerate(corners):
            self.node(way * 10 + position, corner)
        return self.way(way, [way * 10, way * 10 + 1, way * 10 + 2, way * 10 + 3, way * 10], tags)

    def write(self, file: Path) -> Path:
        kinds = (self.nodes, self.ways, self.relations)
        body = "\n".join([self.head, *(kind[number] for kind in kinds for number in sorted(kind))])
        file.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n{body}\n</osm>\n', encoding="utf-8"
        )
        return file


def _tags(tags: Tags | None) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in (tags or {}).items())


def village() -> OsmXml:
    """Two streets that cross, near 9.5 east and 47.1 north, and one of them one-way."""
    return (
        OsmXml()
        .node(1, (9.500, 47.100))
        .node(2, (9.502, 47.100))
        .node(3, (9.504, 47.100))
        .node(4, (9.502, 47.101))
        .node(5, (9.502, 47.099))
        .way(101, [1, 2, 3], {"highway": "residential", "name": "Long Street"})
        .way(102, [4, 2, 5], {"highway": "residential", "name": "Cross Street", "oneway": "yes"})
    )
