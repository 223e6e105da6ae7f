"""What goes by the name .xls: the old Excel format, XML of 2003, tables of web pages, web archives, text."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from gcrm.imports.read import read_table
from gcrm.imports.table import ReadAs
from gcrm.platform.errors import InputRejected

CUSTOMERS = Path(__file__).parents[2] / "fixtures" / "old_excel" / "customers.xls"
"""A title, headings, two customers, one hidden worksheet and an empty one."""


def _read(folder: Path, content: str | bytes, name: str = "list.xls") -> list[tuple[str, ...]]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = read_table(file)
    return [table.headings, *(row.cells for row in table.rows)]


def test_the_old_format_is_read_with_its_days_numbers_and_letters() -> None:
    table = read_table(CUSTOMERS)
    assert table.headings == ("Kundennr", "Firma", "Strasse", "PLZ", "Ort", "Telefon", "Letzter Besuch", "Notiz")
    assert [row.number for row in table.rows] == [4, 6]
    first, second = (row.cells for row in table.rows)
    assert first == ("00101", "Bäckerei Öhri AG", "Äulestrasse 20", "9490", "Vaduz", "4232321234", "2026-03-04", "True")
    assert second[1] == "Łódź Ďurica s.r.o."
    assert table.remarks == ("Worksheet 'intern' is hidden, and is not read.",)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".txt"])
def test_the_old_format_is_read_under_another_name(tmp_path: Path, ending: str) -> None:
    assert len(_read(tmp_path, CUSTOMERS.read_bytes(), f"list{ending}")) == 3


@pytest.mark.parametrize("ending", [".vcf", ".geojson"])
def test_the_old_format_does_not_pass_for_what_it_is_not(tmp_path: Path, ending: str) -> None:
    with pytest.raises(InputRejected, match=r"under another name.*\.xls"):
        _read(tmp_path, CUSTOMERS.read_bytes(), f"list{ending}")


def test_a_damaged_file_of_the_old_format_is_never_a_traceback(tmp_path: Path) -> None:
    whole = CUSTOMERS.read_bytes()
    chance = random.Random(1)
    for _ in range(150):
        broken = bytearray(whole[: chance.choice([len(whole), chance.randrange(8, len(whole))])])
        for _ in range(chance.randrange(1, 30)):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        with suppress(InputRejected):
            _read(tmp_path, bytes(broken))


PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><style>td{{}}</style>
</head><body><table><tr><td>Menu</td></tr></table><table border=1><tr><th colspan=4>Report<tr><th>Account Name
<th>Billing Street</th><th>City</th><th>Note</th></tr><tr><td rowspan=2>Müller &amp; Söhne</td>
<td>Äulestrasse&nbsp;20<br>2. Stock</td><td>Vaduz<td><b>x</b><script>y</script></tr>
<tr><td>Städtle 1</td><td>Vaduz</td></tr></table></body></html>"""


def test_the_table_of_a_page_is_read_whatever_its_author_left_open(tmp_path: Path) -> None:
    assert _read(tmp_path, PAGE.encode("cp1252")) == [
        ("Account Name", "Billing Street", "City", "Note"),
        ("Müller & Söhne", "Äulestrasse 20\n2. Stock", "Vaduz", "x"),
        ("Müller & Söhne", "Städtle 1", "Vaduz", ""),
    ]


def test_a_page_in_utf_16_and_one_that_says_nothing_of_its_letters_are_read(tmp_path: Path) -> None:
    page = "<table><tr><td>Firma</td><td>Ort</td></tr><tr><td>Müller</td><td>Vaduz</td></tr></table>"
    for raw in (page.encode("utf-16"), page.encode(), page.encode("cp1252")):
        assert _read(tmp_path, raw)[1] == ("Müller", "Vaduz")


def test_several_lists_on_one_page_are_asked_about(tmp_path: Path) -> None:
    table = "<table><tr><td>Firma</td><td>Ort</td></tr><tr><td>{}</td><td>Vaduz</td></tr></table>"
    file = tmp_path / "two.xls"
    file.write_text(table.format("A") + table.format("B"), encoding="utf-8")
    assert read_table(file).sheets == ("Table 1", "Table 2")
    assert [row.cells[0] for row in read_table(file, ReadAs(sheet="all")).rows] == ["A", "B"]


def test_a_web_archive_is_read(tmp_path: Path) -> None:
    archive = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: text/html; '
        'charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n<table><tr><td>Firma</td><td>Ort</td></tr>'
        "<tr><td>M=C3=BCller</td><td>Vaduz</td></tr></table>\n--x--\n"
    )
    assert _read(tmp_path, archive)[1] == ("Müller", "Vaduz")


WORKBOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>{declared}
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="A"><Table><Row><Cell><Data ss:Type="String">Firma</Data></Cell>
<Cell><Data ss:Type="String">PLZ</Data></Cell><Cell><Data ss:Type="String">Ort</Data></Cell></Row><Row/>
<Row><Cell><Data ss:Type="String">Müller &amp; Co</Data></Cell><Cell><Data ss:Type="Number">9490.0</Data></Cell></Row>
<Row ss:Index="7"><Cell><Data ss:Type="String">Öhri</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">Vaduz</Data>
</Cell></Row></Table></Worksheet></Workbook>"""


def test_a_workbook_of_xml_is_read_with_the_numbers_of_its_rows(tmp_path: Path) -> None:
    assert _read(tmp_path, WORKBOOK.format(declared="")) == [
        ("Firma", "PLZ", "Ort"),
        ("Müller & Co", "9490", ""),
        ("Öhri", "", "Vaduz"),
    ]
    assert [row.number for row in read_table(tmp_path / "list.xls").rows] == [3, 7]


def test_a_workbook_of_xml_that_declares_entities_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="entities"):
        _read(tmp_path, WORKBOOK.format(declared='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'))


def test_text_under_the_name_of_a_spreadsheet_is_read_as_text(tmp_path: Path) -> None:
    assert _read(tmp_path, "Firma\tOrt\r\nMüller\tVaduz\r\n".encode("utf-16"))[1] == ("Müller", "Vaduz")
    with pytest.raises(InputRejected, match="damaged, or no XLS file"):
        _read(tmp_path, "what is left of a file")
