"""What a command and the web app load before they have anything to do: modules by name, no times."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from gcrm.cli.main import COMMANDS, LazyGroup, gcrm

HEAVY = (
    "alembic", "folium", "geopandas", "numba", "numpy", "openpyxl", "opening_hours", "ortools", "osmnx", "osrm",
    "pandas", "pyproj", "pyogrio", "rapidfuzz", "requests", "scipy", "shapely",
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


def test_the_list_of_commands_says_what_each_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = CliRunner().invoke(gcrm, ["--help"]).output
    monkeypatch.setattr(LazyGroup, "format_commands", click.Group.format_commands)
    assert listed == CliRunner().invoke(gcrm, ["--help"]).output
    assert all(name in listed for name in COMMANDS)
