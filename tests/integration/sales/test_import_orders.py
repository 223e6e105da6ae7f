"""Files of orders: whose they are, what becomes of each row, and that nothing counts twice or is lost."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.model import Account, Address
from gcrm.cli.main import gcrm
from gcrm.platform.errors import Conflict, InputRejected, NotFound
from gcrm.sales.choices import OrderChoices
from gcrm.sales.import_orders import OrdersImported, import_orders, preview_orders, undo_orders
from gcrm.sales.queries import revenue_by_account
from gcrm.workspace import Workspace

NAMES = ("workspace", "postgis_workspace")


@pytest.fixture(params=NAMES)
def shop(request: pytest.FixtureRequest) -> Workspace:
    """Four accounts on either database: two of one name in two towns, one with a number that has zeros in front."""
    workspace: Workspace = request.getfixturevalue(request.param)
    with workspace.store.write() as tx:
        tx.accounts.add_many(
            [
                Account("Café Frey", external_id="0042", address=Address(city="Vaduz")),
                Account("Bäckerei Öhri AG", external_id="K-7", address=Address(city="Vaduz")),
                Account("Bäckerei Öhri AG", address=Address(city="Balzers")),
                Account("Hotel Adler"),
            ]
        )
    return workspace


def _import(workspace: Workspace, text: str, name: str = "orders.csv", **choices: object) -> OrdersImported:
    file = workspace.settings.home / name
    file.write_text(text, encoding="utf-8")
    return import_orders(workspace, file, choices=OrderChoices(**choices))  # type: ignore[arg-type]


def _revenue(workspace: Workspace) -> dict[str, dict[int, Decimal]]:
    with workspace.store.read() as tx:
        return revenue_by_account(tx)


def test_accounts_are_found_by_number_id_or_name_with_town(shop: Workspace) -> None:
    done = _import(
        shop,
        "Kunde;Ort;Datum;Betrag;Währung\n"
        "42;;03.02.2026;10,50;EUR\n"
        "K-7;;03.02.2026;1,00;EUR\n"
        "Baeckerei Oehri;Balzers;03.02.2026;2,00;EUR\n"
        "HOTEL ADLER;;03.02.2026;4,00;EUR\n"
        "Bäckerei Öhri AG;;03.02.2026;8,00;EUR\n"
        "Bäckerei Öhri AG;Schaan;03.02.2026;16,00;EUR\n"
        "Niemand;Vaduz;03.02.2026;32,00;EUR\n"
        "Niemand;Vaduz;04.02.2026;64,00;CHF\n",
    )
    assert (done.read, done.added, done.rejected) == (8, 4, 4)
    assert _revenue(shop) == {"EUR": {1: Decimal("10.5"), 2: Decimal(1), 3: Decimal(2), 4: Decimal(4)}}
    reasons = {one.row: one.reason for one in done.rejects}
    assert "any of the accounts 2, 3" in reasons[6]
    assert "no account 'Bäckerei Öhri AG, Schaan'" in reasons[7]
    assert [(one.named, one.lines, one.amounts) for one in done.unknown] == [
        ("Niemand, Vaduz", 2, {"CHF": Decimal(64), "EUR": Decimal(32)}),
        ("Bäckerei Öhri AG, Schaan", 1, {"EUR": Decimal(16)}),
    ]
    assert done.rejects_file
    with done.rejects_file.open(encoding="utf-8-sig") as file:
        assert [row["Betrag"] for row in csv.DictReader(file)] == ["8,00", "16,00", "32,00", "64,00"]
    ours = _import(shop, "gcrm_id,date,amount\n4,2026-05-01,3\n", "ours.csv", currency="eur")
    assert (ours.added, ours.totals) == (1, {"EUR": Decimal(3)})


def test_rejected_rows_go_in_once_their_account_is_there(shop: Workspace) -> None:
    text = "customer no,date,amount,currency\n42,2026-01-01,1,EUR\n99,2026-01-01,2,EUR\n"
    assert _import(shop, text).added == 1
    with shop.store.write() as tx:
        tx.accounts.add(Account("New", external_id="99"))
    again = _import(shop, text)
    assert (again.added, again.unchanged, again.unknown) == (1, 1, ())


def test_the_same_file_twice_changes_nothing_in_any_form(shop: Workspace) -> None:
    rows = [
        ("customer no", "date", "product", "quantity", "amount", "currency"),
        ("42", "2026-01-01", "Bread", "2", "3.10", "EUR"),
        ("42", "2026-01-01", "Bread", "2", "3.10", "EUR"),
        ("42", "2026-01-01", "Bread", "2", "-3.10", "EUR"),
    ]
    first = _import(shop, "\n".join(map(",".join, rows)))
    assert (first.added, first.repeated) == (3, 0)
    again = _import(shop, "\n".join(map(",".join, rows)))
    assert (again.added, again.unchanged, again.batch) == (0, 3, None)
    book = Workbook()
    assert book.active
    for row in rows:
        book.active.append(
            [float(cell) if cell.lstrip("-")[:1].isdigit() and cell.count("-") < 2 else cell for cell in row]
        )
    book.save(shop.settings.home / "orders.xlsx")
    as_sheet = import_orders(shop, shop.settings.home / "orders.xlsx")
    assert (as_sheet.added, as_sheet.unchanged) == (0, 3)
    assert _revenue(shop) == {"EUR": {1: Decimal("3.10")}}


def test_a_line_is_known_by_its_order_and_number_and_a_correction_is_undone_exactly(shop: Workspace) -> None:
    head = "order no,line,customer no,date,amount,currency\n"
    first = _import(shop, head + "A1,1,42,2026-01-01,5,EUR\nA1,2,42,2026-01-01,6,EUR\nA1,1,42,2026-01-02,-5,EUR\n")
    assert first.added == 3
    second = _import(shop, head + "A1,1,K-7,2026-01-03,7,CHF\nA1,2,42,2026-01-01,6.00,EUR\nA2,1,42,2026-01-01,1,EUR\n")
    assert (second.added, second.replaced, second.unchanged) == (1, 1, 1)
    assert _revenue(shop) == {"CHF": {2: Decimal(7)}, "EUR": {1: Decimal(2)}}
    assert second.batch
    undone = undo_orders(shop, second.batch)
    assert (undone.removed, undone.restored) == (2, 1)
    assert _revenue(shop) == {"EUR": {1: Decimal(6)}}
    with pytest.raises(Conflict, match="was undone"):
        undo_orders(shop, second.batch)
    with pytest.raises(NotFound):
        undo_orders(shop, 999)


def test_a_line_that_stands_twice_in_a_file_counts_once_or_is_said(shop: Workspace) -> None:
    done = _import(
        shop,
        "order no,line,customer no,date,amount,currency\n"
        "A1,1,42,2026-01-01,5,EUR\nA1,1,42,2026-01-01,5,EUR\nA1,1,42,2026-01-01,6,EUR\n",
    )
    assert (done.read, done.added, done.repeated, done.rejected) == (3, 1, 1, 1)
    assert "line 1 already, in row 2" in done.rejects[0].reason


def test_returns_and_credit_notes_keep_their_sign(shop: Workspace) -> None:
    done = _import(
        shop,
        "Kundennummer;Datum;Belegart;Menge;Betrag;Währung\n"
        "42;1.2.2026;Rechnung;3;30,00;EUR\n"
        "42;2.2.2026;Gutschrift;1;10,00;EUR\n"
        "42;3.2.2026;Gutschrift;-1;-5,00;EUR\n"
        "42;4.2.2026;Rechnung;-1;2,00-;EUR\n"
        "42;5.2.2026;Avoir;1;(1,00);EUR\n",
    )
    assert done.totals == {"EUR": Decimal(12)}
    with shop.store.read() as tx:
        assert [one.quantity for one in tx.orders.all()] == [3, -1, -1, -1, -1]


def test_currencies_are_told_by_column_sign_heading_or_person_and_never_mixed(shop: Workspace) -> None:
    done = _import(
        shop,
        "customer no,date,amount,currency\n"
        "42,2026-01-01,€5.00,\n42,2026-01-01,CHF 6.00,\n42,2026-01-01,7.00,usd\n42,2026-01-01,8.00,Euro\n"
        "42,2026-01-01,9.00,\n42,2026-01-01,10.00,gold\n42,2026-01-01,£11.00,EUR\n42,2026-01-01,12 kr,\n",
    )
    assert done.totals == {"": Decimal(9), "CHF": Decimal(6), "EUR": Decimal(13), "USD": Decimal(7)}
    assert [one.reason.split(".")[0] for one in done.rejects] == [
        "'gold' is no currency; write its code, as EUR",
        "'£11",
        "'kr' in '12 kr' is no currency that is known for sure; see --currency",
    ]
    assert any("--currency" in one for one in done.file_remarks)
    # Said later, it is the same lines.
    again = _import(shop, "customer no,date,amount,currency\n42,2026-01-01,9.00,\n", currency="GBP")
    assert (again.added, again.replaced, again.totals) == (0, 1, {"GBP": Decimal(9)})
    with pytest.raises(InputRejected, match="no currency 'GLD'"):
        _import(shop, "customer no,date,amount\n42,2026-01-01,9\n", currency="gld")


def test_every_row_that_is_not_taken_says_why(shop: Workspace) -> None:
    done = _import(
        shop,
        "customer no,date,product,amount,currency\n"
        ",2026-01-01,A,1.50,EUR\n"
        "42,,A,1.50,EUR\n"
        "42,yesterday,A,1.50,EUR\n"
        "42,2026-02-30,A,1.50,EUR\n"
        "42,9999-12-31,A,1.50,EUR\n"
        "42,2026-01-01,A,,EUR\n"
        "42,2026-01-01,A,much,EUR\n"
        "42,2026-01-01\n"
        f"42,2026-01-01,{'x' * 201},1.50,EUR\n"
        "42,2027-01-01,'=1+1,1.50,EUR\n"
        "customer no,date,product,amount,currency\n"
        "Total,,,12.00,\n",
    )
    assert (done.read, done.added, done.rejected) == (12, 1, 11)
    assert len({one.reason for one in done.rejects}) == 10
    assert any("1 lines are dated in the future" in one for one in done.file_remarks)
    with shop.store.read() as tx:
        assert [one.product for one in tx.orders.all()] == ["=1+1"]


def test_numbers_that_may_be_either_are_not_guessed(shop: Workspace) -> None:
    text = "customer no;date;amount;currency\n42;2026-01-01;1.234;EUR\n42;2026-01-01;7;EUR\n"
    done = _import(shop, text)
    assert (done.added, done.rejected) == (1, 1)
    assert _import(shop, text, decimal="comma").totals == {"EUR": Decimal(1241)}


def test_days_and_months_that_may_be_either_are_asked_about(shop: Workspace) -> None:
    text = "customer no,date,amount,currency\n42,3/4/2026,1.50,EUR\n42,5/6/2026,2.00,EUR\n"
    with pytest.raises(InputRejected, match="may be either") as refused:
        _import(shop, text)
    assert "--dates day or --dates month" in refused.value.remedy
    seen, _ = preview_orders(shop, shop.settings.home / "orders.csv")
    assert [one.about for one in seen.questions] == ["dates"]
    _import(shop, text, dates="month")
    with shop.store.read() as tx:
        assert [f"{one.day}" for one in tx.orders.all()] == ["2026-03-04", "2026-05-06"]


def test_worksheets_without_orders_are_passed_over_and_several_with_some_are_asked_about(shop: Workspace) -> None:
    book = Workbook()
    assert book.active
    book.active.append(["Notes"])
    for title, amount in (("North", 1.5), ("South", 2.25)):
        sheet = book.create_sheet(title)
        sheet.append(["Orders of the year"])
        sheet.append(["Kundennummer", "Datum", "Betrag EUR"])
        sheet.append(["42", date(2026, 3, 4), amount])
    file = shop.settings.home / "orders.xlsx"
    book.save(file)
    with pytest.raises(InputRejected, match="2 worksheets hold orders: North, South"):
        import_orders(shop, file)
    assert import_orders(shop, file, choices=OrderChoices(sheet="all")).totals == {"EUR": Decimal("3.75")}
    places = shop.settings.home / "orders.geojson"
    places.write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(InputRejected, match="no table of orders"):
        import_orders(shop, places)


def test_orders_of_an_account_that_was_merged_away_are_still_known(shop: Workspace) -> None:
    text = "customer no,date,amount,currency\nK-7,2026-01-01,5,EUR\n"
    _import(shop, text)
    merge_accounts(shop, 1, 2)
    again = _import(shop, text)
    assert (again.unchanged, again.unknown) == (1, ())
    more = _import(shop, "gcrm_id,date,amount,currency\n2,2026-01-01,7,EUR\n")
    assert more.added == 1
    assert _revenue(shop) == {"EUR": {1: Decimal(12)}}


def test_a_stopped_import_and_a_preview_write_nothing(shop: Workspace) -> None:
    file = shop.settings.home / "orders.csv"
    file.write_text("customer no,date,amount,currency\n42,2026-01-01,5,EUR\n")

    def stop(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - as progress is told
        if (message, total) == ("Writing", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_orders(shop, file, stop)
    seen, planned = preview_orders(shop, file)
    assert (seen.added, seen.batch) == (1, None)
    assert [one.action for one in planned.lines] == ["add"]
    assert _revenue(shop) == {}


def test_the_command_line_imports_lists_and_undoes(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(shop.settings.home))
    monkeypatch.setenv("GCRM_DATABASE_URL", shop.settings.database_url or "")
    file = shop.settings.home / "weird.csv"
    file.write_text("A,B,C\n42,2026-01-01,5.25\n")
    run = CliRunner()
    columns = [part for one in ("external_id=A", "date=B", "amount=C") for part in ("--column", one)]
    done = json.loads(run.invoke(gcrm, ["orders", "import", str(file), *columns, "--currency", "EUR", "--json"]).stdout)
    assert (done["added"], done["totals"]) == (1, {"EUR": 5.25})
    # A choice of columns is remembered for files of the same headings.
    again = json.loads(run.invoke(gcrm, ["orders", "import", str(file), "--currency", "EUR", "--json"]).stdout)
    assert again["unchanged"] == 1
    rows = json.loads(run.invoke(gcrm, ["orders", "revenue", "--since", "2026-01-01", "--json"]).stdout)
    assert rows == [{"account": 1, "name": "Café Frey", "currency": "EUR", "amount": 5.25}]
    listed = json.loads(run.invoke(gcrm, ["orders", "imports", "--json"]).stdout)
    assert [one["id"] for one in listed] == [done["batch"]]
    undone = json.loads(run.invoke(gcrm, ["orders", "undo", str(done["batch"]), "--json"]).stdout)
    assert undone["removed"] == 1
    assert _revenue(shop) == {}


def test_all_orders_of_central_iowa_go_in_to_the_cent(workspace: Workspace, shared: Path) -> None:
    import pandas as pd

    orders = pd.read_csv(shared / "data" / "sales" / "iowa_central_store_day_orders_2012_2018.csv.gz").head(8_000)
    file = workspace.settings.home / "iowa.csv"
    orders.to_csv(file, index=False)
    known = sorted(set(orders["store"]))[:-3]
    with workspace.store.write() as tx:
        tx.accounts.add_many([Account(f"Store {one}", external_id=str(one)) for one in known])
    done = import_orders(workspace, file)
    taken = orders[orders["store"].isin(known)]
    assert done.added == len(taken)
    assert done.totals == {"USD": sum(Decimal(f"{each:.2f}") for each in taken["sale_dollars"])}
    assert len(done.unknown) == 3
    assert import_orders(workspace, file).unchanged == len(taken)
