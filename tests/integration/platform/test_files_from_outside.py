"""A file is read as what it claims to be: nothing else is read, here or on another machine."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from shapely import Point, box

from gcrm.imports.read import read_table
from gcrm.platform.errors import InputRejected
from gcrm.platform.files.gdal import ALLOWED
from gcrm.territories.read import read_regions

SECRET = "nobody-may-read-this"  # noqa: S105 - what must not be found
LAYER_ENDINGS = (".geojson", ".json", ".gpkg", ".shp", ".fgb", ".gml", ".kml")
ENDINGS = (*LAYER_ENDINGS, ".csv", ".txt", ".vcf", ".xlsx", ".xls", ".zip", ".vrt", "")


class Listener:
    """A server on this machine that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                body = f"name,city\n{SECRET},Vaduz\n".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_HEAD(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A folder beside the uploads, with what no upload may show."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "secret.csv").write_text(f"name,city\n{SECRET},Vaduz\n", encoding="utf-8")
    (folder / "secret_key").write_text(SECRET, encoding="utf-8")
    with closing(sqlite3.connect(folder / "gcrm.gpkg")) as database:
        database.execute("CREATE TABLE user_account (login TEXT, password_hash TEXT)")
        database.execute("INSERT INTO user_account VALUES ('ada', ?)", (SECRET,))
        database.commit()
    return folder


def _vrt(source: str, sql: str = "") -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="account"><SrcDataSource relativeToVRT="0">{source}</SrcDataSource>'
        f"{sql}<GeometryType>wkbNone</GeometryType></OGRVRTLayer></OGRVRTDataSource>"
    )


def _hostile(secrets: Path, url: str) -> dict[str, str]:
    point = {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}

    def linked(**crs: object) -> str:
        return json.dumps({"type": "FeatureCollection", "crs": crs, "features": [point]})

    gml = (
        '<?xml version="1.0"?>{doctype}<ogr:FeatureCollection xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://x {url}/schema.xsd" xmlns:ogr="http://ogr.maptools.org/" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"><gml:featureMember>'
        f'<ogr:a fid="F0"><ogr:geometryProperty xlink:href="{url}/shape"/>'
        "<ogr:name>{name}</ogr:name></ogr:a></gml:featureMember></ogr:FeatureCollection>"
    )
    kml = (
        '{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link>'
        f"<href>{url}/net.kml</href></Link></NetworkLink><Placemark><name>{{name}}</name>"
        f"<styleUrl>{url}/style.kml#s</styleUrl><Point><coordinates>9,47</coordinates></Point></Placemark></Document></kml>"
    )
    users = "SELECT login AS name, password_hash FROM user_account"
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secrets}/secret_key">]>'
    return {
        "vrt of a file": _vrt(str(secrets / "secret.csv")),
        "vrt of a database": _vrt(str(secrets / "gcrm.gpkg"), f'<SrcSQL dialect="SQLITE">{users}</SrcSQL>'),
        "vrt of a key": _vrt(f"CSV:{secrets}/secret_key", "<SrcSQL>SELECT hex(field_1) FROM x</SrcSQL>"),
        "vrt of the network": _vrt(f"/vsicurl/{url}/x.csv"),
        "vrt after a comment": "<!-- -->\n" + _vrt(str(secrets / "secret.csv")),
        "vrt in other capitals": _vrt(str(secrets / "secret.csv")).replace("OGRVRTDataSource", "OGRVRTDataSource "),
        "gdalg": json.dumps(
            {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {secrets}/secret.csv"}
        ),
        "gdalg in a collection": json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector pipeline ! read {secrets}/secret.csv",
                "features": [point],
            }
        ),
        "crs by link": linked(type="link", properties={"href": f"{url}/crs", "type": "proj4"}),
        "crs by url": linked(type="URL", properties={"url": f"{url}/crs"}),
        "crs with escapes": linked(type="link", properties={"href": f"{url}/crs"}).replace('"crs"', '"\\u0063rs"'),
        "crs in capitals": linked(type="LINK", properties={"HREF": f"{url}/crs"}).replace('"crs"', '"CRS"'),
        "crs twice": linked(type="link", properties={"href": f"{url}/crs"}).replace(
            '"features"', '"crs": null, "features"'
        ),
        "esri json": json.dumps({"geometryType": "esriGeometryPoint", "fields": [], "features": [], "url": url}),
        "wfs": f"<OGRWFSDataSource><URL>{url}/wfs?</URL></OGRWFSDataSource>",
        "wfs capabilities": f'<wfs:WFS_Capabilities xmlns:wfs="x"><x href="{url}/wfs"/></wfs:WFS_Capabilities>',
        "gml with links": gml.format(doctype="", name="A"),
        "gml with an entity": gml.format(doctype=doctype, name="&e;"),
        "kml with links": kml.format(doctype="", name="A"),
        "kml with an entity": kml.format(doctype=doctype, name="&e;"),
        "gpx": '<gpx xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="47" lon="9"><name>A</name></wpt></gpx>',
        "a page": "<html><body><table><tr><td>name</td></tr></table></body></html>",
        "a path": str(secrets / "secret.csv"),
        "an address": f"/vsicurl/{url}/x.csv",
        "a connection": f"CSV:{secrets}/secret.csv",
        "topojson": '{"type": "Topology", "objects": {}, "arcs": []}',
        "deep": "[" * 100_000,
    }  # fmt: skip


def _read_all(file: Path) -> list[str]:
    """What each reader of files gives back, or says."""
    found = []
    readers: tuple[Callable[[Path], object], ...] = (read_table, lambda path: read_regions(path, "name", "set"))
    for read in readers:
        try:
            found.append(repr(read(file)))
        except InputRejected as refused:
            found.append(str(refused))
    return found


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_content_under_any_ending_reads_another_file_or_asks_another_machine(
    ending: str, tmp_path: Path, secrets: Path, listener: Listener
) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    for number, (what, content) in enumerate(_hostile(secrets, listener.url).items()):
        file = uploads / f"customers {number}{ending}"
        file.write_text(content, encoding="utf-8")
        for part in (".shx", ".dbf", ".prj"):
            if ending == ".shp":
                file.with_suffix(part).write_text(content, encoding="utf-8")
        for said in _read_all(file):
            assert SECRET not in said, what
            assert SECRET.encode().hex().upper() not in said.upper(), what
            assert "driver" not in said.lower() and "Traceback" not in said, said  # noqa: PT018 - one sentence
        assert not listener.asked, what


def test_what_lies_beside_an_upload_is_not_read(tmp_path: Path, listener: Listener) -> None:
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(9, 47, 10, 48)], crs=4326)
    frame.to_file(tmp_path / "areas.gml", driver="GML")
    (tmp_path / "areas.xsd").write_text("<not a schema", encoding="utf-8")
    (tmp_path / "areas.gfs").write_text(f'<GMLFeatureClassList href="{listener.url}"/>', encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    assert [region.name for region in read_regions(tmp_path / "areas.gml", "name", "set").regions] == ["A"]
    assert sorted(tmp_path.iterdir()) == before
    assert not listener.asked


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".fgb", ".kml", ".gml"])
@pytest.mark.parametrize("claimed", [".geojson", ".gpkg", ".fgb", ".kml", ".gml", ".csv", ".vcf"])
def test_a_layer_under_the_ending_of_another_is_refused_by_name(ending: str, claimed: str, tmp_path: Path) -> None:
    drivers = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".kml": "LIBKML",
               ".gml": "GML"}  # fmt: skip
    frame = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[box(9, 47, 10, 48), box(8, 47, 9, 48)], crs=4326)
    true = tmp_path / f"true{ending}"
    frame.to_file(true, driver=drivers[ending])
    assert len(read_table(true).rows) == 2
    column = "Name" if ending == ".kml" else "name"
    assert {region.name for region in read_regions(true, column, "set").regions} == {"A", "B"}
    if claimed == ending:
        return
    false = shutil.copy(true, tmp_path / f"false{claimed}")
    with pytest.raises(InputRejected, match=r"false\S+ holds .*, not"):
        read_table(Path(false))
    with pytest.raises(InputRejected, match=r"false\S+ (holds .*, not|has an ending)"):
        read_regions(Path(false), column, "set")


@pytest.mark.parametrize("ending", [".xls", ".csv", ".txt", ".tsv", ".xlsm", ".xlsx", ".ods"])
def test_a_spreadsheet_is_read_under_any_ending_of_a_table(ending: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active
    book.active.append(["Name", "City"])
    book.active.append(["Ada", "Vaduz"])
    book.save(tmp_path / "x.xlsx")
    file = (tmp_path / "x.xlsx").rename(tmp_path / f"list{ending}")
    assert [row.cells for row in read_table(file).rows] == [("Ada", "Vaduz")]
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as packed:
        packed.write(file, file.name)
    assert [row.cells for row in read_table(tmp_path / "packed.zip").rows] == [("Ada", "Vaduz")]
    for other in (".geojson", ".gpkg", ".vcf"):
        with pytest.raises(InputRejected, match="XLSX file under another name"):
            read_table(Path(shutil.copy(file, tmp_path / f"list{other}")))


def test_an_old_spreadsheet_or_page_that_holds_no_list_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(InputRejected, match="damaged, or no XLS file"):
        read_table(tmp_path / "old.xls")
    (tmp_path / "page.xls").write_text("<html><body>Please sign in</body></html>", encoding="utf-8")
    with pytest.raises(InputRejected, match="web page without a table of accounts"):
        read_table(tmp_path / "page.xls")


def _geopackage(file: Path, *statements: str) -> Path:
    gpd.GeoDataFrame({"name": ["A"]}, geometry=[Point(9, 47)], crs=4326).to_file(file, layer="account", driver="GPKG")
    with closing(sqlite3.connect(file)) as database:
        for statement in statements:
            database.executescript(statement)
        database.commit()
    return file


_LISTED = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('{0}', 'attributes', '{0}')"


def test_what_would_run_in_a_geopackage_is_left_out(tmp_path: Path) -> None:
    file = _geopackage(
        tmp_path / "views.gpkg",
        "CREATE VIEW spy AS SELECT name, ogr_geocode(name) AS city, name AS street FROM account",
        _LISTED.format("spy"),
        "CREATE TRIGGER t AFTER INSERT ON account BEGIN SELECT ogr_geocode('x'); END",
    )
    assert [row.cells[0] for row in read_table(file).rows] == ["A"]
    only = _geopackage(tmp_path / "only.gpkg", "CREATE VIEW spy AS SELECT name FROM account", _LISTED.format("spy"),
                       "DELETE FROM gpkg_contents WHERE table_name = 'account'")  # fmt: skip
    with pytest.raises(InputRejected, match="as a view"):
        read_table(only)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIRTUAL TABLE spy USING VirtualOGR('{secret}')",
        "CREATE VIRTUAL TABLE \"x USING rtree\" USING VirtualOGR('{secret}')",
        "CREATE VIRTUAL TABLE spy USING VirtualOGR('{secret} USING rtree')",
        "CREATE VIRTUAL TABLE spy USING/**/VirtualOGR('{secret}')",
    ],
)
def test_a_virtual_table_that_opens_another_file_is_refused(sql: str, tmp_path: Path, secrets: Path) -> None:
    file = _geopackage(tmp_path / "virtual.gpkg", _LISTED.format("spy"))
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', 'spy', 'spy', 0, ?)",
            (sql.format(secret=secrets / "secret.csv"),),
        )
        database.commit()
    with pytest.raises(InputRejected, match=r"computed when it is read|damaged"):
        read_table(file)


def test_a_computed_column_is_refused(tmp_path: Path) -> None:
    file = _geopackage(
        tmp_path / "computed.gpkg",
        "CREATE TABLE spy (name TEXT, city TEXT GENERATED ALWAYS AS (upper(name)) VIRTUAL)",
        _LISTED.format("spy"),
    )
    with pytest.raises(InputRejected, match="computed when it is read"):
        read_table(file)


def test_links_in_a_zip_file_are_no_links(tmp_path: Path, secrets: Path) -> None:
    link = zipfile.ZipInfo("areas.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as packed:
        packed.writestr(link, str(secrets / "secret.csv"))
    assert SECRET not in "".join(_read_all(tmp_path / "link.zip"))
    with zipfile.ZipFile(tmp_path / "climb.zip", "w") as packed:
        packed.writestr("../../climbed.geojson", "{}")
    assert SECRET not in "".join(_read_all(tmp_path / "climb.zip"))
    assert not list(tmp_path.rglob("climbed*"))


@pytest.mark.parametrize("columns", [1_001, 20_000])
def test_a_table_of_far_too_many_columns_is_refused_in_words(columns: int, tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    file.write_text(",".join(f"c{n}" for n in range(columns)) + "\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="over 1,000 columns"):
        read_table(file)


def test_the_process_registers_no_other_driver() -> None:
    code = (
        "import gcrm, ctypes, pathlib, pyogrio;"
        "print(sorted(pyogrio.list_drivers()));"
        "assert pyogrio.get_gdal_config_option('GML_DOWNLOAD_SCHEMA') is not None"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout.replace("'", '"'))) <= ALLOWED
    assert not done.stderr
