"""What a command and the web app load before they have anything to do: modules by name, no times."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gcrm.accounts.model import Account
from gcrm.cli.main import COMMANDS, LazyGroup, gcrm
from gcrm.store import open_store
from routing.points import LonLat

HEAVY = (
    "alembic", "duckdb", "folium", "geopandas", "numba", "numpy", "openpyxl", "opening_hours", "ortools", "osmnx",
    "osrm", "pandas", "phonenumbers", "pyproj", "pyogrio", "rapidfuzz", "requests", "scipy", "shapely",
    "timezonefinder",
)  # fmt: skip
"""Libraries that cost tenths of a second or tens of megabytes each."""


def loaded_by(statement: str) -> set[str]:
    """Which of the heavy libraries and of the web app's a fresh process has after a statement."""
    watched = (*HEAVY, "flask", "sqlalchemy", "webapp.app")
    found = f"print('LOADED', *(name for name in {watched} if name in sys.modules))"
    show = f"import sys; sys.stdout = sys.stderr; {statement}; {found}"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].removeprefix("LOADED").split())


def test_the_list_of_commands_loads_none_of_them() -> None:
    run = "from gcrm.cli.main import gcrm; gcrm.main(['--help'], standalone_mode=False)"
    assert loaded_by(run) == set()


@pytest.mark.parametrize("command", ["accounts", "jobs", "users", "territories", "imports", "backup"])
def test_a_simple_command_loads_the_database_and_no_more(command: str) -> None:
    module = COMMANDS[command][0].split(":")[0]
    assert loaded_by(f"import {module}, gcrm.store, gcrm.workspace") == {"sqlalchemy"}


@pytest.mark.parametrize(("command", "asks"), [("reps", "people"), ("accounts", "accounts")])
def test_a_simple_command_loads_only_what_it_reads_and_writes(tmp_path: Path, command: str, asks: str) -> None:
    store = open_store(tmp_path / "gcrm.gpkg")
    with store.write() as tx:
        tx.accounts.add(
            Account("Adler", place=LonLat(9.5, 47.1), opening_hours="Mo-Fr 08:00-17:00", phone="+4232321234")
        )
    store.close()
    start = (
        f"import os; os.environ['GCRM_HOME'] = {str(tmp_path)!r};"
        f" from gcrm.cli.main import gcrm; gcrm.main([{command!r}, 'list'], standalone_mode=False)"
    )
    found = "print('LOADED', *(name for name in sys.modules if name.startswith(('gcrm', 'sqlalchemy.dialects.'))"
    found += f" or name in {HEAVY}))"
    show = f"import sys; {start}; {found}"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert f"gcrm.{asks}.repository" in loaded
    others = {name for name in loaded if ".repository" in name and name.split(".")[1] in {"jobs", "planning", "sales"}}
    assert not others
    assert not loaded & {"sqlalchemy.dialects.postgresql", *HEAVY}


def test_the_holidays_of_one_country_load_no_other() -> None:
    show = (
        "import sys; from datetime import date; from gcrm.common.public_holidays import public_holiday as named;"
        " print('LOADED', named(date(2027, 1, 6), 'DE-BY'), '|', named(date(2027, 12, 25), 'NO'), '|', "
        " *(name for name in sys.modules if name.startswith('holidays.countries.')))"
    )
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert done.stdout.split("|") == [
        "LOADED Heilige Drei Könige ",
        " Første juledag ",
        " holidays.countries.germany holidays.countries.norway\n",
    ]


def test_a_day_that_is_not_searched_waits_for_no_compiler() -> None:
    loaded = loaded_by(
        "import numpy as np, gcrm.planning.plan_day, gcrm.store, routing.travel_times.osrm;"
        " from routing.planner import Day, DayProblem, Visit, solve_day;"
        " from routing.travel_times.protocol import OdMatrix;"
        " ways = np.full((3, 3), 600, dtype=np.int32) - np.diag([600] * 3).astype(np.int32);"
        " visits = tuple(Visit(one, 1800, ((0, 86400),), 1) for one in (1, 2));"
        " table = OdMatrix(ways, ways, np.ones((3, 3), dtype=bool));"
        " assert solve_day(DayProblem(Day(0, 9000), visits, table), seconds=0).stops"
    )
    assert loaded <= {"sqlalchemy", "numpy", "shapely", "opening_hours"}


def test_a_worker_that_waits_has_loaded_nothing_that_a_job_needs() -> None:
    assert loaded_by("import gcrm.jobs.worker, gcrm.jobs.kinds, gcrm.store") == {"sqlalchemy"}


def test_the_web_app_at_rest_holds_no_frames_no_planner_and_no_compiler() -> None:
    start = (
        "import tempfile, pathlib; from gcrm.platform.settings import Settings;"
        " from gcrm.workspace import open_workspace;"
        " from webapp.app import create_app; create_app(open_workspace(Settings(pathlib.Path(tempfile.mkdtemp()))))"
    )
    # Numbers and shapes are at hand: maps and tables ask for them at once.
    at_hand = {
        "flask",
        "sqlalchemy",
        "webapp.app",
        "numpy",
        "shapely",
        "pyproj",
        "opening_hours",
        "phonenumbers",
        "rapidfuzz",
    }
    assert loaded_by(start) <= at_hand


def test_the_list_of_commands_says_what_each_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = CliRunner().invoke(gcrm, ["--help"]).output
    monkeypatch.setattr(LazyGroup, "format_commands", click.Group.format_commands)
    assert listed == CliRunner().invoke(gcrm, ["--help"]).output
    assert all(name in listed for name in COMMANDS)
