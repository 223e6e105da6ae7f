"""The file as other programs see it: a valid GeoPackage at any time, also after they have changed it."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
import shapely
from sqlalchemy.exc import IntegrityError

from gcrm.accounts.model import Account
from gcrm.people.model import Rep
from gcrm.platform.clock import system_clock
from gcrm.platform.database.geopackage import BULK, FUNCTIONS
from gcrm.platform.database.types import bounds_of, geopackage_shape
from gcrm.platform.errors import InputRejected
from gcrm.store import Store, open_store
from gcrm.territories.model import Region
from routing.points import LonLat
from tests.integration.platform.worlds import crowd

LAYERS = ("account", "region", "rep")


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def another_program(path: Path) -> sqlite3.Connection:
    """A connection as GDAL makes it: with the functions that the triggers call."""
    connection = sqlite3.connect(path)
    for name, function in FUNCTIONS.items():
        connection.create_function(name, 1, function, deterministic=True)
    return connection


def bounds(path: Path, layer: str) -> tuple[float, ...]:
    """The extent that the file says the layer has."""
    return rows(path, f"SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = '{layer}'")[0]  # noqa: S608


def assert_valid(path: Path) -> None:
    """Everything that describes the layers agrees with what is in them."""
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "PRAGMA foreign_key_check") == []
    assert rows(path, "PRAGMA application_id") == [(0x47504B47,)]
    assert rows(path, "PRAGMA user_version") == [(10400,)]
    # The file's own first bytes: not every reader looks into the write-ahead log.
    assert path.read_bytes()[:16] == b"SQLite format 3\0"
    assert path.read_bytes()[68:72] == b"GPKG"
    assert {row[0] for row in rows(path, "SELECT srs_id FROM gpkg_spatial_ref_sys")} == {-1, 0, 4326}
    for layer in LAYERS:
        assert rows(path, f"SELECT rtreecheck('rtree_{layer}_geom')") == [("ok",)]
        boxes = {
            row_id: shapely.box(*box)
            for row_id, *box in rows(path, f"SELECT id, minx, miny, maxx, maxy FROM rtree_{layer}_geom")  # noqa: S608
        }
        shapes = {
            row_id: shapely.box(*box)
            for row_id, blob in rows(path, f"SELECT id, geom FROM {layer} WHERE geom NOT NULL")  # noqa: S608
            if (box := bounds_of(blob)) is not None
        }
        assert boxes.keys() == shapes.keys()
        assert all(boxes[row_id].buffer(1e-12).covers(shapes[row_id]) for row_id in shapes)
        assert all(boxes[row_id].hausdorff_distance(shapes[row_id]) < 1e-4 for row_id in shapes)
        extent = bounds(path, layer)
        if shapes:
            wests, souths, easts, norths = zip(*(shape.bounds for shape in shapes.values()), strict=True)
            assert extent == (min(wests), min(souths), max(easts), max(norths))
            frame = pyogrio.read_dataframe(path, layer=layer)
            assert frame.crs == "EPSG:4326"
            assert tuple(frame.total_bounds) == extent
            assert tuple(pyogrio.read_info(path, layer=layer)["total_bounds"]) == extent
        else:
            assert extent == (None, None, None, None)


@pytest.fixture
def store(geopackage_store: Store) -> Iterator[Store]:
    return geopackage_store


@pytest.fixture
def path(store: Store) -> Path:
    return Path(store.where)


def test_a_new_file_is_valid(path: Path) -> None:
    assert_valid(path)
    assert [tuple(row) for row in pyogrio.list_layers(path)[:3]] == [
        ("account", "Point"),
        ("region", "MultiPolygon"),
        ("rep", "Point"),
    ]
    assert "user_account" not in pyogrio.list_layers(path)[:, 0]


def test_the_layer_is_read_as_it_is_while_the_store_is_open(store: Store, path: Path) -> None:
    with store.write() as tx:
        tx.accounts.add_many(crowd(seed=7))
    frame = pyogrio.read_dataframe(path, layer="account")
    here = pyogrio.read_dataframe(path, layer="account", bbox=(9.4, 47.0, 9.6, 47.2))
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.isna().sum() == 2
    with store.write() as tx:
        assert len(frame) == len(tx.accounts.all())
        assert sorted(here.name) == sorted(one.name for one in tx.accounts.in_bbox(9.4, 47.0, 9.6, 47.2))
        tx.accounts.add(Account("After somebody has looked"))
    assert len(pyogrio.read_dataframe(path, layer="account")) == len(frame) + 1
    assert_valid(path)


def test_what_our_clock_says_is_read_without_a_remark(store: Store, path: Path) -> None:
    """GDAL warns of instants that are finer than the milliseconds of the standard, and a warning fails this suite."""
    now = system_clock()
    with store.write() as tx:
        kept = tx.accounts.add(Account("Just now", created_at=now, updated_at=now))
    frame = pyogrio.read_dataframe(path, layer="account")
    assert list(frame.updated_at) == [now]
    with store.read() as tx:
        assert tx.accounts.get(kept.id).updated_at == now


READ = """
import sys, pyogrio
frame = pyogrio.read_dataframe(sys.argv[1], layer="account")
print(len(frame), pyogrio.read_info(sys.argv[1], layer="account")["total_bounds"])
"""


def test_another_process_reads_the_layer_in_the_middle_of_our_transactions(store: Store, path: Path) -> None:
    def seen_by_another() -> str:
        command = [sys.executable, "-W", "error", "-c", READ, str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with store.write() as tx:
        tx.accounts.add(Account("First", place=LonLat(1.0, 2.0)))
    with store.write() as tx:
        tx.accounts.add(Account("Second", place=LonLat(3.0, 4.0)))
        with store.read() as reader:
            assert seen_by_another() == "1 (1.0, 2.0, 1.0, 2.0)"
            assert len(reader.accounts.all()) == 1
    assert seen_by_another() == "2 (1.0, 2.0, 3.0, 4.0)"
    assert_valid(path)


@pytest.mark.parametrize("many", [20, BULK], ids=["few", "many"])
def test_extent_and_index_follow_every_change(store: Store, path: Path, many: int) -> None:
    with store.write() as tx:
        accounts = tx.accounts.add_many(crowd(seed=8, spread=many, town=3 * many))
    assert_valid(path)
    assert bounds(path, "account") == (-180.0, -90.0, 180.0, 90.0)
    placed = [one for one in accounts if one.place is not None]
    with store.write() as tx:
        tx.accounts.update_many([replace(one, place=LonLat(9.5, 47.1)) for one in placed[::3]])
        tx.accounts.update_many([replace(one, place=None) for one in placed[1::3]])
    assert_valid(path)
    with store.write() as tx:
        tx.accounts.delete([one.id for one in placed if one.place and one.place.lat < 40])
    assert_valid(path)
    assert bounds(path, "account")[1] >= 40
    with store.write() as tx:
        tx.accounts.delete([one.id for one in accounts])
    assert_valid(path)
    with store.write() as tx:
        tx.accounts.add(Account("Alone", place=LonLat(0.1, 0.2)))
    assert_valid(path)
    assert bounds(path, "account") == (0.1, 0.2, 0.1, 0.2)


def test_an_error_in_the_middle_of_many_leaves_the_index_right(store: Store, path: Path) -> None:
    def triggers() -> list[tuple[Any, ...]]:
        return rows(path, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")

    before = triggers()
    many = [Account(str(number), place=LonLat(number / 100, 1.0)) for number in range(BULK)]
    with store.write() as tx:
        tx.accounts.add_many(many)
        with pytest.raises(IntegrityError):
            tx.accounts.add_many([*many, Account("In a territory that is not there", territory_id=99)])
    assert_valid(path)
    assert triggers() == before
    with store.write() as tx:
        tx.accounts.add(Account("One more", place=LonLat(50.0, 60.0)))
    assert_valid(path)


def test_regions_and_reps_are_layers_too(store: Store, path: Path) -> None:
    def region(name: str, *box: float) -> Region:
        shape = shapely.MultiPolygon([shapely.box(*box)]) if box else shapely.MultiPolygon()
        return Region("municipalities", name, shape)

    with store.write() as tx:
        tx.regions.replace_set("municipalities", [region("Vaduz", 9.5, 47.1, 9.6, 47.2), region("Atlantis")])
        ada = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.51, 47.13), (None,) * 7, "Europe/Vaduz"))
        tx.reps.add(Rep("bo", "Bo", "", None, (None,) * 7, "Europe/Vaduz"))
    assert_valid(path)
    with store.write() as tx:
        tx.regions.replace_set("municipalities", [region("Vaduz"), region("Triesen", 9.1, 47.0, 9.2, 47.1)])
        tx.reps.update(replace(ada, home=LonLat(10.0, 50.0)))
    assert_valid(path)
    assert bounds(path, "region") == (9.1, 47.0, 9.2, 47.1)
    assert bounds(path, "rep") == (10.0, 50.0, 10.0, 50.0)


def test_the_last_change_is_noted(store: Store, path: Path) -> None:
    # As if everything had been changed long ago.
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gpkg_contents SET last_change = '2020-01-01T00:00:00.000Z'")
    with store.write() as tx:
        tx.accounts.add(Account("Without a place"))
    changed = dict(rows(path, "SELECT table_name, last_change FROM gpkg_contents"))
    assert changed["account"] > "2026"
    assert changed["region"] == "2020-01-01T00:00:00.000Z"


def test_an_account_added_by_another_program_is_whole(store: Store, path: Path) -> None:
    with store.write() as tx:
        tx.accounts.add(Account("Ours", place=LonLat(9.5, 47.1)))
    drawn = gpd.GeoDataFrame(
        {"name": ["Bäckerei Öhri"], "city": ["Ruggell"]}, geometry=[shapely.Point(9.53, 47.24)], crs=4326
    )
    pyogrio.write_dataframe(drawn, path, layer="account", append=True)
    assert_valid(path)
    with store.read() as tx:
        (found,), total = tx.accounts.page(text="backerei ruggell")
        assert total == 1
        assert (found.name, found.place, found.territory_locked) == ("Bäckerei Öhri", LonLat(9.53, 47.24), False)
        assert [one.name for one in tx.accounts.find(sort="name")] == ["Bäckerei Öhri", "Ours"]
        assert tx.accounts.nearest((9.53, 47.24), 1) == [(found, 0.0)]
    with store.write() as tx:
        assert tx.accounts.add(Account("Next")).id > found.id
    assert_valid(path)


def test_an_account_renamed_by_another_program_is_found_by_its_new_name(store: Store, path: Path) -> None:
    with store.write() as tx:
        kept = tx.accounts.add(Account("Zoo", place=LonLat(9.5, 47.1)))
        tx.accounts.add(Account("Mitte"))
    with closing(another_program(path)) as connection, connection:
        connection.execute("UPDATE account SET name = 'Äpfel' WHERE id = ?", (kept.id,))
    with store.read() as tx:
        assert tx.accounts.page(text="zoo") == ([], 0)
        assert tx.accounts.find(text="apfel") == [replace(kept, name="Äpfel")]
        assert [one.name for one in tx.accounts.find()] == ["Äpfel", "Mitte"]
    # Our own change of nothing but accents is no reason to fold anew for ever.
    with store.write() as tx:
        tx.accounts.update(replace(kept, name="Apfel"))
    with store.read() as tx:
        assert tx.accounts.find(text="apfel") == [replace(kept, name="Apfel")]


def test_an_empty_point_of_another_program_is_no_place(store: Store, path: Path) -> None:
    drawn = gpd.GeoDataFrame({"name": ["Empty", "Null"]}, geometry=[shapely.Point(), None], crs=4326)
    pyogrio.write_dataframe(drawn, path, layer="account", append=True)
    with store.read() as tx:
        assert [one.place for one in tx.accounts.all()] == [None, None]
        assert tx.accounts.in_bbox(-180, -90, 180, 90) == []
        assert tx.accounts.frame().geometry.isna().all()
    assert_valid(path)


def test_a_kind_that_there_is_not_cannot_be_written_by_anybody(store: Store, path: Path) -> None:
    assert store.where == str(path)
    with closing(another_program(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="ck_account_kind"):
        connection.execute("INSERT INTO account (name, kind) VALUES ('x', 'enemy')")


def test_shapes_with_any_header_are_read() -> None:
    square = shapely.MultiPolygon([shapely.box(1, 2, 3, 4)])
    ours = geopackage_shape(square)
    assert bounds_of(ours) == (1, 2, 3, 4)
    plain = b"GP\x00\x01" + (4326).to_bytes(4, "little") + shapely.to_wkb(square, byte_order=1)
    big_endian = b"GP\x00\x00" + (4326).to_bytes(4, "big") + shapely.to_wkb(square, byte_order=0)
    assert bounds_of(plain) == bounds_of(big_endian) == (1, 2, 3, 4)
    assert bounds_of(geopackage_shape(shapely.MultiPolygon())) is None
    for nonsense in (b"", b"GP", b"hello world, this is no geometry at all", ours[:8]):
        with pytest.raises(ValueError, match=r"geometry|GeoPackage"):
            bounds_of(nonsense)


def test_a_file_that_is_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text.gpkg"
    text.write_text("name;street\n" * 500, encoding="utf-8")
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE account (id INTEGER)")
    drawn = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(1, 2)], crs=4326)
    pyogrio.write_dataframe(drawn, tmp_path / "drawn.gpkg", layer="account")
    for file in (text, other, tmp_path / "drawn.gpkg"):
        before = file.read_bytes()
        with pytest.raises(InputRejected, match="another file"):
            open_store(file)
        assert file.read_bytes() == before


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a" / "b c" / "gcrm.gpkg")
    with store.write() as tx:
        tx.accounts.add(Account("First"))
    store.close()
    # Beside it the file by which processes take turns, which is empty; no log of the database is left.
    assert sorted(file.name for file in (tmp_path / "a" / "b c").iterdir()) == ["gcrm.gpkg", "gcrm.gpkg-turn"]
