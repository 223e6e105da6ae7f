"""Layers from an OpenStreetMap file: .osm.pbf, .osm, .osm.gz and .osm.bz2, in one pass with pyosmium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
import shapely
from osmium import filter as of

from gcrm.areas import tags as meaning
from gcrm.areas.interpolation import NumberedNode, houses_between
from gcrm.areas.layers import ADDRESS_COLUMNS, Layers, Rows
from gcrm.common.language import say
from gcrm.platform.progress import Progress, quiet

AREA_KEYS = ("building", "landuse", "natural", "leisure", "waterway", "water", "boundary", "place", "highway")
REPORT_EVERY = 50_000
TYPES = {"n": "node", "w": "way", "r": "relation"}


def read_osm(file: Path, progress: Progress = quiet) -> Layers:
    """Read all layers of an extract. Ways whose nodes are partly missing come as the parts that are there.

    Raises what pyosmium raises for a damaged file (RuntimeError), and Cancelled if `progress` does.
    """
    reader = _Reader()
    processor = (
        osmium.FileProcessor(str(file))
        .with_locations("flex_mem")
        .with_areas(of.KeyFilter(*AREA_KEYS, *meaning.ADDRESS_KEYS, *meaning.POI_KEYS))
        .with_filter(of.EmptyTagFilter())
    )
    for count, thing in enumerate(processor):
        if count % REPORT_EVERY == 0:
            progress(say("Reading {file}", file=file.name), count)
        reader.take(thing)
    progress(say("Sorting what was read"))
    box = processor.header.box()
    return reader.layers(
        (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat) if box.valid() else None
    )


class _Reader:
    """Sorts the things of a file into layers."""

    def __init__(self) -> None:
        self.addresses = Rows(ADDRESS_COLUMNS)
        self.streets = Rows(("name", "alt_names"))
        self.places = Rows(("name", "alt_names", "kind", "population", "is_point"))
        self.boundaries = Rows(("name", "alt_names", "admin_level", "postal_code"))
        self.points_of_interest = Rows(("category", "kind", "name", "osm_id"))
        self.ways = Rows(("kind", "name"))
        self.water = Rows(("kind", "name"))
        self.landuse = Rows(("kind",))
        self.buildings = Rows(("kind", "levels"))
        self.borders = Rows(("admin_level",))
        self.coastlines = Rows(())
        self.numbered: dict[int, NumberedNode] = {}
        self.interpolated: list[tuple[dict[str, str], list[tuple[int, float, float]], int]] = []
        self.no_area_yet: dict[int, tuple[str, dict[str, str]]] = {}
        self.wkb = osmium.geom.WKBFactory()

    def take(self, thing: Any) -> None:
        """Sort in one node, way or area; relations come again as areas."""
        kind = thing.type_str()
        tags = dict(thing.tags)
        if kind == "n":
            self._node(thing, tags)
        elif kind == "w":
            self._way(thing, tags)
        elif kind == "a":
            self._area(thing, tags)

    def _node(self, node: Any, tags: dict[str, str]) -> None:
        if not node.location.valid():
            return
        shape = self.wkb.create_point(node)
        self._address_and_business(shape, tags, f"n{node.id}")
        self._place(shape, tags, is_point=True)
        if "addr:housenumber" in tags:
            self.numbered[node.id] = NumberedNode(tags, node.location.lon, node.location.lat)

    def _way(self, way: Any, tags: dict[str, str]) -> None:
        runs = list(_runs(way)) if _is_cut(way) else None
        lines = [self.wkb.create_linestring(way)] if runs is None else [_line(run) for run in runs if len(run) > 1]
        self._lines(lines, tags)
        if tags.get("addr:interpolation", "no") != "no":
            nodes = [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]
            self.interpolated.append((tags, nodes, way.id))
        elif runs is None and _may_be_address_or_business(tags):
            # Until it comes as an area too; one whose outline crosses itself never does.
            self.no_area_yet[way.id] = (lines[0], tags)
        elif runs is not None and way.is_closed():
            # A closed way that the extract cut never comes as an area: what is left of it is closed along the cut.
            corners = [corner for run in runs for corner in run]
            if len(set(corners)) > 2:
                self._surface(shapely.Polygon(corners).wkb_hex, tags, f"w{way.id}")
            elif corners:
                self._address_and_business(shapely.Point(corners[0]).wkb_hex, tags, f"w{way.id}")

    def _lines(self, lines: list[str], tags: dict[str, str]) -> None:
        name = tags.get("name", "")
        if kind := meaning.street_kind(tags):
            self.ways.extend(lines, kind, name)
        if meaning.is_named_street(tags):
            self.streets.extend(lines, name, meaning.other_names(tags))
        if kind := meaning.water_line_kind(tags):
            self.water.extend(lines, kind, name)
        if tags.get("boundary") == "administrative":
            self.borders.extend(lines, tags.get("admin_level", ""))
        if tags.get("natural") == "coastline":
            self.coastlines.extend(lines)

    def _area(self, area: Any, tags: dict[str, str]) -> None:
        if not any(key in tags for key in AREA_KEYS) and not _may_be_address_or_business(tags):
            return
        if area.num_rings()[0] == 0:
            return  # its outline crosses itself or has gaps
        if area.from_way():
            self.no_area_yet.pop(area.orig_id(), None)
        osm_id = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
        self._surface(self.wkb.create_multipolygon(area), tags, osm_id)

    def _surface(self, shape: str, tags: dict[str, str], osm_id: str) -> None:
        name = tags.get("name", "")
        self._address_and_business(shape, tags, osm_id)
        self._place(shape, tags, is_point=False)
        if meaning.is_building(tags):
            self.buildings.add(shape, tags["building"], tags.get("building:levels", ""))
        elif kind := meaning.water_area_kind(tags):
            self.water.add(shape, kind, name)
        elif kind := meaning.landuse_kind(tags):
            self.landuse.add(shape, kind)
        boundary = tags.get("boundary", "")
        if boundary == "administrative" and name:
            level, code = tags.get("admin_level", ""), tags.get("postal_code", "")
            self.boundaries.add(shape, name, meaning.other_names(tags), level, code)
        elif boundary == "postal_code":
            code = tags.get("postal_code") or tags.get("ref") or name
            self.boundaries.add(shape, name, meaning.other_names(tags), "", code)

    def _address_and_business(self, shape: str, tags: dict[str, str], osm_id: str) -> None:
        if found := meaning.address(tags):
            self.addresses.add(shape, *found.values(), osm_id, "")
        if business := meaning.business(tags):
            self.points_of_interest.add(shape, *business, tags.get("name") or tags.get("brand", ""), osm_id)

    def _place(self, shape: str, tags: dict[str, str], *, is_point: bool) -> None:
        if tags.get("place") and "name" in tags:
            kind, population = tags["place"], tags.get("population", "")
            self.places.add(shape, tags["name"], meaning.other_names(tags), kind, population, is_point)

    def layers(self, box: tuple[float, float, float, float] | None) -> Layers:
        """All that was read."""
        for way_id, (line, tags) in self.no_area_yet.items():
            self._address_and_business(line, tags, f"w{way_id}")
        known = {(values[0], values[1], values[2]) for values in self.addresses.values}
        for tags, nodes, way_id in self.interpolated:
            for house in houses_between(tags, nodes, self.numbered):
                address = meaning.address(house.tags)
                if address and (address["street"], address["place"], address["house_number"]) not in known:
                    at = shapely.Point(house.lon, house.lat).wkb_hex
                    self.addresses.add(at, *address.values(), f"w{way_id}", tags["addr:interpolation"])
        return Layers(
            addresses=self.addresses.frame(as_points=True),
            streets=self.streets.frame(),
            places=_without_doubles(self.places),
            boundaries=self.boundaries.frame(),
            points_of_interest=self.points_of_interest.frame(as_points=True),
            ways=self.ways.frame(),
            water=self.water.frame(),
            landuse=self.landuse.frame(),
            buildings=self.buildings.frame(),
            borders=self.borders.frame(),
            coastlines=self.coastlines.frame(),
            box=box,
        )


def _without_doubles(places: Rows) -> Any:
    """A place that is mapped both as a point and as an area stands where its point is."""
    frame = places.frame(as_points=True)
    pointed = set(frame["name"][frame["is_point"].astype(bool)])
    kept = frame["is_point"].astype(bool) | ~frame["name"].isin(pointed)
    return frame[kept].drop(columns="is_point").reset_index(drop=True)


def _may_be_address_or_business(tags: dict[str, str]) -> bool:
    return any(key in tags for key in (*meaning.ADDRESS_KEYS, *meaning.POI_KEYS))


def _is_cut(way: Any) -> bool:
    return len(way.nodes) < 2 or any(not node.location.valid() for node in way.nodes)


def _runs(way: Any) -> Iterator[list[tuple[float, float]]]:
    """The parts of a way whose nodes are in the extract, as lists of (lon, lat)."""
    run: list[tuple[float, float]] = []
    for node in way.nodes:
        if node.location.valid():
            run.append((node.lon, node.lat))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _line(run: list[tuple[float, float]]) -> str:
    return shapely.LineString(run).wkb_hex
