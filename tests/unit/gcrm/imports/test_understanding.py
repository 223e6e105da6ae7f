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


def test_initials_of_a_rep_are_no_number_of_an_account() -> None:
    rows = [(f"Firma {number:02}", f"Weg {number}", "Vaduz", ("AM", "BK", "CS")[number % 3]) for number in range(20)]
    found = understood(("Name", "Street", "City", "Ref"), *rows)
    assert (len(found.drafts), found.repeated, found.rejects) == (20, 0, {})
    assert "'Ref' is not taken as the number" in found.remarks[0]
    assert found.drafts[0].values["note"] == "Ref: AM"
    assert "external_id" not in found.drafts[0].values


def test_branches_that_share_the_number_of_their_chain_stay_apart() -> None:
    rows = [(str(500 + number // 5), f"Kette {number // 5}", f"Weg {number}", "Vaduz") for number in range(20)]
    assert len(understood(("Kundennummer", "Firma", "Strasse", "Ort"), *rows).drafts) == 20


def test_one_number_given_twice_does_not_discredit_the_others() -> None:
    rows = [(str(number), f"Shop {number}", f"Weg {number}", "Vaduz") for number in range(10)]
    found = understood(("id", "name", "street", "city"), *rows, ("3", "Another One", "Gasse 77", "Triesen"))
    assert len(found.drafts) == 11
    assert not found.remarks
    assert found.drafts[0].values["external_id"] == "0"


def test_rows_of_one_account_are_merged_without_losing_a_cell() -> None:
    found = understood(
        ("id", "name", "street", "city", "phone", "email", "contact"),
        ("C1", "Foo", "Road 1", "Vaduz", "+423 232 12 34", "", "Ada"),
        ("", "Foo", "Road 1", "Vaduz", "", "foo@example.li", ""),
        ("", "Foo", "Road 1", "Vaduz", "+423 232 99 99", "", "Bo"),
        ("C1", "Foo", "Road 1", "Vaduz", "", "", ""),
    )
    (draft,) = found.drafts
    assert (found.repeated, list(found.rejects)) == (2, [5])
    assert (draft.values["external_id"], draft.values["phone"], draft.values["email"], draft.values["contact"]) == (
        "C1",
        "+4232321234",
        "foo@example.li",
        "Ada",
    )
    assert "+4232329999" in draft.values["note"]
    assert "Bo" in draft.values["note"]


def test_rows_with_other_numbers_of_cells_are_taken_where_nothing_speaks_against_it() -> None:
    found = understood(
        ("name", "street", "city", "phone"),
        ("Ada", "Weg 1", "Vaduz", "", "", ""),
        ("Bo", "Weg 2"),
        ("Cy", "Weg 3", "Vaduz", "", "a surplus cell"),
        ("Dee", "Weg"),
        ("4", "Vaduz", ""),
    )
    assert [draft.values["name"] for draft in found.drafts] == ["Ada", "Bo"]
    assert "Has 2 cells" in found.drafts[1].remarks[0]
    assert sorted(found.rejects) == [4, 5, 6]


@pytest.mark.parametrize(
    "row",
    [
        ("(Zahl)", "(Text)", "(Text)"),
        ("int", "varchar(20)", "varchar(20)"),
        ("Summe", "2", ""),
        ("Total:", "", "1'234.50"),
        ("Total geral", "12", "EUR 3"),
        ("id", "name", "city"),
    ],
)
def test_units_totals_and_headings_again_are_no_accounts(row: tuple[str, ...]) -> None:
    found = understood(("id", "name", "city"), row, ("1", "Total Tankstelle", "Vaduz"), ("2", "Summe AG", "Triesen"))
    assert list(found.rejects) == [2]
    assert len(found.drafts) == 2


def test_the_street_is_found_among_the_lines_of_an_address() -> None:
    found = understood(
        ("company", "addressline1", "addressline2", "town"),
        ("Ada", "c/o Treuhand AG", "Äulestrasse 20", "Vaduz"),
        ("Bo", "Unit 5", "Städtle 1", "Vaduz"),
        ("Cy", "Landstrasse 8", "2. Stock", "Schaan"),
        ("Dee", "", "Postplatz 2", "Schaan"),
    )
    assert [draft.address.street for draft in found.drafts] == [
        "Äulestrasse 20",
        "Städtle 1",
        "Landstrasse 8",
        "Postplatz 2",
    ]
    assert "c/o Treuhand AG" in found.drafts[0].values["note"]


def test_each_row_has_its_house_number_where_it_writes_it() -> None:
    found = understood(
        ("name", "street", "number", "city"),
        ("A", "Städtle 1", "", "Vaduz"),
        ("B", "Städtle 2", "", "Vaduz"),
        ("C", "Städtle 4", "", "Vaduz"),
        ("D", "Äulestrasse", "20", "Vaduz"),
        ("E", "Landstrasse 8", "8", "Schaan"),
    )
    assert [draft.address.text for draft in found.drafts] == [
        "Städtle 1, Vaduz",
        "Städtle 2, Vaduz",
        "Städtle 4, Vaduz",
        "Äulestrasse 20, Vaduz",
        "Landstrasse 8, Schaan",
    ]


@pytest.mark.parametrize(
    ("status", "kind", "closed"),
    [
        ("Closed", None, True),
        ("Permanently closed", None, True),
        ("aufgelöst", None, True),
        ("Radiée", None, True),
        ("cessata", None, True),
        ("Zlikwidowana", None, True),
        ("Dissolved", None, True),
        ("Inaktiv", "prospect", False),
        ("inactivo", "prospect", False),
        ("Active", "customer", False),
    ],
)
def test_what_is_closed_is_no_customer(status: str, kind: str | None, closed: bool) -> None:
    (draft,) = understood(("name", "city", "status"), ("Ada", "Vaduz", status)).drafts
    assert (draft.values.get("kind"), bool(draft.closed)) == (kind, closed)
    assert bool(draft.remarks) == (kind != "customer")


def test_a_person_without_a_company_is_an_account_of_that_name() -> None:
    found = understood(
        ("Kundennr", "Anrede", "Vorname", "Nachname", "Firma", "Ort"),
        ("1", "Herr", "Bruno", "Muster", "", "Vaduz"),
        ("2", "Frau", "Anna", "Muster", "Muster Bau AG", "Vaduz"),
    )
    assert [(draft.values["name"], draft.values["contact"]) for draft in found.drafts] == [
        ("Bruno Muster", "Bruno Muster"),
        ("Muster Bau AG", "Anna Muster"),
    ]


def test_people_of_a_list_of_partners_go_to_their_firm() -> None:
    (draft,) = understood(
        ("External ID", "Name", "Is a Company", "Related Company", "Street", "City"),
        ("p1", "Muster Bau AG", "True", "", "Weg 1", "Vaduz"),
        ("p2", "Anna Muster", "False", "Muster Bau AG", "Weg 1", "Vaduz"),
    ).drafts
    assert (draft.values["name"], draft.values["contact"], draft.values["external_id"]) == (
        "Muster Bau AG",
        "Anna Muster",
        "p1",
    )
