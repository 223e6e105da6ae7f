"""Tiles of a small place, cut when asked for."""

import math
import threading
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from gcrm.areas.basemap import generalise, write_grades
from gcrm.areas.osm import read_osm
from gcrm.areas.tiles import Tiles
from gcrm.platform.errors import NotReady
from tests.unit.gcrm.areas.osm_xml import OsmXml, village

NO_SEA = np.array([], dtype=object)


def tiles_of(place: OsmXml, folder: Path) -> Tiles:
    layers = read_osm(place.write(folder / "place.osm"))
    write_grades(folder, generalise(layers, NO_SEA))
    return Tiles(folder)


def at(z: int, lon: float = 9.502, lat: float = 47.1) -> tuple[int, int, int]:
    """The tile that a place is in. Source: OSM wiki, Slippy map tilenames."""
    across = (lon + 180) / 360 * 2**z
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    return z, int(across), int(down)


def read(data: bytes | None) -> dict[str, Any]:
    return dict(mapbox_vector_tile.decode(data)) if data else {}


def test_a_near_tile_has_streets_with_class_and_name(tmp_path: Path) -> None:
    tile = read(tiles_of(village(), tmp_path).tile(*at(16)))
    properties = [feature["properties"] for feature in tile["streets"]["features"]]
    assert {"kind": "residential", "name": "Long Street"} in properties


def test_small_streets_appear_only_near_and_large_ones_from_afar(tmp_path: Path) -> None:
    place = village().way(103, [1, 4], {"highway": "motorway"}).way(104, [3, 5], {"highway": "footway"})
    tiles = tiles_of(place, tmp_path)
    kinds = {
        zoom: {feature["properties"]["kind"] for feature in read(tiles.tile(*at(zoom)))["streets"]["features"]}
        for zoom in (13, 15)
    }
    assert kinds == {13: {"motorway", "residential"}, 15: {"motorway", "residential", "footway"}}


def test_streets_run_over_the_edge_of_a_tile_so_that_no_seam_shows(tmp_path: Path) -> None:
    tile = read(tiles_of(village(), tmp_path).tile(*at(18)))
    xs = [x for feature in tile["streets"]["features"] for x, _ in feature["geometry"]["coordinates"]]
    assert min(xs) < 0 or max(xs) > 4096
    assert min(xs) >= -128
    assert max(xs) <= 4096 + 128


def test_areas_lines_places_and_borders_have_their_layers(tmp_path: Path) -> None:
    boundary = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": "Vaduz"}
    place = (
        village()
        .node(11, (9.5019, 47.0999), {"place": "village", "name": "Vaduz"})
        .square(200, (9.5022, 47.1001), 0.0003, {"building": "yes"})
        .square(201, (9.5030, 47.1001), 0.0005, {"natural": "water"})
        .square(202, (9.5010, 47.0990), 0.0005, {"landuse": "forest"})
        .square(203, (9.5005, 47.0985), 0.003)
        .way(103, [1, 4], {"waterway": "river", "name": "Rhein"})
        .relation(300, [(203, "outer")], boundary)
    )
    tile = read(tiles_of(place, tmp_path).tile(*at(15)))
    assert set(tile) == {"landuse", "water", "buildings", "streets", "boundary", "places"}
    assert tile["places"]["features"][0]["properties"] == {"kind": "village", "name": "Vaduz"}
    assert {feature["geometry"]["type"] for feature in tile["water"]["features"]} == {"Polygon", "LineString"}
    assert tile["landuse"]["features"][0]["properties"] == {"kind": "forest"}
    assert tile["boundary"]["features"][0]["properties"] == {"kind": "8"}
    assert tile["boundary"]["features"][0]["geometry"]["type"].endswith("LineString")


def test_a_tile_elsewhere_is_none_and_so_is_one_that_is_not_there(tmp_path: Path) -> None:
    tiles = tiles_of(village(), tmp_path)
    assert tiles.tile(*at(14, lon=-70, lat=10)) is None
    assert tiles.tile(3, 8, 0) is None
    assert tiles.tile(-1, 0, 0) is None
    assert tiles.tile(40, 0, 0) is None


def test_many_threads_get_the_same_tile(tmp_path: Path) -> None:
    tiles = tiles_of(village(), tmp_path)
    found: list[bytes | None] = []
    threads = [threading.Thread(target=lambda: found.append(tiles.tile(*at(16)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert found[0]


def test_a_basemap_that_is_gone_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="Import the area again"):
        Tiles(tmp_path / "nowhere").tile(*at(14))


def test_a_border_between_two_levels_is_drawn_once_as_the_larger(tmp_path: Path) -> None:
    country = {"type": "boundary", "boundary": "administrative", "admin_level": "2", "name": "Land"}
    place = (
        village()
        .square(203, (9.5005, 47.0985), 0.003)
        .relation(300, [(203, "outer")], country)
        .relation(301, [(203, "outer")], country | {"admin_level": "8"})
    )
    layers = read_osm(place.write(tmp_path / "place.osm"))
    boundary = generalise(layers, NO_SEA)["near"]["boundary"]
    assert set(boundary.kind) == {"2"}
    assert shapely.length(boundary.shapes).sum() > 0


def test_seen_from_afar_a_street_loses_corners_but_has_no_gaps(tmp_path: Path) -> None:
    place = OsmXml()
    for number in range(1, 42):
        place.node(number, (9.0 + number * 0.01, 47.1 + (number % 2) * 0.0005))
    place.way(101, list(range(1, 21)), {"highway": "motorway"}).way(102, list(range(20, 42)), {"highway": "motorway"})
    tile = read(tiles_of(place, tmp_path).tile(*at(7, lon=9.2)))
    (street,) = tile["streets"]["features"]
    xs = [x for x, _ in street["geometry"]["coordinates"]]
    assert len(xs) < 10
    assert max(xs) - min(xs) == pytest.approx(0.4 / 360 * 2**7 * 4096, abs=2)
