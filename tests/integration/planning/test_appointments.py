"""Promised visits, days off and driving limits: kept in the database, and kept by the plans."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.model import Account
from gcrm.cli.main import gcrm
from gcrm.people.model import DayOff, Rep
from gcrm.people.reps import change_rep
from gcrm.planning.appointments import add_appointment, list_appointments, remove_appointment
from gcrm.planning.model import Appointment
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.store import Store
from gcrm.workspace import Workspace
from tests.integration.planning.answers import plan_day, plan_week
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


def test_an_appointment_is_kept_and_taken_back_on_both_databases(store: Store) -> None:
    with store.write() as tx:
        account = tx.accounts.add(Account("Adler"))
        rep = tx.reps.add(Rep("ada", "Ada", "", None, (None,) * 7, "Europe/Vaduz"))
        at_ten = tx.appointments.add(Appointment(account.id, TUESDAY, time(10), 45, rep.id, "contract"))
        some_time = tx.appointments.add(Appointment(account.id, TUESDAY + timedelta(days=1)))
    with store.read() as tx:
        assert tx.appointments.between(TUESDAY, TUESDAY) == [at_ten]
        assert tx.appointments.of_account(account.id) == [at_ten, some_time]
    with store.write() as tx:
        tx.appointments.delete(at_ten.id)
        with pytest.raises(NotFound):
            tx.appointments.get(at_ten.id)
        with pytest.raises(NotFound):
            tx.appointments.add(Appointment(999, TUESDAY))
        tx.accounts.delete([account.id])
        assert tx.appointments.between(TUESDAY, TUESDAY + timedelta(days=9)) == [], "they go with their account"


def test_a_span_of_days_is_found_on_each_of_them_on_both_databases(store: Store) -> None:
    friday = TUESDAY + timedelta(days=3)
    with store.write() as tx:
        account = tx.accounts.add(Account("Adler"))
        span = tx.appointments.add(Appointment(account.id, TUESDAY, till=friday))
        single = tx.appointments.add(Appointment(account.id, TUESDAY))
    with store.read() as tx:
        assert tx.appointments.get(span.id) == span
        assert (span.last, single.last) == (friday, TUESDAY)
        assert set(tx.appointments.between(TUESDAY, TUESDAY)) == {span, single}
        assert tx.appointments.between(friday, friday + timedelta(days=9)) == [span]
        assert tx.appointments.between(friday + timedelta(days=1), friday + timedelta(days=9)) == []
        assert tx.appointments.between(TUESDAY - timedelta(days=9), TUESDAY - timedelta(days=1)) == []


def test_days_off_and_driving_limit_are_kept_on_both_databases(store: Store) -> None:
    off = (DayOff(TUESDAY, TUESDAY + timedelta(days=2), "training"),)
    rep = Rep("ada", "Ada", "", None, (None,) * 7, "Europe/Vaduz", max_driving_minutes=240, days_off=off)
    with store.write() as tx:
        added = tx.reps.add(rep)
    with store.read() as tx:
        assert tx.reps.get("ada") == added
        assert (added.max_driving_minutes, added.days_off) == (240, off)


def test_the_day_goes_around_what_is_promised(plain: Workspace, staffed: SetUp) -> None:
    adler, _ = staffed([plain_account("Adler", 20, last_visit=TUESDAY - timedelta(days=1)), plain_account("Bären", 25)])
    add_appointment(plain, adler.id, TUESDAY, start=time(11, 15), note="contract")
    document = plan_day(plain, "ada", TUESDAY, seconds=0.3)
    stop = next(stop for stop in document["stops"] if stop["account"] == adler.id)
    assert stop["start"].startswith("2026-11-24T11:15:00")
    assert stop["why"].startswith("appointment at 11:15 (contract)")
    assert len(document["stops"]) == 2


def test_who_is_promised_a_visit_soon_is_not_visited_before(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 20)])
    add_appointment(plain, adler.id, TUESDAY + timedelta(days=2))
    (dropped,) = plan_day(plain, "ada", TUESDAY, seconds=0.3)["dropped"]
    assert dropped["reason"] == "pinned to Thu 26 Nov 2026"
    assert len(plan_day(plain, "ada", TUESDAY - timedelta(days=28), seconds=0.3)["stops"]) == 1
    assert len(plan_day(plain, "ada", TUESDAY + timedelta(days=2), seconds=0.3)["stops"]) == 1


def test_a_week_keeps_what_is_promised(plain: Workspace, staffed: SetUp) -> None:
    accounts = staffed([plain_account(f"Stop {n}", 10 * n, visit_minutes=60) for n in range(1, 5)])
    add_appointment(plain, accounts[2].id, TUESDAY + timedelta(days=1), start=time(9, 45))
    document = plan_week(plain, ["ada"], TUESDAY, seconds=0.5)
    (stop,) = [stop for one in document["days"] for stop in one["stops"] if stop["account"] == accounts[2].id]
    assert stop["start"].startswith("2026-11-25T09:45")


def test_a_rep_may_promise_a_visit_to_a_stranger(plain: Workspace, staffed: SetUp) -> None:
    staffed([])
    (stranger,) = staffed([plain_account("Stranger", 20)], key="bo")
    add_appointment(plain, stranger.id, TUESDAY, start=time(10), rep_key="ada")
    assert [stop["name"] for stop in plan_day(plain, "ada", TUESDAY, seconds=0.3)["stops"]] == ["Stranger"]


def test_a_promise_on_a_day_off_is_warned_of_and_told_in_the_plan(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 20)])
    change_rep(plain, "ada", days_off=["2026-11-24..2026-11-26:training"])
    promised = add_appointment(plain, adler.id, TUESDAY, start=time(10))
    assert promised.warning == "Ada is off on Tue 24 Nov 2026: training"
    (dropped,) = plan_day(plain, "ada", TUESDAY, seconds=0.3)["dropped"]
    assert dropped["reason"] == "appointment at 10:00, but Ada is off on Tue 24 Nov 2026: training"


def test_a_driving_limit_holds_and_is_the_reason(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Near", 10), plain_account("Far", 100)])
    change_rep(plain, "ada", max_driving_minutes=60)
    document = plan_day(plain, "ada", TUESDAY, seconds=0.3)
    assert [stop["name"] for stop in document["stops"]] == ["Near"]
    assert document["dropped"][0]["reason"] == "too far for the driving limit: 3 h 20 min there and back"
    assert plan_week(plain, ["ada"], TUESDAY, seconds=0.3)["visits"] == 1
    change_rep(plain, "ada", max_driving_minutes=0)
    assert len(plan_day(plain, "ada", TUESDAY, seconds=0.3)["stops"]) == 2


def test_merged_accounts_keep_what_was_promised(plain: Workspace, staffed: SetUp) -> None:
    adler, twin = staffed([plain_account("Adler", 20), plain_account("Gasthof Adler", 20)])
    promised = add_appointment(plain, twin.id, TUESDAY, start=time(10)).appointment
    merge_accounts(plain, adler.id, twin.id)
    with plain.store.read() as tx:
        assert tx.appointments.of_account(adler.id) == [replace(promised, account_id=adler.id)]


def test_what_cannot_be_promised_is_refused(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 20)])
    with pytest.raises(NotFound):
        add_appointment(plain, 999, TUESDAY)
    with pytest.raises(InputRejected):
        add_appointment(plain, adler.id, TUESDAY, minutes=0)
    with pytest.raises(InputRejected):
        change_rep(plain, "ada", days_off=["Christmas"])
    with pytest.raises(InputRejected):
        change_rep(plain, "ada", days_off=["2026-12-31..2026-12-24"])
    with pytest.raises(NotFound):
        remove_appointment(plain, 999)


def test_nobody_to_come_is_a_warning(plain: Workspace) -> None:
    with plain.store.write() as tx:
        account = tx.accounts.add(plain_account("Alone", 5))
    assert "no rep looks after" in add_appointment(plain, account.id, TUESDAY).warning
    assert [one.account for one in list_appointments(plain, TUESDAY)] == ["Alone"]


def test_appointments_from_the_command_line(geopackage_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(geopackage_file.parent))
    monkeypatch.delenv("GCRM_DATABASE_URL", raising=False)
    workspace_accounts(geopackage_file)

    def run(*words: str) -> Any:
        return CliRunner().invoke(gcrm, ["plan", "appointments", *words])

    assert "gcrm plan appointments add" in run("list", "--from", "2026-11-24").stdout
    added = json.loads(run("add", "1", "--date", "2026-11-24", "--at", "8:15", "--note", "contract", "--json").stdout)
    assert (added["date"], added["start"], added["name"]) == ("2026-11-24", "08:15", "Adler")
    assert "Adler" in run("list", "--from", "2026-11-24").stdout
    assert run("remove", str(added["id"])).exit_code == 0
    assert json.loads(run("list", "--from", "2026-11-24", "--json").stdout) == []
    assert run("add", "1", "--date", "2026-11-24", "--at", "late").exit_code == 2


def workspace_accounts(geopackage_file: Path) -> None:
    from gcrm.store import open_store

    store = open_store(geopackage_file)
    with store.write() as tx:
        tx.accounts.add(Account("Adler"))
    store.close()
