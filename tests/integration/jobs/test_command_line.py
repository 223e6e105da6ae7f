"""`gcrm jobs` and `gcrm worker`, as they are typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gcrm.cli.main import gcrm
from gcrm.jobs.model import JobState
from gcrm.jobs.run import run_job
from gcrm.jobs.start import start
from gcrm.platform.errors import NotFound
from gcrm.workspace import Workspace


def typed(workspace: Workspace, *words: str) -> Result:
    environment = {"GCRM_HOME": str(workspace.settings.home), "GCRM_DATABASE_URL": "", "GCRM_REDIS_URL": ""}
    return CliRunner().invoke(gcrm, words, env=environment, catch_exceptions=False)


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    file = tmp_path / "accounts.csv"
    file.write_text("name,city\nShop,Vaduz\n", encoding="utf-8")
    return file


def test_jobs_are_listed_newest_first(workspace: Workspace, accounts: Path) -> None:
    first = start(workspace, "accounts import", {"file": str(accounts)})
    second = start(workspace, "accounts import", {"file": str(accounts.with_name("none.csv"))})
    run_job(workspace, second.id)
    listed = json.loads(typed(workspace, "jobs", "list", "--json").stdout)
    assert [(job["id"], job["state"]) for job in listed] == [(second.id, "failed"), (first.id, "queued")]
    assert listed[0]["remedy"]
    assert "none.csv" in typed(workspace, "jobs", "list").stdout


def test_no_jobs(workspace: Workspace) -> None:
    assert json.loads(typed(workspace, "jobs", "list", "--json").stdout) == []
    assert "no jobs" in typed(workspace, "jobs", "list").stdout


def test_the_result_of_a_job_is_the_document_of_the_command(workspace: Workspace, accounts: Path) -> None:
    job = start(workspace, "accounts import", {"file": str(accounts)})
    run_job(workspace, job.id)
    shown = json.loads(typed(workspace, "jobs", "show", str(job.id), "--json").stdout)
    assert (shown["state"], shown["attempts"]) == ("done", 1)
    inline = json.loads(typed(workspace, "accounts", "import", str(accounts), "--json").stdout)
    assert shown["result"].keys() == inline.keys()
    assert (shown["result"]["created"], inline["unchanged"]) == (1, 1)
    assert "created: 1" in typed(workspace, "jobs", "show", str(job.id)).stdout


def test_a_job_is_cancelled(workspace: Workspace, accounts: Path) -> None:
    job = start(workspace, "accounts import", {"file": str(accounts)})
    cancelled = json.loads(typed(workspace, "jobs", "cancel", str(job.id), "--json").stdout)
    assert cancelled["state"] == JobState.CANCELLED.value
    assert run_job(workspace, job.id) is None
    with workspace.store.read() as tx:
        assert tx.accounts.all() == []


def test_a_job_that_is_not_there(workspace: Workspace) -> None:
    for verb in ("show", "cancel"):
        with pytest.raises(NotFound):
            typed(workspace, "jobs", verb, "7")


def test_the_command_line_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "gcrm.cli", "worker", "--help"], capture_output=True, check=True)
    assert b"gcrm serve" in done.stdout
