import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from shapely import GeometryCollection, LineString, MultiPolygon, Point, box

from gcrm.platform.errors import InputRejected
from gcrm.territories.read import RegionsRead, name_of, people, read_regions
from tests.unit.gcrm.territories.worlds import BOW_TIE, frame_of, square, write


def read(file: Path, column: str = "name", **options: Any) -> RegionsRead:
    return read_regions(file, column, "squares", **options)


def names(found: RegionsRead) -> list[str]:
    return [region.name for region in found.regions]


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp", "fgb"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32632", "EPSG:3857"])
def test_regions_are_read_from_any_format_in_any_system(tmp_path: Path, ending: str, crs: str) -> None:
    frame = frame_of(["West", "East"], [box(9, 47, 9.1, 47.1), box(9.1, 47, 9.2, 47.1)], people=[10, 20]).to_crs(crs)
    # The writer of GeoJSON turns everything into degrees unless it is told not to.
    options = {"RFC7946": "NO"} if ending == "geojson" else {}
    found = read(write(tmp_path / f"areas.{ending}", frame, **options), population_column="people")
    # A flat format keeps the order of its index, not of its rows.
    assert sorted(names(found)) == ["East", "West"]
    assert {region.name: region.population for region in found.regions} == {"West": 10, "East": 20}
    west = next(region for region in found.regions if region.name == "West")
    assert west.geometry.bounds == pytest.approx((9, 47, 9.1, 47.1), abs=1e-6)
    assert west.set_name == "squares"
    assert found.read == 2
    assert not found.rejects


def test_a_zipped_shapefile_is_read_wherever_it_lies_in_the_archive(tmp_path: Path) -> None:
    write(tmp_path / "areas.shp", frame_of(["A"], [square(0, 0)]))
    with zipfile.ZipFile(tmp_path / "areas.zip", "w") as archive:
        for part in tmp_path.glob("areas.*"):
            if part.suffix != ".zip":
                archive.write(part, f"deep/in/{part.name}")
        archive.writestr("__MACOSX/deep/._areas.shp", "rubbish")
    assert names(read(tmp_path / "areas.zip")) == ["A"]


def test_a_file_that_does_not_say_its_system_is_refused_with_the_remedy(tmp_path: Path) -> None:
    frame = frame_of(["A"], [box(9, 47, 9.1, 47.1)]).to_crs("EPSG:2056")
    file = write(tmp_path / "areas.shp", frame)
    (tmp_path / "areas.prj").unlink()
    with pytest.raises(InputRejected) as caught:
        read(file)
    assert "--crs" in caught.value.remedy
    assert read(file, crs="EPSG:2056").regions[0].geometry.bounds == pytest.approx((9, 47, 9.1, 47.1), abs=1e-3)


def test_metres_that_pass_for_degrees_are_refused_with_the_remedy(tmp_path: Path) -> None:
    frame = frame_of(["A"], [box(385_000, 6_671_000, 386_000, 6_672_000)])
    file = write(tmp_path / "areas.geojson", frame, RFC7946="NO")
    with pytest.raises(InputRejected, match="on Earth") as caught:
        read(file)
    assert "--crs" in caught.value.remedy
    found = read(file, crs="EPSG:3067")
    assert found.regions[0].geometry.bounds == pytest.approx((24.9, 60.2, 25, 60.2), abs=0.1)
    assert "as you said" in found.remarks[0]


def test_a_system_that_is_none_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "areas.geojson", frame_of(["A"], [square(0, 0)]))
    with pytest.raises(InputRejected, match="EPSG:nine"):
        read(file, crs="EPSG:nine")


def test_a_missing_column_is_told_with_those_there_are(tmp_path: Path) -> None:
    file = write(tmp_path / "areas.geojson", frame_of(["A"], [square(0, 0)], inhabitants=[7]))
    with pytest.raises(InputRejected) as caught:
        read(file, "nmae")
    assert "Did you mean 'name'?" in caught.value.fault
    assert "name, inhabitants" in caught.value.remedy
    with pytest.raises(InputRejected, match="people"):
        read(file, population_column="people")


def test_capitals_of_a_column_do_not_count(tmp_path: Path) -> None:
    file = write(tmp_path / "areas.geojson", frame_of(["A"], [square(0, 0)]))
    assert names(read(file, "NAME")) == ["A"]


def test_a_column_called_population_is_taken_unasked(tmp_path: Path) -> None:
    file = write(tmp_path / "areas.geojson", frame_of(["A"], [square(0, 0)], Population=[1234]))
    assert read(file).regions[0].population == 1234


def test_a_shape_that_crosses_itself_is_mended_and_that_is_said(tmp_path: Path) -> None:
    found = read(write(tmp_path / "areas.geojson", frame_of(["A", "B"], [BOW_TIE, square(5, 5)])))
    assert found.regions[0].geometry.is_valid
    assert found.regions[0].geometry.area == pytest.approx(2)
    assert found.remarks == ("One shape crossed itself and was mended.",)


def test_what_is_no_named_area_is_rejected_with_the_reason(tmp_path: Path) -> None:
    shapes = [square(0, 0), Point(1, 1), None, square(2, 2), LineString([(0, 0), (1, 1)])]
    file = write(tmp_path / "areas.gpkg", frame_of(["A", "B", "C", None, "E"], shapes), geometry_type="Unknown")
    found = read(file)
    assert names(found) == ["A"]
    assert [(one.row, one.name) for one in found.rejects] == [(2, "B"), (3, "C"), (4, ""), (5, "E")]
    assert found.rejects[0].reason == "It is a Point, not an area."
    assert found.rejects[1].reason == "It has no shape."
    assert found.rejects[2].reason == "It has no name."
    assert found.read == 5


def test_areas_are_taken_out_of_collections(tmp_path: Path) -> None:
    mixed = GeometryCollection([Point(0, 0), box(0, 0, 1, 1), MultiPolygon([box(3, 3, 4, 4)])])
    file = write(tmp_path / "areas.gpkg", frame_of(["A"], [mixed]), geometry_type="Unknown")
    assert read(file).regions[0].geometry.area == pytest.approx(2)


def test_areas_of_one_name_become_one_region_and_that_is_said(tmp_path: Path) -> None:
    frame = frame_of(["A", "B", "A"], [square(0, 0), square(5, 5), square(1, 0)], population=[3, 9, 4])
    file = write(tmp_path / "areas.geojson", frame)
    merged = read(file)
    assert names(merged) == ["A", "B"]
    assert merged.regions[0].geometry.area == pytest.approx(2)
    assert merged.regions[0].population == 7
    assert "2 areas are called A" in merged.remarks[0]
    numbered = read(file, duplicates="number")
    assert names(numbered) == ["A", "B", "A (2)"]
    assert [region.population for region in numbered.regions] == [3, 9, 4]


def test_parts_that_each_carry_the_number_of_the_whole_are_not_added_up(tmp_path: Path) -> None:
    frame = frame_of(["A", "A"], [square(0, 0), square(1, 0)], population=[7, 7])
    assert read(write(tmp_path / "areas.geojson", frame)).regions[0].population == 7


@pytest.mark.parametrize("encoding", ["UTF-8", "CP1252"])
def test_a_shapefile_that_does_not_say_its_encoding_is_read_right(tmp_path: Path, encoding: str) -> None:
    file = write(
        tmp_path / "areas.shp", frame_of(["Gemeinde Öß", "Plain"], [square(0, 0), square(1, 1)]), encoding=encoding
    )
    (tmp_path / "areas.cpg").unlink()
    dbf = tmp_path / "areas.dbf"
    content = bytearray(dbf.read_bytes())
    content[29] = 0  # The byte that names the code page.
    dbf.write_bytes(content)
    assert names(read(file)) == ["Gemeinde Öß", "Plain"]


def test_several_layers_are_told(tmp_path: Path) -> None:
    file = tmp_path / "areas.gpkg"
    write(file, frame_of(["A"], [square(0, 0)]), layer="towns")
    write(file, frame_of(["B"], [square(0, 0)]), layer="counties")
    write(file, frame_of(["C"], [Point(0, 0)]), layer="stops")
    with pytest.raises(InputRejected, match="towns, counties") as caught:
        read(file)
    assert "--layer" in caught.value.remedy
    assert names(read(file, layer="counties")) == ["B"]
    with pytest.raises(InputRejected, match="rivers"):
        read(file, layer="rivers")


def test_names_that_are_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    file = write(tmp_path / "areas.gpkg", frame_of([100.0, 7.5], [square(0, 0), square(1, 1)]))
    assert names(read(file)) == ["100", "7.5"]


def test_other_columns_are_kept_as_json_can_say_them(tmp_path: Path) -> None:
    frame = frame_of(["A"], [square(0, 0)], income=[float("nan")], code=["007"], year=[2023])
    found = read(write(tmp_path / "areas.gpkg", frame))
    assert found.regions[0].properties == {"income": None, "code": "007", "year": 2023}
    json.dumps(found.regions[0].properties, allow_nan=False)


@pytest.mark.parametrize("content", ["", "not a map", '{"type": "FeatureCollection", "features": []}', "{}"])
def test_a_file_that_holds_no_areas_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "areas.geojson"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputRejected, match="areas"):
        read(file)


def test_a_file_that_is_not_there_and_an_archive_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="no file"):
        read(tmp_path / "nothing.geojson")
    (tmp_path / "areas.zip").write_bytes(b"PK nothing")
    with pytest.raises(InputRejected, match="not a zip"):
        read(tmp_path / "areas.zip")
    shutil.make_archive(str(tmp_path / "empty"), "zip", tmp_path, "areas.zip")
    with pytest.raises(InputRejected, match="no file of areas"):
        read(tmp_path / "empty.zip")


def test_a_shapefile_without_its_other_parts_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = write(tmp_path / "areas.shp", frame_of(["A"], [square(0, 0)]))
    (tmp_path / "areas.shx").unlink()
    with pytest.raises(InputRejected) as caught:
        read(file)
    assert ".shx" in caught.value.remedy


@pytest.mark.parametrize(
    ("cell", "said"),
    [(5, 5), (5.4, 5), ("1 234", 1234), ("1'234", 1234), (0, 0), (-1, None), ("x", None), (None, None), (1e400, None)],
)
def test_numbers_of_people(cell: Any, said: int | None) -> None:
    assert people(cell) == said


@pytest.mark.parametrize(("cell", "said"), [(" A  b ", "A b"), (None, ""), (float("nan"), ""), (7.0, "7"), (0, "0")])
def test_names(cell: Any, said: str) -> None:
    assert name_of(cell) == said
