"""Fetching an extract of a place from OpenStreetMap's public servers, through OSMnx."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from routing.errors import DownloadFailed, PlaceUnknown

Progress = Callable[[str, int, int], None]
Elements = dict[str, dict[int, dict[str, Any]]]

WANTED: dict[str, bool | str | list[str]] = {
    "highway": True,
    "addr:housenumber": True,
    "addr:interpolation": True,
    "place": True,
    "postal_code": True,
    "boundary": ["administrative", "postal_code"],
    "building": True,
    "amenity": True,
    "shop": True,
    "office": True,
    "craft": True,
    "tourism": True,
    "leisure": True,
    "healthcare": True,
    "landuse": True,
    "natural": ["water", "wood", "coastline"],
    "waterway": ["river", "riverbank"],
    "railway": ["rail", "station"],
    "type": ["restriction"],
}
"""What an area is made of: the keys, or the values of a key, that are asked for."""

KINDS = ("node", "way", "relation")


def _quiet(message: str, done: int = 0, total: int = 0) -> None:
    """Say nothing and never stop."""


def download_area(place: str, out: Path, progress: Progress = _quiet) -> Path:
    """Fetch what OpenStreetMap knows of a place, such as "Ghent, Belgium", and write it as an extract.

    Only the name of the place leaves this machine. A city takes minutes and some hundred megabytes: the servers are
    free and shared, and OSMnx asks them slowly. What is larger is better had from a site of ready extracts.
    Returns the file: `out`, with .osm.pbf added unless it ends like an extract already.
    Raises PlaceUnknown if no area of that name is found, DownloadFailed if a server cannot be reached or gives up.
    """
    import requests
    from osmnx import _errors

    target = out if out.name.endswith((".osm.pbf", ".osm", ".osm.bz2")) else out.with_name(f"{out.name}.osm.pbf")
    try:
        with _uncached():
            progress(f"Looking up {place}", 0, 0)
            boundary = _boundary(place)
            elements = _fetch(boundary, progress)
    except (requests.RequestException, _errors.ResponseStatusCodeError) as failed:
        raise DownloadFailed(
            f"OpenStreetMap's servers could not be asked for {place}: {failed}.",
            "Check the connection, or download an extract elsewhere and import the file.",
        ) from failed
    except _errors.InsufficientResponseError as unknown:
        raise _unknown(place) from unknown
    progress("Writing the extract", 0, 0)
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(elements, target)
    return target


def _unknown(place: str) -> PlaceUnknown:
    return PlaceUnknown(
        f"OpenStreetMap knows no area called {place!r}.",
        'Add the country, as in "Ghent, Belgium", or name what is around.',
    )


@contextmanager
def _uncached() -> Iterator[None]:
    """OSMnx's settings are those of the whole process, and its cache is a folder where one happens to stand."""
    from osmnx import settings

    before, settings.use_cache = settings.use_cache, False
    try:
        yield
    finally:
        settings.use_cache = before


def _boundary(place: str) -> Any:
    from osmnx import geocoder

    try:
        return geocoder.geocode_to_gdf(place).union_all()
    except TypeError as no_polygon:  # what it says where the place is a point only
        raise _unknown(place) from no_polygon


def _fetch(boundary: Any, progress: Progress) -> Elements:
    # The public functions give frames and graphs that have lost the ids and order of nodes, which an extract needs.
    from osmnx import _overpass

    elements: Elements = {kind: {} for kind in KINDS}
    for answer in _overpass._download_overpass_features(boundary, WANTED):  # noqa: SLF001 - see above
        if "remark" in answer:
            raise DownloadFailed(
                f"OpenStreetMap's server gave up: {answer['remark']}.",
                "Try again later, name a smaller place, or download an extract elsewhere and import the file.",
            )
        for element in answer["elements"]:
            elements.setdefault(element["type"], {})[element["id"]] = element
        progress("Downloading", sum(map(len, elements.values())), 0)
    return elements


def _write(elements: Elements, target: Path) -> None:
    """Write the elements in the order that readers expect: nodes, ways, relations, each by id."""
    import osmium
    from osmium.osm.mutable import Node, Relation, Way

    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for number, node in sorted(elements["node"].items()):
            writer.add_node(Node(id=number, version=1, location=(node["lon"], node["lat"]), tags=node.get("tags", {})))
        for number, way in sorted(elements["way"].items()):
            writer.add_way(Way(id=number, version=1, nodes=way["nodes"], tags=way.get("tags", {})))
        for number, relation in sorted(elements["relation"].items()):
            members = [(member["type"][0], member["ref"], member["role"]) for member in relation.get("members", [])]
            writer.add_relation(Relation(id=number, version=1, members=members, tags=relation.get("tags", {})))
