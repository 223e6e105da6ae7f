"""Each kind of job does what the command of the same name does, on each database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gcrm.accounts.model import Account
from gcrm.jobs.kinds import KINDS
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.run import run_job
from gcrm.jobs.start import start
from gcrm.people.model import Rep
from gcrm.people.user import Role, User
from gcrm.people.working_week import read_week
from gcrm.platform.settings import Settings
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plain_roads import plain_areas
from tests.unit.gcrm.territories.worlds import frame_of, square, write

DAY = "2026-11-24"


@pytest.fixture
def workspace(database: str, tmp_path: Path) -> Iterator[Workspace]:
    """Ada and two accounts of hers on the roads of the plain world."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    workspace = Workspace(Settings(home, database if database.startswith("postgresql") else ""))
    workspace.__dict__["areas"] = plain_areas()
    with workspace.store.write() as tx:
        rep = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), read_week("08:00-16:00"), "Europe/Vaduz"))
        territory = tx.territories.add(Territory("Ada", rep.id))
        for number in (1, 2):
            place = LonLat(9.5 + number * 0.05, 47.1)
            account = Account(f"Shop {number}", place=place, opening_hours="24/7", territory_id=territory.id)
            tx.accounts.add(account)
    yield workspace
    workspace.close()


def ended(workspace: Workspace, kind: str, user_id: int | None = None, **params: Any) -> Job:
    done = run_job(workspace, start(workspace, kind, params, user_id).id)
    assert done is not None
    return done


def result_of(job: Job) -> dict[str, Any]:
    assert job.state is JobState.DONE, f"{job.error} {job.remedy}"
    assert job.result is not None
    return job.result


def test_a_day_is_planned_and_kept(workspace: Workspace) -> None:
    plan = result_of(ended(workspace, "plan day", rep="ada", date=DAY, seconds=0.2, seed=3))
    assert (plan["rep"], plan["date"], plan["seed"]) == ("ada", DAY, 3)
    assert len(plan["stops"]) == 2


def test_a_team_is_planned(workspace: Workspace) -> None:
    team = result_of(ended(workspace, "plan team", date=DAY, seconds=0.2))
    assert [plan["rep"] for plan in team["plans"]] == ["ada"]
    assert team["failed"] == []


def test_a_week_is_planned_and_each_day_kept(workspace: Workspace) -> None:
    week = result_of(ended(workspace, "plan week", reps=["ada"], date=DAY, seconds=0.2))
    assert week["visits"] == 2
    with workspace.store.read() as tx:
        assert all(tx.plans.get(one["id"]).day.isoformat() == one["date"] for one in week["days"])


def test_accounts_are_imported_in_the_name_of_who_asked(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("name,city\nNew,Vaduz\n", encoding="utf-8")
    with workspace.store.write() as tx:
        pia = tx.users.add(User("pia", "Pia", Role.PLANNER, "hash"))
    # No area of addresses in the plain world: the file alone says where an account is, or nothing does.
    del workspace.__dict__["areas"]
    imported = result_of(ended(workspace, "accounts import", pia.id, file=str(file)))
    assert imported["created"] == 1
    with workspace.store.read() as tx:
        assert tx.changes.get(imported["batch"]).user_id == pia.id


def test_regions_are_imported(workspace: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "towns.geojson", frame_of(["A"], [square(9, 47)]))
    assert result_of(ended(workspace, "regions import", file=str(file), name_column="name"))["set_name"] == "towns"


def test_placing_accounts_without_an_area_fails_with_the_remedy(workspace: Workspace) -> None:
    del workspace.__dict__["areas"]
    failed = ended(workspace, "geocode")
    assert failed.state is JobState.FAILED
    assert "gcrm area import" in failed.remedy


def test_an_area_that_cannot_be_read_fails_with_the_remedy(workspace: Workspace, tmp_path: Path) -> None:
    del workspace.__dict__["areas"]
    (tmp_path / "town.osm.pbf").write_bytes(b"not an extract")
    failed = ended(workspace, "area import", file=str(tmp_path / "town.osm.pbf"))
    assert failed.state is JobState.FAILED
    assert failed.remedy


def test_every_kind_says_what_it_needs() -> None:
    imports = ["accounts import", "accounts look", "area import", "backup", "crm import", "crm look", "cube refresh"]
    plans = ["plan day", "plan team", "plan week", "regions import"]
    territories = [
        f"territories {what}" for what in ("frontier", "homes", "keep point", "propose", "simulate", "split")
    ]
    assert sorted(KINDS) == [
        *imports,
        "duplicates",
        "geocode",
        "orders import",
        "orders look",
        *plans,
        *territories,
        "what if",
    ]
    assert all(kind.needs.isdisjoint(kind.may) for kind in KINDS.values())
