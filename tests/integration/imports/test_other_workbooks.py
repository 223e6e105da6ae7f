"""Workbooks of LibreOffice and Excel's binary ones are read as XLSX is, whatever their name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gcrm.imports.other_workbooks import MOST_REPEATED
from gcrm.imports.read import read_table
from gcrm.platform.errors import InputRejected
from tests.fixtures.workbooks import write_ods, write_xlsb

ROWS = [["Name", "Postcode", "City", "Phone"], ["Ada & Söhne", 9490, "Vaduz", None], [None, None, None, None],
        ["Bo", "9491", "Ruggell", "+423 1"]]  # fmt: skip
WRITERS: list[tuple[str, Callable[..., Path]]] = [("ods", write_ods), ("xlsb", write_xlsb)]


@pytest.mark.parametrize(("kind", "write"), WRITERS)
@pytest.mark.parametrize("ending", ["own", "xls", "csv"])
def test_a_list_is_read_under_any_name_of_a_table(
    kind: str, write: Callable[..., Path], ending: str, tmp_path: Path
) -> None:
    file = write(tmp_path / f"list.{kind if ending == 'own' else ending}", {"Accounts": ROWS})
    table = read_table(file)
    assert table.headings == ("Name", "Postcode", "City", "Phone")
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("Ada & Söhne", "9490", "Vaduz", "")), (4, ("Bo", "9491", "Ruggell", "+423 1")),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "write"), WRITERS)
def test_a_hidden_sheet_is_told_and_several_are_named(kind: str, write: Callable[..., Path], tmp_path: Path) -> None:
    more = [["Name", "City"], ["Cy", "Eschen"]]
    sheets = {"Old": more, "Notes": [["remember the milk"]], "North": ROWS, "South": more}
    table = read_table(write(tmp_path / f"list.{kind}", sheets, hidden=["Old"]))
    assert table.sheets == ("North", "South")
    assert any("'Old' is hidden" in remark for remark in table.remarks)


def test_days_and_what_is_repeated_for_looks_alone_are_read(tmp_path: Path) -> None:
    looks = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = [["Name", "Last visit"], ["Ada", "2026-11-24"]]
    table = read_table(write_ods(tmp_path / "list.ods", {"A": rows}, more=looks))
    assert [row.cells for row in table.rows] == [("Ada", "2026-11-24")]


@pytest.mark.parametrize(("rows", "columns"), [(MOST_REPEATED, 1), (200_000, 1_000), (10**12, 10**12 - 1)])
def test_a_flood_of_cells_is_refused(rows: int, columns: int, tmp_path: Path) -> None:
    flood = (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value-type="string"'
        f' table:number-columns-repeated="{columns}"><text:p>A</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    )
    with pytest.raises(InputRejected) as refused:
        read_table(write_ods(tmp_path / "list.ods", {"A": ROWS}, more=flood))
    assert refused.value.remedy


@pytest.mark.parametrize(("kind", "write"), WRITERS)
def test_what_is_cut_off_is_refused(kind: str, write: Callable[..., Path], tmp_path: Path) -> None:
    file = write(tmp_path / f"list.{kind}", {"A": ROWS})
    for size in (100, file.stat().st_size // 2, file.stat().st_size - 10):
        cut = tmp_path / f"cut.{kind}"
        cut.write_bytes(file.read_bytes()[:size])
        with pytest.raises(InputRejected):
            read_table(cut)


def test_a_letter_is_no_spreadsheet(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="no spreadsheet"):
        read_table(write_ods(tmp_path / "letter.odt", {"A": ROWS}, kind="text"))
