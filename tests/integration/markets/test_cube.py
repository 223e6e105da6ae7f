"""The cube: every cut adds up to its records, on either database, and nothing that is written there reaches SQL."""

import csv
import itertools
import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from gcrm.accounts.model import Account
from gcrm.cli.main import gcrm
from gcrm.common.language import speaking
from gcrm.markets.cube.ask import _connection, ask, records_of, values_of
from gcrm.markets.cube.cut_text import read_cut
from gcrm.markets.cube.dimensions import MEASURES, Dimensions
from gcrm.markets.cube.export import write_sheet
from gcrm.markets.cube.model import CubeAnswer, Cut, Figure
from gcrm.markets.cube.periods import period_of
from gcrm.markets.cube.snapshot import current_snapshot, refresh_cube
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.sales.model import OrderLine
from gcrm.workspace import Workspace
from tests.integration.markets.cube_world import COUNTIES, HOSTILE, TOWNS, fill


@pytest.fixture(params=["workspace", "postgis_workspace"])
def company(request: pytest.FixtureRequest) -> Workspace:
    workspace: Workspace = request.getfixturevalue(request.param)
    fill(workspace)
    refresh_cube(workspace)
    return workspace


@pytest.fixture
def one_company(workspace: Workspace) -> Workspace:
    fill(workspace)
    refresh_cube(workspace)
    return workspace


def _expected(workspace: Workspace) -> dict[str, dict[str, tuple[Decimal, int]]]:
    """Measure to currency to sum and count, straight from the records."""
    with workspace.store.read() as tx:
        accounts, orders = tx.accounts.all(), list(tx.orders.all())
        done = [one for account in accounts for one in tx.activities.of_account(account.id, None)]

    def counted(some: Any) -> dict[str, tuple[Decimal, int]]:
        many = len(list(some))
        return {"": (Decimal(many), many)} if many else {}

    sales: dict[str, tuple[Decimal, int]] = {}
    for one in orders:
        value, many = sales.get(one.currency, (Decimal(0), 0))
        sales[one.currency] = (value + one.amount, many + 1)
    return {
        "visits": counted([one for one in done if one.is_visit]),
        "activities": counted(done),
        "check-ins": counted([one for one in done if one.check_in]),
        "accounts": counted(accounts),
        "customers": counted([one for one in accounts if one.kind == "customer"]),
        "prospects": counted([one for one in accounts if one.kind == "prospect"]),
        "sales": sales,
        "lines": counted(orders),
        "quantity": {"": (sum((one.quantity or Decimal(0) for one in orders), Decimal(0)), len(orders))}
        if orders
        else {},
    }


def _figure(figure: Figure) -> dict[str, tuple[Decimal, int]]:
    return {currency: (value, figure.records) for currency, value in figure.by_currency.items()}


def _adds_up(answer: CubeAnswer) -> None:
    """Cells to rows, rows and columns to the total, to the last digit."""

    def added(parts: list[Figure]) -> tuple[dict[str, Decimal], int]:
        total: dict[str, Decimal] = defaultdict(Decimal)
        for one in parts:
            for currency, value in one.by_currency.items():
                total[currency] += value
        return dict(total), sum(one.records for one in parts)

    for row in answer.table:
        assert added([one for one in row.cells if one]) == (dict(row.total.by_currency), row.total.records)
    for at, column in enumerate(answer.header):
        cells = [one for row in answer.table if (one := row.cells[at])]
        assert added(cells) == (dict(column.total.by_currency), column.total.records)
    if answer.table:
        assert added([row.total for row in answer.table]) == (dict(answer.total.by_currency), answer.total.records)


def test_the_sum_over_any_cut_is_that_of_the_records(company: Workspace) -> None:
    known = current_snapshot(company).dimensions
    expected = _expected(company)
    dice = random.Random(3)
    for measure in MEASURES.values():
        names = [one.name for one in known.all() if measure.facts in one.facts]
        few = names if measure.name == "sales" else dice.sample(names, 3)
        cuts = [((), ()), *(((name,), ()) for name in few)]
        cuts += [(tuple(picked[:2]), tuple(picked[2:])) for _ in range(4) for picked in [dice.sample(names, 3)]]
        for rows, columns in cuts:
            answer = ask(company, Cut(rows, columns, measure.name))
            total = {name: value for name, (value, _) in expected[measure.name].items()}
            assert dict(answer.total.by_currency) == total, (measure.name, rows, columns)
            assert answer.total.records == sum(many for _, many in expected[measure.name].values())
            _adds_up(answer)


def test_both_databases_give_the_same_cube(workspace: Workspace, postgis_workspace: Workspace, tmp_path: Path) -> None:
    postgis_workspace.settings = type(postgis_workspace.settings)(  # a home of its own: both fixtures share one
        home=tmp_path / "other", database_url=postgis_workspace.settings.database_url
    )
    (tmp_path / "other").mkdir()
    answers = []
    for one in (workspace, postgis_workspace):
        fill(one)
        refresh_cube(one)
        answers.append(ask(one, Cut((f"region:{TOWNS}", "rep"), ("quarter",), "sales")))
    assert answers[0] == answers[1]


def test_records_without_a_value_have_a_row_of_their_own(company: Workspace) -> None:
    answer = ask(company, Cut((f"region:{COUNTIES}",), (), "accounts"))
    last = answer.table[-1]
    assert (last.key, last.labels) == ((None,), ("no region",))
    segments = ask(company, Cut(("segment",), (), "accounts"))
    keys = {row.key: row.labels for row in segments.table}
    # A segment that somebody calls so is not that of nobody.
    assert keys[None,] == ("no segment",)
    assert keys["no segment",] == ("no segment",)
    none = ask(company, Cut(measure="accounts", where={"segment": ("",)}))
    assert none.total.records == next(row.total.records for row in segments.table if row.key == (None,))


def test_money_is_split_by_currency_and_never_added_up(company: Workspace) -> None:
    answer = ask(company, Cut(("year",), (), "sales"))
    assert answer.columns == ("currency",)
    assert answer.total.value is None
    assert {column.key for column in answer.header} == {("CHF",), ("EUR",), (None,)}
    assert all(cell is None or len(cell.by_currency) == 1 for row in answer.table for cell in row.cells)
    euros = ask(company, Cut(("year",), (), "sales", where={"currency": ("EUR",)}))
    assert (euros.columns, euros.currencies) == ((), ("EUR",))
    assert euros.total.value == sum(row.total.value or 0 for row in euros.table)
    rows = ask(company, Cut(("currency",), ("year",), "sales"))
    assert rows.columns == ("year",)


def test_a_day_is_that_of_whoever_did_it(company: Workspace) -> None:
    with company.store.read() as tx:
        done = tx.activities.since(company.clock().replace(year=1990))
        zones = {one.id: one.zone for one in tx.reps.all()}
        expected: dict[str, int] = defaultdict(int)
        for one in done:
            expected[f"{one.at.astimezone(ZoneInfo(zones.get(one.rep_id or 0, 'UTC'))):%Y-%m-%d}"] += 1
    answer = ask(company, Cut(("day",), (), "activities"))
    assert {row.key[0]: row.total.records for row in answer.table} == expected


def test_weeks_are_those_of_iso_and_years_run_upwards(company: Workspace) -> None:
    weeks = [row.key[0] for row in ask(company, Cut(("week",), (), "lines")).table]
    assert weeks == sorted(weeks, key=str)
    with company.store.read() as tx:
        assert set(weeks) == {f"{one.day:%G-W%V}" for one in tx.orders.all()}


def test_levels_are_found_from_what_contains_what(company: Workspace) -> None:
    known = current_snapshot(company).dimensions
    assert known.parents == {TOWNS: COUNTIES}
    assert known.below(f"region:{COUNTIES}") == f"region:{TOWNS}"
    assert known.below("year") == "quarter"
    inside = ask(company, Cut((f"region:{TOWNS}",), (), "accounts", where={f"region:{COUNTIES}": ("W",)}))
    assert {str(row.key[0])[5] for row in inside.table} <= {"0", "1"}


def test_every_cell_opens_to_its_records(company: Workspace) -> None:
    for cut in (
        Cut(("city",), ("year",), "sales"),
        Cut((f"region:{TOWNS}",), ("outcome",), "activities"),
        Cut(("rep", "segment"), (), "customers"),
        Cut(("product",), (), "quantity", compare=(period_of("2025"), period_of("2025-Q1"))),
    ):
        answer = ask(company, cut)
        for row in answer.table:
            for column, cell in zip(answer.header, row.cells, strict=True):
                found = records_of(company, cut, row.key, column.key)
                assert found.figure == (cell or Figure({}, 0))
                assert sum(one.value for one in found.records) == sum(found.figure.by_currency.values())
                assert len(found.records) == found.figure.records
        everything = records_of(company, cut, (), (), most=3)
        assert (len(everything.records), everything.more) == (3, answer.total.records - 3)
    with pytest.raises(InputRejected, match="no cell"):
        records_of(company, Cut(("city",), (), "sales"), ("a", "b"), ())


def test_two_periods_are_compared_also_where_they_overlap(company: Workspace) -> None:
    cut = Cut(
        ("product",), (), "sales", {"currency": ("EUR",)}, compare=(period_of("2025"), period_of("2025-06..2026"))
    )
    answer = ask(company, cut)
    assert [one.key for one in answer.header] == [("2025",), ("2025-06..2026",)]
    with company.store.read() as tx:
        lines = [one for one in tx.orders.all() if one.currency == "EUR"]
    first = sum((one.amount for one in lines if one.day.year == 2025), Decimal(0))
    second = sum((one.amount for one in lines if date(2025, 6, 1) <= one.day <= date(2026, 12, 31)), Decimal(0))
    assert [one.total.value for one in answer.header] == [first, second]
    assert answer.total_difference == {"EUR": second - first}
    assert answer.total_change == {"EUR": float((second - first) / abs(first))}
    nothing = ask(company, Cut(("product",), (), "lines", compare=(period_of("1999"), period_of("2025"))))
    assert nothing.total_change == {"": None}
    assert len(nothing.header) == 2
    with pytest.raises(InputRejected, match="columns already"):
        ask(company, Cut((), ("year",), "lines", compare=(period_of("2025"), period_of("2026"))))


def test_too_many_rows_and_columns_are_put_together_and_said(company: Workspace) -> None:
    cut = Cut(("account",), ("month",), "lines")
    whole = ask(company, cut)
    few = ask(company, cut, most_rows=3, most_columns=2)
    assert (len(few.table), len(few.header)) == (4, 3)
    assert few.table[-1].rest == len(whole.table) - 3
    assert few.header[-1].rest == len(whole.header) - 2
    assert few.total == whole.total
    _adds_up(few)
    assert sum("more" in one for one in few.remarks) == 2
    with pytest.raises(InputRejected, match="at most 6"):
        ask(company, Cut(("account", "city", "segment", "priority", "kind", "rep"), ("year",), "lines"))


def test_nothing_that_is_written_reaches_sql(company: Workspace) -> None:
    for name in (HOSTILE, "a.name", "1) FROM accounts; --", "region:x' OR 1=1", "period", "region_0", "", "ACCOUNT\0"):
        for cut in (Cut((name,), (), "lines"), Cut((), (name,), "lines"), Cut((), (), "lines", {name: ("1",)})):
            with pytest.raises(InputRejected):
                ask(company, cut)
    for name in (HOSTILE, "sum(v)", ""):
        with pytest.raises(InputRejected):
            ask(company, Cut((), (), name))
    for value in (HOSTILE, "' OR '1'='1", "%", "\\", "☃", "NULL"):
        answer = ask(company, Cut((), (), "accounts", {"city": (value,)}))
        with company.store.read() as tx:
            assert answer.total.records == sum(one.address.city == value for one in tx.accounts.all())
    assert ask(company, Cut(("territory",), (), "accounts")).total.records == 40


def test_duckdb_opens_nothing_but_the_snapshot(one_company: Workspace) -> None:
    import duckdb

    secret = one_company.settings.home / "secret.csv"
    secret.write_text("a\n1\n")
    connection = _connection(current_snapshot(one_company).folder)
    for query in (
        f"SELECT * FROM read_csv('{secret}')",  # noqa: S608 - what an intruder would try
        f"COPY accounts TO '{secret}'",
        f"ATTACH '{secret}.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            connection.cursor().execute(query)


def test_dimensions_go_only_with_their_measures(company: Workspace) -> None:
    with pytest.raises(InputRejected, match="no product") as refused:
        ask(company, Cut(("product",), (), "visits"))
    assert "sales, lines, quantity" in refused.value.remedy
    with pytest.raises(InputRejected, match="is there twice"):
        ask(company, Cut(("year",), ("year",), "visits"))


def test_whoever_sees_some_territories_sees_only_their_records(company: Workspace) -> None:
    with company.store.read() as tx:
        south = tx.territories.by_name("South").id
        own = {one.id for one in tx.accounts.all() if one.territory_id == south}
        lines = sum(one.account_id in own for one in tx.orders.all())
    cut = Cut(("territory",), (), "lines")
    answer = ask(company, cut, territories={south})
    assert [row.key for row in answer.table] == [("South",)]
    assert answer.total.records == lines
    assert records_of(company, cut, (), (), territories=frozenset()).figure.records == 0
    assert ask(company, cut, territories=frozenset()).table == ()
    assert values_of(company, "territory", "lines", territories={south}) == ["South"]


def test_an_empty_workspace_and_one_account(workspace: Workspace) -> None:
    with pytest.raises(NotReady, match="not been made"):
        ask(workspace, Cut())
    refresh_cube(workspace)
    for measure in MEASURES:
        answer = ask(workspace, Cut(("city",), ("year",), measure))
        assert (answer.table, answer.total.records, answer.total.value) == ((), 0, 0)
        assert ask(workspace, Cut((), (), measure)).total.value == 0
    with workspace.store.write() as tx:
        one = tx.accounts.add(Account("Only"))
        tx.orders.add_many([OrderLine(one.id, date(2099, 12, 31), Decimal("0.01"), "EUR")])
    refresh_cube(workspace)
    future = ask(workspace, Cut(("year",), (), "sales"))
    assert [(row.key, row.total.value) for row in future.table] == [(("2099",), Decimal("0.01"))]


def test_a_refresh_is_dated_and_leaves_no_half_of_one(one_company: Workspace, clock: Any) -> None:
    before = current_snapshot(one_company)
    assert before.as_of == clock.now
    clock.move(hours=1)

    def stop(message: str, done: int = 0, total: int = 0) -> None:
        if (message, done, total) == ("Writing", 1, 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh_cube(one_company, stop)
    assert current_snapshot(one_company) == before
    for _ in range(3):
        clock.move(hours=1)
        refresh_cube(one_company)
    assert current_snapshot(one_company).as_of == clock.now
    folders = [one for one in (one_company.settings.home / "cube").iterdir() if one.is_dir()]
    assert len(folders) == 2
    ask(one_company, Cut())
    (current_snapshot(one_company).folder / "about.json").write_text("{")
    with pytest.raises(NotReady, match="cannot be read"):
        ask(one_company, Cut())


@pytest.fixture
def run(one_company: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("GCRM_HOME", str(one_company.settings.home))

    def run_cube(*words: str) -> Any:
        done = CliRunner().invoke(gcrm, ["cube", *words])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run_cube


def test_the_command_line_cuts_filters_compares_and_refreshes_by_itself(
    run: Callable[..., Any], one_company: Workspace
) -> None:
    told = json.loads(
        run("--rows", f"{TOWNS},rep", "--columns", "year", "--measure", "sales", "--where", "currency=EUR",
            "--where", "year=2025", "--where", "year=2026", "--json").stdout
    )  # fmt: skip
    assert told["rows"] == [f"region:{TOWNS}", "rep"]
    assert [one["key"] for one in told["header"]] == [["2025"], ["2026"]]
    assert sum(row["total"]["value"] for row in told["table"]) == pytest.approx(told["total"]["value"])
    with one_company.store.write() as tx:
        account = tx.accounts.all()[0]
        tx.orders.add_many([OrderLine(account.id, date(2031, 1, 1), Decimal("1234.56"), "SEK")])
    assert (
        json.loads(run("--measure", "sales", "--where", "year=2031", "--as-it-is", "--json").stdout)["total"]["records"]
        == 0
    )
    fresh = json.loads(run("--measure", "sales", "--where", "year=2031", "--json").stdout)
    assert (fresh["total"], fresh["currencies"]) == ({"value": 1234.56, "records": 1}, ["SEK"])
    text = run("--rows", "city", "--measure", "lines", "--compare", "2025-Q1", "2026-Q1").stdout
    assert "Difference" in text
    assert "Records as of" in text
    listed = json.loads(run("--dimensions", "--json").stdout)
    assert f"region:{COUNTIES}" in {one["name"] for one in listed["dimensions"]}
    with pytest.raises(InputRejected, match="no dimension"):
        run("--rows", "colour")


def test_a_cut_goes_into_a_spreadsheet_with_its_totals(one_company: Workspace, tmp_path: Path) -> None:
    answer = ask(one_company, Cut(("city",), ("year",), "lines"))
    write_sheet(tmp_path / "cut.csv", answer)
    with (tmp_path / "cut.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    total = next(row for row in rows if row[0] == "Total")
    assert int(total[-1]) == answer.total.records
    assert any(row[:1] == ["Records as of"] for row in rows)
    write_sheet(tmp_path / "cut.xlsx", answer)
    sheet = load_workbook(tmp_path / "cut.xlsx").active
    assert sheet is not None
    values = [list(row) for row in itertools.islice(sheet.iter_rows(values_only=True), len(answer.table) + 2)]
    assert values[-1][-1] == answer.total.records
    with pytest.raises(InputRejected, match=r"neither \.csv"):
        write_sheet(tmp_path / "cut.pdf", answer)


def test_cuts_are_read_from_texts() -> None:
    known = Dimensions(("a, b", "a", "x=y"), {})
    cut = read_cut(known, "a, b,a,year", "", "SALES", ["x=y=z=1", "year=", "year=2026"], "2026-q2")
    assert cut.rows == ("region:a, b", "region:a", "year")
    assert cut.where == {"region:x=y": ("z=1",), "year": ("", "2026")}
    assert cut.period
    assert (cut.period.first, cut.period.last) == (date(2026, 4, 1), date(2026, 6, 30))
    for wrong in ("2026-Q5", "26", "2026-13", "2026-W54", "2026-02-30", "2027..2026", "", "0000", "x..y"):
        with pytest.raises(InputRejected):
            period_of(wrong)
    assert period_of("2026-W01").first == date(2025, 12, 29)
    assert period_of("9999").last == date(9999, 12, 31)
    assert period_of("9999-12").last == date.max
    with pytest.raises(InputRejected, match="no filter"):
        read_cut(known, where=["year"])


def test_labels_are_said_in_the_language_at_hand_and_keys_are_the_same_in_all(one_company: Workspace) -> None:
    cut = Cut(rows=("kind",), columns=("outcome",), measure="visits")
    english = ask(one_company, cut)
    with speaking("de"):
        german = ask(one_company, cut)
        assert MEASURES["sales"].label == "Umsatz"
    assert MEASURES["sales"].label == "Sales"
    assert [row.key for row in german.table] == [row.key for row in english.table]
    assert {"Kunde", "Interessent"} >= {row.labels[0] for row in german.table}
    assert {"customer", "prospect"} >= {row.labels[0] for row in english.table}
