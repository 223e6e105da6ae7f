from pathlib import Path

import pytest

from gcrm.imports.columns import heading_score, map_columns
from gcrm.imports.table import Table, read_csv
from gcrm.platform.errors import InputRejected

TEXT = "Firma;Straße;PLZ;Ort\nBäckerei Öhri;Landstrasse 12;9490;Vaduz\nCafé Zürich;Äule 3;9495;Triesen\n"


def read(folder: Path, raw: bytes) -> Table:
    file = folder / "customers.csv"
    file.write_bytes(raw)
    return read_csv(file, heading_score())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, TEXT.encode(encoding))
    assert table.headings == ("Firma", "Straße", "PLZ", "Ort")
    assert [row.cells[0] for row in table.rows] == ["Bäckerei Öhri", "Café Zürich"]


@pytest.mark.parametrize(("encoding", "name"), [("cp1250", "Pekárna Řezníčkův"), ("cp1251", "Булочная на Невском")])
def test_other_one_byte_encodings_are_told_apart(tmp_path: Path, encoding: str, name: str) -> None:
    rows = "".join(f"{name} {number};Hlavní třída {number};Praha\n" for number in range(30))
    raw = f"name;street;city\n{rows}".encode(encoding, errors="ignore")
    assert read(tmp_path, raw).rows[0].cells[0] == f"{name} 0"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_end_are_found_out(tmp_path: Path, delimiter: str, line_end: str) -> None:
    lines = ["name,street,note", '"Ada\'s, Ltd","Main St 1","a|b;c"', "Bo,Main St 2,"]
    text = line_end.join(line if delimiter == "," else _divided(line, delimiter) for line in lines)
    table = read(tmp_path, text.encode())
    assert table.delimiter == delimiter
    assert table.rows[0].cells == ("Ada's, Ltd", "Main St 1", "a|b;c")


def _divided(line: str, delimiter: str) -> str:
    quoted = False
    found = ""
    for letter in line:
        quoted ^= letter == '"'
        found += delimiter if letter == "," and not quoted else letter
    return found


def test_headings_are_found_under_a_title(tmp_path: Path) -> None:
    table = read(tmp_path, b"Customer report,,\nprinted 24.11.2026,,\n\nName,Street,City\nAda,Main St 1,Vaduz\n")
    assert table.headings == ("Name", "Street", "City")
    assert table.rows[0].number == 5


def test_a_line_break_in_a_quoted_cell_keeps_the_line_numbers_right(tmp_path: Path) -> None:
    table = read(tmp_path, b'name,street\n"Ada\nLtd",Main St 1\nBo,Main St 2\n')
    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "Ada\nLtd"), (4, "Bo")]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (b"name,street\nAda\0,Main\n", "NUL byte in line 2"),
        (b'name,street\n"Ada,Main St 1\nBo,Main St 2\n', "middle of a quoted cell"),
        (b"name,street\nAda," + b"x" * 1_000_001 + b"\n", "cannot be read from line 2"),
        (b"name,city\n" + "Öhri,Vaduz\n".encode() * 5 + "Bühler,Vaduz\n".encode("cp1252"), "is UTF-8 but for"),
        (b"\xff\xfe" + "name\nAda\n".encode("utf-16-le") + b"x", "begins as utf-16"),
    ],
)
def test_a_damaged_file_is_refused_with_the_line(tmp_path: Path, raw: bytes, fault: str) -> None:
    with pytest.raises(InputRejected, match=fault):
        read(tmp_path, raw)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="cannot be read"):
        read_csv(tmp_path / "none.csv", heading_score())


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (
            ["Kundennummer", "Firma", "Straße", "Hausnr.", "PLZ", "Ort"],
            "external_id name street house_number postcode city",
        ),
        (["N° client", "Raison sociale", "Rue", "Code postal", "Ville"], "name street postcode city"),
        (["Asiakasnro", "Yritys", "Katuosoite", "Postinumero", "Kaupunki"], "external_id name line postcode city"),
        (["Customer", "ADDRESS", "ZIP Code", "Lat", "Long"], "name line postcode lat lon"),
        (["Nazwa firmy", "Ulica", "Kod pocztowy", "Miejscowość"], "name street postcode city"),
    ],
)
def test_headings_are_understood_in_many_languages(headings: list[str], found: str) -> None:
    assert set(map_columns(headings).columns) >= set(found.split())


def test_what_a_person_says_goes_before_what_the_headings_say() -> None:
    mapping = map_columns(["Name", "Branch"], {"name": "Branch"})
    assert mapping.columns["name"] == 1
    assert mapping.unused == ("Name",)


@pytest.mark.parametrize(
    ("headings", "chosen"), [(["x", "street"], {}), (["name"], {"colour": "name"}), (["name"], {"city": "Town"})]
)
def test_a_mapping_that_cannot_be_names_what_there_is(headings: list[str], chosen: dict[str, str]) -> None:
    with pytest.raises(InputRejected):
        map_columns(headings, chosen)
