"""A team's week: shared accounts, who does how much, and work evened out with what that costs."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gcrm.accounts.model import Account
from gcrm.cli.main import gcrm
from gcrm.cli.plan_text import horizon_text
from gcrm.people.reps import Skilled, change_rep
from gcrm.planning.appointments import add_appointment
from gcrm.planning.plan_week import plan_week as plan
from gcrm.planning.week_json import write_week
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.planning.answers import plan_week
from tests.integration.planning.conftest import HOME, plain_account

MONDAY = date(2026, 11, 23)
SetUp = Callable[..., list[Account]]


@pytest.fixture
def uneven(plain: Workspace, staffed: SetUp) -> Workspace:
    """Ada lives among all the accounts, which are hers; Bo a quarter of an hour away, and has none."""
    staffed([plain_account(f"Ada's {n}", 2 + n, visit_minutes=90) for n in range(16)])
    staffed([], key="bo", home=LonLat(HOME.lon - 0.09, HOME.lat))
    return plain


def who(document: dict[str, Any]) -> dict[str, str]:
    return {stop["name"]: one["rep"] for one in document["days"] for stop in one["stops"]}


def test_accounts_are_shared_only_where_asked(uneven: Workspace) -> None:
    assert set(who(plan_week(uneven, ["ada", "bo"], MONDAY, seconds=0.5)).values()) == {"ada"}
    document = plan_week(uneven, ["ada", "bo"], MONDAY, seconds=0.5, shared=True)
    assert document["visits"] == 16
    assert document["fair"] is None


def test_work_is_told_by_rep(uneven: Workspace) -> None:
    week = plan(uneven, ["ada", "bo"], MONDAY, seconds=0.5)
    document = write_week(week)
    ada, bo = document["work"]
    assert (ada["rep"], bo["rep"], bo["visits"], bo["work_s"]) == ("ada", "bo", 0, 0)
    assert ada["work_s"] == document["travel_s"] + document["service_s"]
    assert ada["hours_s"] == 5 * 8 * 3600
    assert ada["share"] == pytest.approx(ada["work_s"] / ada["hours_s"], abs=1e-3)
    assert "ada              works" in horizon_text(week)


def test_a_fair_week_evens_out_the_work_and_says_what_it_costs(uneven: Workspace) -> None:
    week = plan(uneven, ["ada", "bo"], MONDAY, seconds=3, shared=True, fair=True)
    document = write_week(week)
    fair = document["fair"]
    assert document["visits"] == 16
    assert fair["spread"] <= fair["spread_before"]
    shares = [one["share"] for one in document["work"]]
    assert fair["spread"] == pytest.approx(max(shares) - min(shares), abs=1e-3)
    assert fair["spread"] < 0.3
    assert fair["value"] <= 0
    assert "Evened out from" in horizon_text(week)


def test_fairness_gives_no_account_to_who_may_not_and_breaks_no_promise(uneven: Workspace) -> None:
    with uneven.store.write() as tx:
        first = tx.accounts.all()[0]
    add_appointment(uneven, first.id, MONDAY, till=date(2026, 11, 27))
    document = plan_week(uneven, ["ada", "bo"], MONDAY, seconds=1.5, fair=True)
    assert set(who(document).values()) == {"ada"}
    assert first.name in who(document)


def test_a_shared_account_goes_to_who_has_the_skill(uneven: Workspace) -> None:
    change_rep(uneven, "bo", skilled=Skilled(skills="cold chain"))
    with uneven.store.write() as tx:
        territory = tx.territories.all()[0]
        (cold,) = tx.accounts.add_many([plain_account("Cold", 5, skills=("cold chain",))])
        tx.accounts.set_territories({cold.id: territory.id})
    assert who(plan_week(uneven, ["ada", "bo"], MONDAY, seconds=0.5, shared=True))["Cold"] == "bo"


def test_week_and_horizon_take_the_same_options(geopackage_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(geopackage_file.parent))
    monkeypatch.delenv("GCRM_DATABASE_URL", raising=False)
    for command in ("week", "horizon"):
        said = CliRunner().invoke(gcrm, ["plan", command, "--help"]).stdout
        assert all(option in said for option in ("--shared", "--fair", "--unowned", "--pin", "--weeks", "--json"))
        answer = CliRunner().invoke(gcrm, ["plan", command, "--team", "all", "--from", "2026-11-23", "--json"])
        assert answer.exit_code == 1
    assert "--keep" not in CliRunner().invoke(gcrm, ["plan", "week", "--help"]).stdout
