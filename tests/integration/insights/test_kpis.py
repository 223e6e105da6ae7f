"""Key figures of a week that a hand can count, on both databases; the records behind them, and files of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from gcrm.accounts.change import AccountChange, ChangeKind, ChangeSet
from gcrm.accounts.model import Account, Kind, Priority
from gcrm.activities.model import Activity, ActivityKind, CheckIn, Outcome, Verdict
from gcrm.cli.kpis import kpis
from gcrm.common.language import speaking
from gcrm.insights.kpis.model import KPIS, By, Figure, Report
from gcrm.insights.kpis.pdf import report_pdf
from gcrm.insights.kpis.report import kpi_records, kpi_report
from gcrm.insights.kpis.sheet import report_json, write_sheet
from gcrm.insights.kpis.words import change_text, days_of, finding_of
from gcrm.people.model import Rep
from gcrm.planning.day_plan import DayPlan, Stop
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.platform.settings import Settings
from gcrm.sales.model import OrderLine
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.stores import FixedClock

MONDAY = date(2026, 11, 16)
SUNDAY = MONDAY + timedelta(6)
HOSTILE = "<b>Łódź</b> & =1+1"


@pytest.fixture
def shop(database: str, tmp_path: Path, clock: FixedClock) -> Iterator[Workspace]:
    """Two reps, a territory each. The clock stands on Tuesday after the week in question."""
    (tmp_path / "home").mkdir(exist_ok=True)
    url = database if database.startswith("postgres") else ""
    workspace = Workspace(Settings(home=tmp_path / "home", database_url=url or None), clock)
    _fill(workspace)
    yield workspace
    workspace.close()


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def seen(verdict: Verdict) -> CheckIn:
    return CheckIn(at(16, 9), None, None, None, verdict)


def _fill(workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        ada = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), (None,) * 7, "Europe/Vaduz"))
        ben = tx.reps.add(Rep("ben", HOSTILE, "", LonLat(9.5, 47.0), (None,) * 7, "Europe/Vaduz"))
        north, south = (tx.territories.add(Territory(name, rep.id)) for name, rep in (("North", ada), ("South", ben)))
        names = ("One", "Two", "Three", "Four", "Five", "Alone")
        kinds = (Kind.CUSTOMER, Kind.CUSTOMER, Kind.PROSPECT, Kind.CUSTOMER, Kind.PROSPECT, Kind.CUSTOMER)
        one, two, three, four, five, _ = (
            account.id
            for account in tx.accounts.add_many(
                [
                    Account(name, kind=kind, priority=Priority.A, last_visit=date(2026, 11, 1))
                    for name, kind in zip(names, kinds, strict=True)
                ]
            )
        )
        tx.accounts.set_territories({one: north.id, two: north.id, three: north.id, four: south.id, five: south.id})
        for account_id, rep, when, outcome, verdict in (
            (one, ada, at(16, 9), Outcome.ORDER, Verdict.INSIDE),
            (two, ada, at(16, 10), Outcome.NOT_INTERESTED, Verdict.OUTSIDE),
            (three, ada, at(17, 10), Outcome.NONE, Verdict.UNCLEAR),
            (four, ben, at(18, 9), Outcome.NOBODY_THERE, Verdict.INSIDE),
            # Vaduz is an hour ahead: this is Monday there already, and that is the Monday after the week.
            (five, ben, at(15, 23), Outcome.INTERESTED, Verdict.REFUSED),
            (four, ben, at(22, 23), Outcome.ORDER, Verdict.INSIDE),
        ):
            tx.activities.add(
                Activity(account_id, ActivityKind.VISIT, when, rep.id, None, outcome, check_in=seen(verdict))
            )
        tx.plans.save(ada.id, _plan("ada", 16, (one, two, four), 3_600, 5_400))
        tx.plans.save(ada.id, replace(_plan("ada", 16, (one, two, three), 1_800, 5_400), seed=2))
        tx.changes.add(
            ChangeSet(ChangeKind.EDIT, "It buys", at(17, 12), None),
            [AccountChange(one, {"kind": "prospect"}, {"kind": "customer"})],
        )
        tx.orders.add_many(
            [
                OrderLine(one, date(2026, 11, 17), Decimal("100.50"), "CHF", key="a"),
                OrderLine(four, date(2026, 11, 18), Decimal(-20), "CHF", key="b"),
                OrderLine(four, date(2025, 1, 5), Decimal(20), "CHF", key="c"),
                OrderLine(two, date(2026, 11, 18), Decimal(7), "EUR", key="d"),
            ]
        )


def _plan(key: str, day: int, accounts: tuple[int, ...], travel_s: int, service_s: int) -> DayPlan:
    stops = tuple(
        Stop(one, "", LonLat(9.5, 47.1), at(day, 8 + n), at(day, 8 + n), at(day, 9 + n), 60, 100)
        for n, one in enumerate(accounts)
    )
    return DayPlan(key, date(2026, 11, day), 1, "streets", stops, at(day, 17), travel_s=travel_s, service_s=service_s)


def report(workspace: Workspace, by: By = By.REP, first: date = MONDAY, last: date = SUNDAY) -> Report:
    with workspace.store.read() as tx:
        return kpi_report(workspace, tx, first, last, by)


def values(figures: dict[str, Figure]) -> dict[str, float | None]:
    return {key: one.value for key, one in figures.items()}


def test_a_week_is_counted_by_rep(shop: Workspace) -> None:
    found = report(shop)
    rows = {row.key: values(row.figures) for row in found.rows}
    ada, ben = rows["ada"], rows["ben"]
    assert (ada["visits"], ben["visits"]) == (3, 1), "a closed door is no visit; a day is the rep's own"
    assert (ada["visits_a_day"], ben["visits_a_day"]) == (1.5, 1)
    assert ada["driving_share"] == pytest.approx(1_800 / 7_200), "of the plan that held at the end"
    assert ada["done_of_planned"] == pytest.approx(2 / 3)
    assert ada["success"] == pytest.approx(0.5)
    assert (ada["at_the_door"], ben["at_the_door"]) == (0.5, 1), "unclear and refused are held against nobody"
    assert (ada["sales"], ben["sales"]) == (100.5, -20)
    assert found.currency == "CHF"
    assert any("EUR" in remark for remark in found.remarks)
    assert (ada["new_customers"], ben["new_customers"]) == (2, 0), "one was made a customer, one ordered first"
    assert (ada["prospects_reached"], ben["prospects_reached"]) == (1, 1)
    assert (ada["coverage"], ada["overdue"]) == (1, 0)
    assert rows[""]["coverage"] == 1
    assert ben["potential_reached"] is None
    assert found.missing["potential_reached"]


def test_rows_add_up_to_the_total_and_to_the_records(shop: Workspace) -> None:
    for by in By:
        found = report(shop, by)
        for kpi in KPIS:
            if found.total[kpi.key].of is None and kpi.key not in found.missing and kpi.key != "overdue":
                parts = [row.figures[kpi.key].value or 0 for row in found.rows]
                assert sum(parts) == pytest.approx(found.total[kpi.key].value), (by, kpi.key)
            for row in found.rows:
                with shop.store.read() as tx:
                    figure, records = kpi_records(shop, tx, MONDAY, SUNDAY, by, kpi.key, row.key)
                if kpi.key not in found.missing:
                    assert figure == row.figures[kpi.key]
                    assert len(records) == figure.records


def test_a_period_is_told_by_week_and_state_as_it_was_then(shop: Workspace) -> None:
    found = report(shop, By.PERIOD, date(2026, 11, 9), date(2026, 12, 31))
    rows = {row.key: values(row.figures) for row in found.rows}
    assert list(rows) == ["2026-W46", "2026-W47", "2026-W48"], "what is ahead is not told"
    assert [one["visits"] for one in rows.values()] == [0, 4, 1]
    later = report(shop, By.PERIOD, date(2026, 6, 1), date(2026, 11, 24))
    assert [row.label for row in later.rows][-1] == "Nov 2026"
    with shop.store.read() as tx:
        old = kpi_report(shop, tx, date(2026, 10, 1), date(2026, 10, 31))
    assert old.total["overdue"].value == 0
    assert old.total["coverage"].records == 6


def test_by_territory_what_was_done_is_the_accounts(shop: Workspace) -> None:
    rows = {row.label: values(row.figures) for row in report(shop, By.TERRITORY).rows}
    assert (rows["North"]["visits"], rows["South"]["visits"]) == (3, 1)
    assert rows["North"]["driving_share"] == pytest.approx(0.25)
    assert rows["No territory"]["coverage"] == 1


def test_records_say_what_counts_and_what_was_asked_for_wrongly_is_refused(shop: Workspace) -> None:
    with shop.store.read() as tx:
        figure, records = kpi_records(shop, tx, MONDAY, SUNDAY, By.REP, "done_of_planned", "ada")
        assert [(one.name, one.counts) for one in records] == [("One", True), ("Two", True), ("Three", False)]
        assert figure.of == 3
        for key, row in (("nothing", None), ("visits", "zoe")):
            with pytest.raises(NotFound):
                kpi_records(shop, tx, MONDAY, SUNDAY, By.REP, key, row)
        with pytest.raises(InputRejected):
            kpi_report(shop, tx, SUNDAY, MONDAY)
        with pytest.raises(InputRejected):
            kpi_report(shop, tx, date(2020, 1, 1), SUNDAY)


def test_files_hold_the_figures_and_run_nothing(shop: Workspace, tmp_path: Path) -> None:
    found = report(shop)
    write_sheet(tmp_path / "k.xlsx", found)
    sheet = load_workbook(tmp_path / "k.xlsx").active
    assert sheet is not None
    held = list(sheet.iter_rows(values_only=True))
    assert held[0][:3] == ("Rep", "Coverage", "Overdue")
    assert held[1][0] == "Ada" or held[2][0] == "Ada"
    write_sheet(tmp_path / "k.csv", found)
    assert "Ada,1.0,0.0,3.0" in (tmp_path / "k.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(InputRejected):
        write_sheet(tmp_path / "k.doc", found)
    page = report_pdf(found)
    assert page.startswith(b"%PDF")
    assert page.count(b"/Type /Page\n") + page.count(b"/Type /Page ") == 1
    many = replace(found, rows=tuple(replace(found.rows[0], key=str(n), label=f"Rep {n} {HOSTILE}") for n in range(80)))
    assert report_pdf(many).count(b"/Count 1") == 1, "one page, however many rows"
    told = report_json(found)
    assert [one["key"] for one in told["kpis"]] == [one.key for one in KPIS]
    json.dumps(told, allow_nan=False)


def test_the_command_answers_as_the_page_does(shop: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(shop.settings.home))
    if shop.settings.database_url:
        monkeypatch.setenv("GCRM_DATABASE_URL", shop.settings.database_url)
    run = CliRunner()
    told = json.loads(run.invoke(kpis, ["--period", "2026-W47", "--json"]).output)
    assert told["total"]["visits"]["value"] == 4
    assert told["from"] == "2026-11-16"
    shown = run.invoke(kpis, ["--period", "2026-W47", "--out", str(tmp_path / "k.pdf")])
    assert "Visits a day" in shown.output
    assert (tmp_path / "k.pdf").read_bytes().startswith(b"%PDF")
    listed = run.invoke(kpis, ["--period", "2026-W47", "--records", "visits", "--row", "ben"])
    assert "Five" in listed.output


def test_nothing_at_all_is_a_report_too(workspace: Workspace) -> None:
    for by in By:
        found = report(workspace, by)
        assert finding_of(found) == "There are no accounts yet."
        assert report_pdf(found).startswith(b"%PDF")
    with workspace.store.read() as tx:
        assert kpi_records(workspace, tx, MONDAY, SUNDAY, By.REP, "visits", None)[1] == []


def test_periods_and_changes_in_words() -> None:
    today = date(2026, 3, 4)
    assert days_of("last-week", today) == (date(2026, 2, 23), date(2026, 3, 1))
    assert days_of("last-month", today) == (date(2026, 2, 1), date(2026, 2, 28))
    assert days_of("30-days", today) == (date(2026, 2, 3), today)
    with pytest.raises(InputRejected):
        days_of("soon", today)
    share, count = KPIS[0], KPIS[1]
    assert change_text(Figure(0.93), Figure(0.90), share) == "3 points up"
    assert change_text(Figure(0.901), Figure(0.90), share) == "as before"
    assert change_text(Figure(3), Figure(5), count) == "2 fewer"
    assert change_text(Figure(None), Figure(5), count) == ""


def test_who_speaks_german_is_told_figures_in_german(shop: Workspace, tmp_path: Path) -> None:
    with speaking("de"):
        found = report(shop)
        assert "der Konten werden rechtzeitig besucht" in finding_of(found)
        assert found.rows[-1].label == "Kein Außendienst"
        write_sheet(tmp_path / "zahlen.csv", found)
        assert report_pdf(found).startswith(b"%PDF")
    assert (tmp_path / "zahlen.csv").read_text(encoding="utf-8-sig").startswith("Außendienst,Abdeckung")
    assert "of the accounts are visited in time" in finding_of(found), "it is said where it is shown"
