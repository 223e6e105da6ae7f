"""An alignment from the command line: from a resignation to the hand-over list, and back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gcrm.cli.main import gcrm
from gcrm.workspace import Workspace
from tests.integration.territories.test_scenarios import empty, land, streets

__all__ = ["empty", "land", "streets"]

Run = Callable[..., Any]


@pytest.fixture
def run(land: Workspace, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `gcrm territories ... --json` on the workspace and returns what it prints."""
    land.close()
    monkeypatch.setenv("GCRM_HOME", str(land.settings.home))
    monkeypatch.setenv("GCRM_DATABASE_URL", land.settings.database_url)

    def run(*words: str, fails: bool = False) -> Any:
        done = CliRunner().invoke(gcrm, ["territories", *words, "--json"])
        assert bool(done.exit_code) == fails, done.output
        return json.loads(done.stdout) if not fails else f"{done.output}{done.exception}"

    return run


def test_from_a_resignation_to_the_hand_over_list_and_back(run: Run, tmp_path: Path) -> None:
    before = {one["name"]: one["accounts"] for one in run("list")}
    made = run("propose", "--without", "ben", "--steps", "500")
    assert [one["rep"] for one in made["territories"]] == ["ada"]
    rules = tmp_path / "locks.csv"
    rules.write_text("account,rep\n1,ben\n2,nobody\n", encoding="utf-8")
    other = run("propose", "--steps", "500", "--lock", str(rules), "--name", "Even")
    assert any("nobody" in one for one in other["remarks"])
    points = run("frontier", "--steps", "200")["points"]
    assert points[0]["moved"] == 0
    picked = run("frontier", "--steps", "200", "--pick", "3", "--name", "Three at most")["scenario"]
    assert picked["name"] == "Three at most"
    assert picked["moved"] <= 3
    assert run("scenarios", "remove", str(picked["scenario"]))["removed"]
    assert [one["scenario"] for one in run("scenarios", "list")] == [other["scenario"], made["scenario"]]
    number = str(other["scenario"])
    assert run("compare", "today", number)["other"] == "Even"
    assert run("simulate", number, "--weeks", "1", "--steps", "100")["weeks"] == 1
    said = run("scenarios", "comment", number, "Looks fine.")
    assert run("scenarios", "show", number)["said"][0]["text"] == said["text"]
    moved = run("scenarios", "move", number, "ben", "5", "6")
    assert moved["scenario"] == other["scenario"]
    copied = run("scenarios", "copy", number)
    assert run("scenarios", "remove", str(copied["scenario"]))["removed"]
    assert run("apply", number, "--on", "2100-01-01")["state"] == "approved"
    applied = run("apply", number)
    assert applied["state"] == "applied"
    assert {one["name"]: one["accounts"] for one in run("list")} != before
    listed = run("hand-over", number)
    assert sum(len(one["gets"]) for one in listed["reps"]) == applied["accounts_moved"]
    assert run("undo")["state"] == "taken back"
    assert {one["name"]: one["accounts"] for one in run("list")} == before
    assert "No scenario is applied" in run("undo", fails=True)


def test_homes_and_the_size_of_the_team_are_asked_for(run: Run) -> None:
    found = run("homes", "--new", "1", "--steps", "40")
    assert [one["is_new"] for one in found["homes"]] == [False, False, True]
    assert found["sites"]
    sized = run("staffing", "--coverage", "50")
    assert sized["coverage"] == 0.5
    assert sized["needed"] <= found["staffing"]["needed"]
    assert "no rep" in run("homes", "--reps", "nobody", fails=True)


def test_a_territory_that_is_not_there_is_told_with_those_that_are(run: Run) -> None:
    made = run("propose", "--steps", "200")
    assert "It has Ada, Ben" in run("scenarios", "move", str(made["scenario"]), "cy", "1", fails=True)
    assert "today" in run("compare", "yesterday", str(made["scenario"]), fails=True)
