"""Files sent to the import page: shapefiles in parts, zip files, and what is refused with its remedy."""

import io
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from gcrm.jobs.run import run_job
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser
from webapp.imports.views import safe_name

Files = list[tuple[io.BytesIO, str]]


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, bytes]:
    """The files of a shapefile of one account, by name."""
    folder = tmp_path / "shape"
    folder.mkdir()
    gpd.GeoDataFrame({"NAME": ["Bäckerei"]}, geometry=[Point(9.52, 47.14)], crs=4326).to_file(folder / "kunden.shp")
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def files(named: dict[str, bytes]) -> Files:
    return [(io.BytesIO(raw), name) for name, raw in named.items()]


def zipped(named: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in named.items():
            archive.writestr(name, raw)
    return target.getvalue()


def imported(browser: Browser, workspace: Workspace, sent: Files) -> list[str]:
    """Names of the accounts that an import of these files added."""
    with workspace.store.read() as tx:
        before = {one.id for one in tx.accounts.all()}
    answer = browser.post("/imports/", {"file": sent})
    found = re.search(r"/imports/(\d+)", answer.headers["Location"])
    assert found, answer.text
    run_job(workspace, int(found.group(1)))
    with workspace.store.read() as tx:
        return [one.name for one in tx.accounts.all() if one.id not in before]


def test_a_shapefile_goes_in_as_its_files_or_as_one_zip_file(
    pia: Browser, workspace: Workspace, parts: dict[str, bytes]
) -> None:
    beside = {**parts, "kunden.shp.xml": b"<x/>", "kunden.sbn": b"\0"}
    assert imported(pia, workspace, files(beside)) == ["Bäckerei"]
    other = {name.replace("kunden", "andere"): raw for name, raw in parts.items()}
    done = imported(pia, workspace, [(io.BytesIO(zipped({"x/" + name: raw for name, raw in other.items()})), "a.zip")])
    assert done == []


@pytest.mark.parametrize("left_out", [".shx", ".dbf", ".prj", ".shp"])
def test_a_shapefile_with_a_part_missing_is_refused_and_not_kept(
    pia: Browser, workspace: Workspace, parts: dict[str, bytes], left_out: str
) -> None:
    answer = pia.post("/imports/", {"file": files({n: raw for n, raw in parts.items() if not n.endswith(left_out)})})
    assert answer.status_code == 400
    assert f"{left_out} is missing" in answer.text
    assert "Choose all its files" in answer.text
    assert not list((workspace.settings.home / "uploads").iterdir())


def test_several_files_that_are_not_one_shapefile_are_refused(pia: Browser, parts: dict[str, bytes]) -> None:
    two = pia.post("/imports/", {"file": files({"a.csv": b"name\nA\n", "b.csv": b"name\nB\n"})})
    assert two.status_code == 400
    assert "Send one at a time" in two.text
    mixed = pia.post("/imports/", {"file": files({**parts, "other.dbf": b""})})
    assert mixed.status_code == 400
    program = pia.post("/imports/", {"file": files({"run.exe": b"MZ"})})
    assert "is no file of accounts" in program.text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Kunden Süd.csv", "Kunden Süd.csv"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\Pia\\a.csv", "a.csv"),
        (".csv", "csv"),
        ("..", "accounts.csv"),
        ("a\x00\x1b[31m\u202eb.csv", "a[31mb.csv"),
        ("é" * 300 + ".csv", "é" * 56 + ".csv"),
    ],
)
def test_a_file_keeps_the_name_that_the_person_knows_and_leads_nowhere_else(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept
    assert len(kept.encode()) < 256


def test_the_page_says_its_limits_in_advance(pia: Browser) -> None:
    page = pia.get("/imports/").text
    assert "At most 50 MB, 1,000,000 rows, and 32,767 characters in a cell." in page
    assert ".shp" in page
