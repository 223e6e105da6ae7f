"""Small extracts written by hand: what a mapper of some country would have mapped, as OSM XML."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from gcrm.areas.osm import read_osm
from gcrm.geocoding import Geocoder, build_index

Tags = Mapping[str, str]
At = tuple[float, float]


def house(street: str, number: str, city: str = "", postcode: str = "", **others: str) -> dict[str, str]:
    """The tags of an address; others without their "addr:"."""
    tags = {"street": street, "housenumber": number, "city": city, "postcode": postcode, **others}
    return {f"addr:{key}": value for key, value in tags.items() if value}


def geocoder_of(
    folder: Path, nodes: Sequence[tuple[At, Tags]], ways: Sequence[tuple[Sequence[At | int], Tags]] = ()
) -> Geocoder:
    """A geocoder of an extract. nodes: ((lon, lat), tags). ways: (corners, tags); a number is a node of `nodes`."""
    lines: list[str] = []
    drawn: list[str] = []
    for number, ((lon, lat), tags) in enumerate(nodes, start=1):
        lines.append(f'<node id="{number}" version="1" lon="{lon}" lat="{lat}">{_tags(tags)}</node>')
    last = len(nodes)
    for number, (corners, tags) in enumerate(ways, start=1):
        refs = []
        for corner in corners:
            if isinstance(corner, int):
                refs.append(corner + 1)
                continue
            last += 1
            lines.append(f'<node id="{last}" version="1" lon="{corner[0]}" lat="{corner[1]}"/>')
            refs.append(last)
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        drawn.append(f'<way id="{number}" version="1">{inside}{_tags(tags)}</way>')
    file = folder / "world.osm"
    text = "\n".join(['<osm version="0.6" generator="hand">', *lines, *drawn, "</osm>"])
    file.write_text(text, encoding="utf-8")
    layers = read_osm(file)
    index = folder / "addresses.sqlite"
    build_index(layers.addresses, layers.streets, layers.places, layers.boundaries, index)
    return Geocoder(index)


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
