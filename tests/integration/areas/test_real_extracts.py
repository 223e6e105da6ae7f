"""Real extracts: a country, a city centre, a metro of streets only, and old and packed formats."""

import json
import math
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from gcrm.accounts.model import Level
from gcrm.areas.area import Area
from gcrm.areas.basemap import generalise, write_grades
from gcrm.areas.coast import sea_polygons
from gcrm.areas.extract import read_extract
from gcrm.areas.import_area import import_area
from gcrm.areas.tiles import Tiles
from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace
from routing.points import LonLat, as_points

VADUZ = LonLat(9.5215, 47.1410)


def current(home: Path) -> Area:
    return open_workspace(Settings(home=home)).areas.current()


def tile_at(tiles: Tiles | Area, z: int, lon: float, lat: float) -> dict[str, Any]:
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    data = tiles.tile(z, x, y)
    return dict(mapbox_vector_tile.decode(data)) if data else {}


def kinds(tile: dict[str, Any], layer: str) -> set[str]:
    return {feature["properties"].get("kind", "") for feature in tile.get(layer, {"features": []})["features"]}


def test_liechtenstein_holds_what_its_people_need(liechtenstein: Path) -> None:
    area = current(liechtenstein)
    info = area.info
    assert info.name == "liechtenstein"
    assert 5_000 < info.junctions < 7_000
    assert info.edges > info.junctions
    assert 12_400 < info.addresses < 12_700
    assert 17_000 < info.buildings < 18_500
    assert info.points_of_interest > 500
    west, south, east, north = info.bbox
    assert 9.4 < west < 9.5 < east < 9.7
    assert 47.0 < south < 47.1 < north < 47.3
    assert area.boundary.contains(shapely.Point(VADUZ))
    assert not area.boundary.contains(shapely.Point(9.48, 47.17)), "Buchs is in Switzerland"
    places = area.places().set_index("name")
    assert places.loc["Vaduz", "population"] > 5_000
    assert {"shop", "office", "amenity"} <= set(area.points_of_interest()["category"])


def test_liechtenstein_is_geocoded_and_driven_in(liechtenstein: Path) -> None:
    area = current(liechtenstein)
    (best, *_) = area.geocoder().find("Dorfstrasse 24, 9495 Triesen")
    assert best.level == Level.HOUSE
    assert best.lat == pytest.approx(47.108, abs=0.005)
    points = as_points([VADUZ, LonLat(9.5287, 47.1664), LonLat(9.5209, 47.2126)])
    for router in ("streets", "auto"):
        matrix = area.travel_times(router).matrix(points)
        assert matrix.reachable.all()
        assert 120 < matrix.seconds[0, 1] < 900


def test_tiles_of_liechtenstein_show_more_the_nearer_they_are(liechtenstein: Path) -> None:
    area = current(liechtenstein)
    far, middle, near = (tile_at(area, zoom, *VADUZ) for zoom in (8, 12, 15))
    assert kinds(far, "streets") <= {"motorway", "motorway_link", "trunk", "primary", "primary_link", "secondary"} | {
        "secondary_link",
        "trunk_link",
    }
    assert "2" in kinds(far, "boundary")
    assert "residential" in kinds(middle, "streets")
    assert "buildings" not in middle
    assert {"streets", "buildings", "landuse", "water"} <= set(near)
    assert any(feature["properties"].get("name") for feature in near["streets"]["features"])


def test_helsinki_is_cut_and_still_whole_enough(helsinki: Path) -> None:
    area = current(helsinki)
    assert area.info.name == "helsinki-centre"
    assert 3_500 < area.info.addresses < 3_800
    assert area.info.buildings > 1_400
    poi = area.points_of_interest()
    assert (poi["category"] == "shop").sum() > 900
    assert area.geocoder().find("Elielinaukio 2, Helsinki")[0].level == Level.HOUSE
    assert "sea" in kinds(tile_at(area, 15, 24.9535, 60.1665), "water"), "the south harbour"
    assert "sea" not in kinds(tile_at(area, 16, 24.9402, 60.1709), "water"), "the railway station is on land"


def test_a_metro_of_streets_only_is_read_and_drawn(shared: Path, tmp_path: Path) -> None:
    layers = read_extract(shared / "data" / "osm" / "porto-metro-2015-06-06.osm.pbf")
    assert len(layers.ways) > 45_000
    assert len(layers.streets) > 10_000
    write_grades(tmp_path, generalise(layers, sea_polygons(layers.coastlines, layers.box or (0, 0, 0, 0))))
    tiles = Tiles(tmp_path)
    for zoom, largest in ((7, 60_000), (10, 120_000), (12, 150_000), (14, 60_000)):
        x = int((-8.61 + 180) / 360 * 2**zoom)
        y = int((1 - math.asinh(math.tan(math.radians(41.155))) / math.pi) / 2 * 2**zoom)
        data = tiles.tile(zoom, x, y)
        assert data is not None
        assert len(data) < largest, f"zoom {zoom}"
    assert "residential" in kinds(tile_at(tiles, 14, -8.61, 41.155), "streets")


def test_older_and_newer_extracts_of_a_country_are_the_same_area(shared: Path, tmp_path: Path) -> None:
    workspace = open_workspace(Settings(home=tmp_path))
    osm = shared / "data" / "osm"
    old = import_area(workspace, osm / "liechtenstein-2013-08-03.osm.bz2")
    area = workspace.areas.current()
    new = import_area(workspace, osm / "dreieich-2022-10.osm.gz", name="liechtenstein")
    assert old.name == new.name == "liechtenstein"
    assert old.buildings == 3_723
    assert new.addresses == 915
    assert [info.source_file for info in workspace.areas.list()] == ["dreieich-2022-10.osm.gz"]
    assert area.geocoder().find("Landstrasse, Schaan"), "who has opened the old one can still read it"
    assert workspace.geocoder.country == "DE"


def test_every_tile_of_the_city_centre_is_one_that_others_can_read(helsinki: Path) -> None:
    area = current(helsinki)
    west, south, east, north = area.info.bbox
    seen = 0
    for zoom in range(4, 16):
        for lon in np.linspace(west, east, 3):
            for lat in np.linspace(south, north, 3):
                tile = tile_at(area, zoom, lon, lat)
                for name, layer in tile.items():
                    seen += len(layer["features"])
                    assert all(
                        shapely.geometry.shape(each["geometry"]).is_empty is False for each in layer["features"]
                    ), name
    assert seen > 1_000


def test_the_command_prints_one_document(shared: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from click.testing import CliRunner

    from gcrm.cli.main import gcrm

    file = shared / "data" / "osm" / "dreieich-2022-10.osm.gz"
    runner = CliRunner(env={"GCRM_HOME": str(tmp_path)})
    done = runner.invoke(gcrm, ["area", "import", str(file), "--json"], catch_exceptions=False)
    document = json.loads(done.stdout)
    assert document["name"] == "dreieich"
    wanted = {"junctions", "edges", "addresses", "places", "bbox", "seconds", "points_of_interest", "buildings"}
    assert wanted <= document.keys()
    assert document["attribution"] == "© OpenStreetMap contributors, ODbL"
    assert "Reading" in done.stderr

    listed = json.loads(runner.invoke(gcrm, ["area", "list", "--json"]).stdout)
    assert [(each["name"], each["current"]) for each in listed] == [("dreieich", True)]
    assert "dreieich is in use" in runner.invoke(gcrm, ["area", "use", "dreieich"]).stdout
    assert runner.invoke(gcrm, ["area", "use", "nowhere"]).exit_code == 1
    assert "removed" in runner.invoke(gcrm, ["area", "remove", "dreieich"]).stdout
    assert "gcrm area import" in runner.invoke(gcrm, ["area", "list"]).stdout
    capfd.readouterr()
