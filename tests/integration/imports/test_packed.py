"""Zip files and shapefiles, whole and in parts, and files of places that are damaged."""

import json
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from gcrm.imports.read import read_table
from gcrm.platform.errors import InputRejected


@pytest.fixture
def shapefile(tmp_path: Path) -> Path:
    """A shapefile of two accounts, in the Swiss grid."""
    folder = tmp_path / "shape"
    folder.mkdir()
    frame = gpd.GeoDataFrame(
        {"NAME": ["Bäckerei", "Garage"]}, geometry=[Point(9.52, 47.14), Point(9.53, 47.15)], crs=4326
    )
    frame.to_crs(2056).to_file(folder / "kunden.shp")
    return folder / "kunden.shp"


def packed(target: Path, *files: Path, under: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{under}{file.name}")
    return target


def test_a_shapefile_is_read_from_its_zip_file_with_what_systems_put_beside_it(shapefile: Path, tmp_path: Path) -> None:
    file = packed(tmp_path / "kunden.zip", *shapefile.parent.iterdir(), under="Export 2026/")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("__MACOSX/Export 2026/._kunden.shp", b"\0")
        archive.writestr("Export 2026/read me.txt", "hello")
    table = read_table(file)
    assert table.headings == ("NAME", "lon", "lat")
    assert [row.cells[0] for row in table.rows] == ["Bäckerei", "Garage"]
    assert float(table.rows[0].cells[1]) == pytest.approx(9.52, abs=1e-6)
    assert read_table(shapefile).rows == table.rows


def test_a_list_is_read_from_a_zip_file(tmp_path: Path) -> None:
    (tmp_path / "kunden.csv").write_text("name,city\nAda,Vaduz\n", encoding="utf-8")
    assert read_table(packed(tmp_path / "a.zip", tmp_path / "kunden.csv")).rows[0].cells == ("Ada", "Vaduz")


@pytest.mark.parametrize("ending", [".shx", ".dbf", ".prj"])
def test_a_part_of_a_shapefile_that_is_missing_is_named(shapefile: Path, tmp_path: Path, ending: str) -> None:
    shapefile.with_suffix(ending).unlink()
    for file in (shapefile, packed(tmp_path / "kunden.zip", *shapefile.parent.iterdir())):
        with pytest.raises(InputRejected, match=rf"\{ending} is missing") as refused:
            read_table(file)
        assert ".zip" in refused.value.remedy


def test_a_bomb_in_a_zip_file_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 40_000_000)
    with pytest.raises(InputRejected, match="unpacks to 40 MB"):
        read_table(tmp_path / "bomb.zip")


def test_a_zip_file_of_several_files_or_of_zip_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("name\nAda\n", encoding="utf-8")
    with pytest.raises(InputRejected, match=r"holds a\.csv, b\.csv"):
        read_table(packed(tmp_path / "two.zip", tmp_path / "a.csv", tmp_path / "b.csv"))
    inner = packed(tmp_path / "inner.zip", tmp_path / "a.csv")
    with pytest.raises(InputRejected, match="packed file again"):
        read_table(packed(tmp_path / "outer.zip", inner))


def test_names_in_a_zip_file_lead_nowhere_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "climb.zip", "w") as archive:
        archive.writestr("../../../climbed.csv", "name\nAda\n")
    assert read_table(tmp_path / "climb.zip").rows[0].cells == ("Ada",)
    assert not list(tmp_path.parent.rglob("climbed.csv"))


FEATURES = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "properties": {"name": "A"}, "geometry": None}],
}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.geojson", json.dumps(FEATURES)[:-9].encode(), "is no JSON from line 1, column"),
        ("none.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no features"),
        ("list.geojson", b"[1, 2]", "holds no features"),
        ("odd.geojson", b'{"type": "FeatureCollection", "features": [7]}', "holds"),
        ("latin.geojson", json.dumps(FEATURES).encode().replace(b"A", b"\xc4"), "UTF-8"),
        ("cut.gpkg", b"SQLite format 3\0" + b"\0" * 90, "is damaged or cut off, or no GeoPackage"),
        ("text.gpkg", b"name,city\n", "is damaged or cut off, or no GeoPackage"),
        ("cut.fgb", b"fgb\x03fgb\x00\x01", "holds no features"),
    ],
)
def test_a_damaged_file_of_places_is_refused_in_our_own_words(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputRejected) as refused:
        read_table(tmp_path / name)
    assert said in refused.value.fault
    assert refused.value.remedy
    for words in ("driver", "GDAL", "dataset", "sqlite3", "Error", "supported"):
        assert words not in str(refused.value)


def test_a_database_that_is_no_geopackage_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.gpkg") as database:
        database.execute("create table thing (a)")
    database.close()
    with pytest.raises(InputRejected, match="or no GeoPackage"):
        read_table(tmp_path / "other.gpkg")
