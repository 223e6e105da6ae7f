"""Files of other kinds than CSV, honest ones and hostile ones."""

import shutil
import zipfile
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from shapely import Point, Polygon

from gcrm.accounts.export_accounts import export_accounts
from gcrm.accounts.model import Account
from gcrm.imports.import_accounts import import_accounts
from gcrm.imports.read import read_table
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from routing.points import LonLat

CARDS = """BEGIN:VCARD
VERSION:3.0
UID:c-1
FN:Ada Beck
ORG:Ada's Bikes AG;Sales
ADR;TYPE=home:;;Elsewhere 1;Triesen;;9495;
ADR;TYPE=WORK:;;Landstrasse 12;Vaduz;;9490;Liechtenstein
TEL;TYPE=work:+423 232 12 34
EMAIL:ADA@example.li
GEO:47.1410;9.5215
NOTE:Ring twice\\nback door
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Bo
END:VCARD
"""


def accounts(workspace: Workspace) -> list[Account]:
    with workspace.store.read() as tx:
        return sorted(tx.accounts.all(), key=lambda one: one.name)


def book(file: Path, *rows: tuple[object, ...]) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "Read me"
    made.active.append(["This is not it"])
    sheet = made.create_sheet("Kunden")
    for row in rows:
        sheet.append(row)
    made.save(file)
    return file


def test_a_spreadsheet_is_read_from_the_sheet_that_has_accounts(workspace: Workspace, tmp_path: Path) -> None:
    file = book(
        tmp_path / "kunden.xlsx",
        ("Kundenliste 2026",),
        (),
        ("Kundennr", "Firma", "PLZ", "Ort", "Letzter Besuch", "Bemerkung"),
        (7, "Bäckerei Öhri", 9490.0, "Vaduz", datetime(2026, 11, 3), None),  # noqa: DTZ001 - sheets know no zone
        (8, "Ada", "09490", "Vaduz", date(2026, 11, 4), "=1+1"),
        (9, None, 9490, "Vaduz"),
    )
    done = import_accounts(workspace, file)
    assert (done.created, [(one.row, one.reason) for one in done.rejects]) == (2, [(6, "Has no name.")])
    ada, oehri = accounts(workspace)
    assert (oehri.external_id, oehri.address.postcode, oehri.last_visit) == ("7", "9490", date(2026, 11, 3))
    # A formula that was never computed has no value.
    assert (ada.address.postcode, ada.note) == ("09490", "")
    assert import_accounts(workspace, file).unchanged == 2


def test_layers_of_places_are_read_in_any_reference_system(workspace: Workspace, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"name": ["Ada", "Bo", "Cy"], "plz": [9490, 9490, None]},
        geometry=[Point(9.5215, 47.1410), Polygon([(9.5, 47.1), (9.5, 47.102), (9.502, 47.102)]), None],
        crs=4326,
    )
    frame.to_crs(2056).to_file(tmp_path / "shops.gpkg", layer="shops")
    done = import_accounts(workspace, tmp_path / "shops.gpkg")
    assert (done.created, done.placed["house"]) == (3, 2)
    ada, _, cy = accounts(workspace)
    assert ada.place == pytest.approx(LonLat(9.5215, 47.1410), abs=1e-7)
    assert (ada.address.postcode, cy.place) == ("9490", None)
    frame.to_file(tmp_path / "shops.geojson")
    assert import_accounts(workspace, tmp_path / "shops.geojson").unchanged == 3


def test_business_cards_are_accounts_with_their_contact(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "cards.vcf"
    file.write_text(CARDS, encoding="utf-8")
    assert import_accounts(workspace, file).created == 2
    ada, bo = accounts(workspace)
    assert (ada.name, ada.contact, ada.email, ada.phone) == (
        "Ada's Bikes AG",
        "Ada Beck",
        "ada@example.li",
        "+4232321234",
    )
    assert (ada.address.street, ada.address.city, ada.place) == ("Landstrasse 12", "Vaduz", LonLat(9.5215, 47.1410))
    assert ada.note == "Ring twice\nback door"
    assert bo.name == "Bo"


@pytest.mark.parametrize("file_format", ["csv", "geojson", "gpkg"])
def test_what_is_exported_imports_again_unchanged(workspace: Workspace, tmp_path: Path, file_format: str) -> None:
    file = tmp_path / "cards.vcf"
    file.write_text(CARDS, encoding="utf-8")
    import_accounts(workspace, file)
    before = accounts(workspace)
    out = export_accounts(workspace, tmp_path / f"out.{file_format}", file_format).file
    again = import_accounts(workspace, out)
    assert (again.unchanged, again.created, again.updated) == (2, 0, 0)
    assert accounts(workspace) == before


def test_the_columns_that_a_person_chose_are_remembered(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("wer,wo\nAda,Vaduz\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="No column holds the name"):
        import_accounts(workspace, file)
    import_accounts(workspace, file, columns={"name": "wer", "city": "wo"})
    file.write_text("wer,wo\nBo,Triesen\n", encoding="utf-8")
    assert import_accounts(workspace, file).created == 1
    assert [one.address.city for one in accounts(workspace)] == ["Vaduz", "Triesen"]


def bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)


def cut(file: Path) -> None:
    book(file, ("name",), ("Ada",))
    file.write_bytes(file.read_bytes()[:2_000])


def no_sheet(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("holiday.jpg", b"x")


def old(file: Path) -> None:
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def empty(file: Path) -> None:
    openpyxl.Workbook().save(file)


def text(file: Path) -> None:
    file.write_text("this is no spreadsheet", encoding="utf-8")


@pytest.mark.parametrize("make", [bomb, cut, no_sheet, old, empty, text])
def test_a_hostile_or_damaged_spreadsheet_is_refused(workspace: Workspace, tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    file = tmp_path / "accounts.xlsx"
    make(file)
    with pytest.raises(InputRejected):
        import_accounts(workspace, file)
    assert accounts(workspace) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.geojson", b'{"type": "FeatureCollection", "features": ['),
        ("broken.gpkg", b"SQLite format 3\0" + b"\0" * 100),
        ("broken.vcf", b"BEGIN:VCARD\nFN:Ada\n"),
        ("missing.geojson", None),
    ],
)
def test_other_damaged_files_are_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputRejected):
        read_table(tmp_path / name)


def test_a_copy_of_the_database_itself_reads_as_its_accounts(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "cards.vcf"
    file.write_text(CARDS, encoding="utf-8")
    import_accounts(workspace, file)
    workspace.store.close()
    shutil.copy(workspace.settings.database_file, tmp_path / "copy.gpkg")
    assert len(read_table(tmp_path / "copy.gpkg").rows) == 2


@pytest.mark.parametrize(
    ("name", "parts", "said", "remedy"),
    [
        ("list.ods", ["mimetype", "content.xml", "META-INF/manifest.xml"], "an OpenDocument file", "spreadsheet"),
        ("list.xlsb", ["[Content_Types].xml", "xl/workbook.bin"], "damaged, locked with a password", "XLSX or CSV"),
        ("list.numbers", ["Index/Document.iwa"], "an Apple Numbers document", "Export To"),
        ("list.docx", ["[Content_Types].xml", "word/document.xml"], "a Word document", "XLSX or CSV"),
    ],
)
def test_documents_that_are_not_read_say_what_they_are_and_what_to_do(
    tmp_path: Path, name: str, parts: list[str], said: str, remedy: str
) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        for part in parts:
            packed.writestr(part, "x")
    with pytest.raises(InputRejected) as refused:
        read_table(tmp_path / name)
    assert said in refused.value.fault
    assert remedy in refused.value.remedy
