"""What does not work is found, said, and mended by a command that is there."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcrm.backup.make_backup import make_backup
from gcrm.cli.main import gcrm
from gcrm.health.checks import Part, examine
from gcrm.jobs.workers import sign_of_life
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace, open_workspace
from tests.fixtures.stores import FixedClock


def parts(workspace: Workspace) -> dict[str, Part]:
    return {part.name: part for part in examine(workspace)}


@pytest.fixture
def fresh(tmp_path: Path) -> Workspace:
    return open_workspace(Settings(home=tmp_path / "home"))


def test_a_fresh_workspace_is_told_what_is_missing_each_with_its_remedy(fresh: Workspace) -> None:
    found = parts(fresh)
    assert {name for name, part in found.items() if part.ok} >= {"Database", "Jobs", "Clock"}
    for name, command in (("Back-up", "gcrm backup"), ("Area", "gcrm area"), ("Workers", "gcrm worker")):
        assert not found[name].ok
        assert command in found[name].remedy
    assert "Redis" not in found


def test_what_was_mended_is_found_well(fresh: Workspace) -> None:
    make_backup(fresh)
    sign_of_life(fresh, fresh.clock())
    found = parts(fresh)
    assert found["Back-up"].ok
    assert found["Workers"].ok


def test_a_redis_that_does_not_answer_ends_no_other_check(tmp_path: Path) -> None:
    workspace = open_workspace(Settings(home=tmp_path / "home", redis_url="redis://127.0.0.1:1/0"))
    found = parts(workspace)
    assert not found["Redis"].ok
    assert "GCRM_REDIS_URL" in found["Redis"].remedy
    assert found["Disk"].found


def test_a_clock_that_is_behind_what_was_written_is_found(fresh: Workspace) -> None:
    make_backup(fresh)
    behind = Workspace(fresh.settings, FixedClock(fresh.clock() - timedelta(hours=26)))
    assert not parts(behind)["Clock"].ok
    assert "timedatectl" in parts(behind)["Clock"].remedy


def test_a_database_that_cannot_be_opened_is_a_part_that_does_not_work(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    settings = Settings(home=home)
    settings.database_file.write_bytes(b"not a database at all" * 100)
    found = parts(open_workspace(settings))
    assert not found["Database"].ok
    assert found["Database"].remedy
    assert found["Disk"].found


def test_the_command_says_it_and_exits_with_1(fresh: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(fresh.settings.home))
    said = CliRunner().invoke(gcrm, ["doctor"])
    assert said.exit_code == 1
    assert "MEND  Back-up" in said.output
    answered = CliRunner().invoke(gcrm, ["doctor", "--json"])
    document = json.loads(answered.output)
    assert document["ok"] is False
    assert {"name", "ok", "found", "remedy"} == set(document["parts"][0])
