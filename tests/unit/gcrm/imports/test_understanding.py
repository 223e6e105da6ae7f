from pathlib import Path

import pytest

from gcrm.common.spreadsheet import harmless, original, write_csv
from gcrm.imports.cleaning import Cleaner
from gcrm.imports.columns import heading_score, map_columns
from gcrm.imports.table import Row, Table, read_csv
from gcrm.imports.understanding import Understood, understand
from gcrm.platform.errors import Cancelled


def understood(headings: tuple[str, ...], *rows: tuple[str, ...]) -> Understood:
    table = Table(headings, tuple(Row(number, cells) for number, cells in enumerate(rows, start=2)), "utf-8", ",")
    return understand(table, Cleaner.of(table, map_columns(headings), "LI"))


def test_a_row_that_says_an_account_again_comes_back_with_the_line() -> None:
    found = understood(("name", "city"), ("Ada Ltd.", "Vaduz"), ("ADA LTD", "Vaduz "), ("Ada Ltd.", "Triesen"))
    assert [draft.row.number for draft in found.drafts] == [2, 4]
    assert [(reject.row, reject.reason) for reject in found.rejects.values()] == [(3, "Is the same account as line 2.")]


def test_a_list_of_orders_is_taken_as_the_stores_it_names() -> None:
    rows = [
        (str(number % 5), f"Store {number % 5}", "Vaduz" if number >= 5 else "", str(number)) for number in range(40)
    ]
    found = understood(("store number", "store name", "city", "category"), *rows)
    assert len(found.drafts) == 5
    assert found.repeated == 35
    assert not found.rejects
    # What only some lines of a store say is the order's; what an earlier line leaves blank, a later one fills in.
    assert all("segment" not in draft.values for draft in found.drafts)


def test_understanding_can_be_stopped() -> None:
    def stop(message: str, done: int = 0, total: int = 0) -> None:
        raise Cancelled(f"{message} {done} of {total}")

    table = Table(("name",), (Row(2, ("Ada",)),), "utf-8", ",")
    with pytest.raises(Cancelled):
        understand(table, Cleaner.of(table, map_columns(table.headings), ""), stop)


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+HYPERLINK(1)", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "'=1"],  # noqa: RUF001
)
def test_no_cell_is_run_by_a_spreadsheet_and_all_read_back(cell: str) -> None:
    written = harmless(cell)
    assert not written.lstrip().startswith(("=", "+", "-", "@"))
    assert original(written) == cell


@pytest.mark.parametrize("cell", ["+423 232 12 34", "-9.52", "1.5", "'s Gravenhage", "a=b", ""])
def test_numbers_and_names_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell
    assert original(cell) == cell


def test_a_written_file_reads_back_cell_by_cell(tmp_path: Path) -> None:
    cells = ("=cmd|x", 'quoted "Ada", Ltd', "two\nlines", "Öhri", "<script>")
    write_csv(tmp_path / "out.csv", ("name", "street", "note", "city", "segment"), [cells])
    table = read_csv(tmp_path / "out.csv", heading_score())
    assert tuple(original(cell) for cell in table.rows[0].cells) == cells


def test_every_row_of_the_real_files_is_accounted_for(shared: Path) -> None:
    for name, accounts, rejected, repeated in (
        ("liechtenstein_businesses", 607, 0, 0),
        ("openbrewerydb_breweries", 11_822, 0, 0),
        ("iowa_liquor_10k_raw_lines", 1_244, 0, 8_756),
        ("chicago_sites_messy", 3_337, 0, 0),
    ):
        table = read_csv(shared / "data" / "crm" / f"{name}.csv", heading_score())
        found = understand(table, Cleaner.of(table, map_columns(table.headings), "US"))
        assert (len(found.drafts), len(found.rejects), found.repeated) == (accounts, rejected, repeated), name
