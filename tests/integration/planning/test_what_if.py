"""What-ifs: as it is beside as it would be."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gcrm.accounts.model import Account, Priority
from gcrm.cli.main import gcrm
from gcrm.planning.comparison import COMPARED, Measures, write_comparison
from gcrm.planning.comparison import noise as noise_of
from gcrm.planning.what_if import Supposed, what_if
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.planning.conftest import HOME, plain_account

MONDAY = date(2026, 11, 23)
SetUp = Callable[..., list[Account]]


def compared(workspace: Workspace, supposed: Supposed, keys: tuple[str, ...] = ("ada",)) -> dict[str, Any]:
    return write_comparison(what_if(workspace, keys, MONDAY, supposed, weeks=1, seconds=0.7))


def test_longer_days_cover_more(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Stop {n}", 30, n, visit_minutes=150) for n in range(14)])
    document = compared(plain, Supposed(longer_minutes=120))
    assert document["difference"]["visits"] > 0
    assert document["after"]["coverage"] > document["before"]["coverage"]
    assert sum(document["after"]["missed"].values()) < sum(document["before"]["missed"].values())
    assert document["supposed"] == ["120 min more each day"]


def test_without_a_rep_the_nearest_takes_over(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Ada {n}", 10 + n) for n in range(3)])
    staffed([plain_account(f"Bo {n}", 15 + n) for n in range(3)], key="bo", home=LonLat(HOME.lon + 0.1, HOME.lat))
    document = compared(plain, Supposed(without=("bo",)), ("ada", "bo"))
    assert document["before"]["visits"] == document["after"]["visits"] == 6


def test_another_home_saves_driving(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Stop {n}", 60, n) for n in range(4)])
    document = compared(plain, Supposed(homes={"ada": LonLat(HOME.lon + 0.36, HOME.lat)}))
    assert document["difference"]["travel_s"] < -3_600


def test_longer_cycles_ask_for_fewer_visits(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Stop {n}", 10, n, priority=Priority.C, visit_every_days=2) for n in range(3)])
    document = compared(plain, Supposed(stretch={Priority.C: 4}))
    assert document["difference"]["visits"] < 0


def test_a_comparison_knows_its_own_noise(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Stop {n}", 10 + n) for n in range(3)])
    document = compared(plain, Supposed(stretch={Priority.C: 2}))
    assert document["seeds"] == [1, 2, 3]
    assert document["within_noise"] == [], "where nothing differs, nothing is chance"
    assert set(document["noise"]) == set(document["difference"])


def test_what_differs_less_than_the_seeds_do_is_within_the_noise() -> None:
    before = [_visits(visits) for visits in (10, 12, 11)]
    assert noise_of(before, [_visits(visits) for visits in (11, 12, 13)], "visits") == 2
    assert noise_of(before, [_visits(visits) for visits in (30, 32, 31)], "visits") == 2
    assert noise_of(before[:1] * 3, [_visits(12)] * 3, "visits") == 0


def _visits(visits: int) -> Measures:
    return Measures(**dict.fromkeys(COMPARED, 0.0) | {"visits": visits}, nights=0, missed={})


def test_nothing_of_it_is_kept(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10)])
    compared(plain, Supposed(longer_minutes=30))
    with plain.store.read() as tx:
        assert tx.plans.of_day(MONDAY) == {}
        assert tx.reps.get("ada").week[0] is not None
        assert f"{tx.reps.get('ada').week[0].ends:%H:%M}" == "16:00"


@pytest.mark.parametrize(
    "supposed",
    [
        Supposed(without=("nobody",)),
        Supposed(without=("ada",)),
        Supposed(longer_minutes=-600),
        Supposed(longer_minutes=600),
        Supposed(stretch={Priority.A: 0}),
        Supposed(homes={"ada": LonLat(24.9, 60.2)}),
    ],
)
def test_what_cannot_be_supposed_is_refused(plain: Workspace, staffed: SetUp, supposed: Supposed) -> None:
    staffed([plain_account("Adler", 10)])
    with pytest.raises(InputRejected):
        compared(plain, supposed)


def test_usage_is_told_on_the_command_line(geopackage_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(geopackage_file.parent))
    monkeypatch.delenv("GCRM_DATABASE_URL", raising=False)
    assert CliRunner().invoke(gcrm, ["plan", "what-if", "--from", "2026-11-23"]).exit_code == 2
