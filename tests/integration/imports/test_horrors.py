"""Files as people really send them: each is understood, or refused with what to do."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from gcrm.common.postcodes import clean_postcode
from gcrm.imports.cleaning import Cleaner, Draft
from gcrm.imports.columns import map_columns
from gcrm.imports.import_accounts import import_accounts
from gcrm.imports.read import read_table
from gcrm.imports.understanding import Understood, understand
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace

LIST = "Kunde Nr;Firma;Strasse;PLZ;Ort;lat;lon\nK1;Bäckerei Öhri;Aeulestrasse 30;9490;Vaduz;47,1410;9,5215\n"
LATIN_LINE = "K3;Zürich Café;Weg 1;9490;Vaduz;;\n"


def understood(file: Path, country: str = "LI") -> Understood:
    table = read_table(file)
    return understand(table, Cleaner.of(table, map_columns(table.headings), country))


def drafts(folder: Path, text: str, country: str = "LI") -> list[Draft]:
    file = folder / "list.csv"
    file.write_text(text, encoding="utf-8")
    return list(understood(file, country).drafts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "cp1252"])
def test_semicolons_decimal_commas_and_any_encoding_are_understood(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(LIST.encode(encoding))
    (draft,) = understood(tmp_path / "a.csv").drafts
    assert (draft.values["name"], draft.values["external_id"], draft.given) == ("Bäckerei Öhri", "K1", (9.5215, 47.141))


@pytest.mark.parametrize("encodings", [("utf-8", "cp1252"), ("cp1252", "utf-8")])
def test_two_encodings_in_one_file_are_refused_with_the_line(tmp_path: Path, encodings: tuple[str, str]) -> None:
    (tmp_path / "a.csv").write_bytes(LIST.encode(encodings[0]) + LATIN_LINE.encode(encodings[1]))
    with pytest.raises(InputRejected, match=r"[Ll]ine [23]") as refused:
        read_table(tmp_path / "a.csv")
    assert "UTF-8" in refused.value.remedy


def test_a_quote_that_closes_lines_later_is_named_with_how_far_it_reaches(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('name,street,city\n"Ada,Way 1,Vaduz\nBo,Way 2,Vaduz\nCy,"Way 3,Vaduz\n')
    (reject,) = understood(tmp_path / "a.csv").rejects.values()
    assert "a quote is opened in it and closed only 2 lines further on" in reject.reason


def test_a_cell_of_ten_megabytes_is_refused_with_its_line(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"name,note\nAda,{'x' * 10_000_000}\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="from line 2 on: it has a cell of over 1,000,000 characters"):
        import_accounts(workspace, tmp_path / "a.csv")
    with workspace.store.read() as tx:
        assert tx.accounts.all() == []


@pytest.mark.parametrize("numbers", [("1001", "1002", "1003"), ("1", "2", "3"), ("7", "7", "9")])
def test_a_number_that_is_no_house_number_is_not_put_behind_the_street(
    tmp_path: Path, numbers: tuple[str, str, str]
) -> None:
    streets = ("Landstrasse 12", "Weg 3a", "Am Bach")
    lines = [f"{number};Shop {street};{street};Vaduz" for number, street in zip(numbers, streets, strict=True)]
    found = drafts(tmp_path, "\n".join(["Nr;Firma;Strasse;Ort", *lines, ""]))
    assert [draft.address.text for draft in found] == [f"{street}, Vaduz" for street in streets]
    # Numbers of rows are nobody's: the next file counts from 1 again.
    expected = list(numbers) if numbers[0] == "1001" else [None] * 3
    assert [draft.values.get("external_id") for draft in found] == expected


def test_a_number_beside_bare_streets_is_the_house_number(tmp_path: Path) -> None:
    found = drafts(tmp_path, "Firma;Strasse;Nr;Ort\nAda;Landstrasse;12;Vaduz\nBo;Am Bach;3;Vaduz\n")
    assert [draft.address.text for draft in found] == ["Landstrasse 12, Vaduz", "Am Bach 3, Vaduz"]


def test_what_a_spreadsheet_did_to_numbers_is_undone_or_said(tmp_path: Path) -> None:
    first, second = drafts(
        tmp_path,
        "name,city,plz,land,phone,last visit\n"
        "Ada,Dresden,1067.0,DE,4935112345678.0,46350\nBo,Vaduz,9490,LI,4.23232E+09,45000.5\n",
    )
    assert (first.address.postcode, first.values["last_visit"]) == ("01067", date(2026, 11, 24))
    assert any("lost its zero" in remark for remark in first.remarks)
    assert second.values["last_visit"] == date(2023, 3, 15)
    assert "phone" not in second.values
    assert "4.23232E+09" in second.values["note"]


@pytest.mark.parametrize(
    ("written", "country", "postcode"),
    [
        ("1067", "DE", "01067"),
        ("100", "FI", "00100"),
        ("150", "NO", "0150"),
        ("9490", "LI", "9490"),
        ("2134", "US", "02134"),
        ("2134", "", "2134"),
        ("SW1A 1AA", "DE", "SW1A 1AA"),
        ("10", "DE", "10"),
        ("", "DE", ""),
    ],
)
def test_zeros_in_front_come_back_only_where_the_country_has_them(written: str, country: str, postcode: str) -> None:
    assert clean_postcode(written, country) == postcode


def test_a_hidden_sheet_gives_way_to_one_that_is_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    old, new = book.active, book.create_sheet("Now")
    old.append(["Firma", "Strasse", "PLZ", "Ort", "Telefon"])
    old.append(["Old", "Weg 1", 9490, "Vaduz", ""])
    old.sheet_state = "hidden"
    new.append(["Firma", "Ort"])
    new.append(["New", "Vaduz"])
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    assert [row.cells[0] for row in read_table(tmp_path / "a.xlsx").rows] == ["New"]


def test_the_real_lists_go_in_whole_and_orders_count_as_orders(workspace: Workspace, shared: Path) -> None:
    orders = import_accounts(workspace, shared / "data" / "crm" / "iowa_liquor_10k_raw_lines.csv")
    assert (orders.read, orders.created, orders.repeated, orders.rejected) == (10_000, 1_244, 8_756, 0)
    assert "segment" not in orders.columns
    assert "Category" in orders.unused
    with workspace.store.read() as tx:
        assert {account.segment for account in tx.accounts.all()} == {""}
    breweries = import_accounts(workspace, shared / "data" / "crm" / "openbrewerydb_breweries.csv")
    assert breweries.read == breweries.created + breweries.rejected == 11_822
