"""A disk that is full, or may not be written: what was kept is read, and everything else is refused in a sentence."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcrm.workspace import Workspace
from tests.fixtures.requires import missing
from tests.integration.web.conftest import PASSWORD, Browser, World, app_on, open_at
from tests.integration.web.test_sign_in import sign_in

MEGABYTES = 16


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which is gone afterwards."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", disk], capture_output=True, check=False
    )
    if made.returncode:
        missing("this user may not mount a disk in memory")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def _fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4_096))


def _lock(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


@pytest.fixture(params=["full", "read only"])
def broken(
    request: pytest.FixtureRequest, small_disk: Path, templates: tuple[Path, World]
) -> Iterator[tuple[Workspace, Browser, str]]:
    """An administrator who was signed in before the disk filled up, or was locked; and what is said of it."""
    shutil.copytree(templates[0], small_disk / "home")
    workspace = open_at(small_disk / "home")
    dee = Browser(app_on(workspace), workspace, "dee")
    assert dee.get("/health/").status_code == 200
    if request.param == "full":
        _fill(small_disk)
    else:
        _lock(small_disk)
    yield workspace, dee, "is full" if request.param == "full" else "may not be written"
    workspace.close()


def test_health_and_all_that_only_reads_works(broken: tuple[Workspace, Browser, str], world: World) -> None:
    _, dee, said = broken
    health = dee.get("/health/")
    assert health.status_code == 200
    assert said in health.text
    account = f"/accounts/{world.accounts['Alpen Bakery']}"
    for path in ("/health/alive", "/accounts/", account, "/me/", "/day/north/2026-11-24"):
        assert dee.get(path).status_code == 200, path


def test_all_that_writes_is_refused_in_a_sentence(broken: tuple[Workspace, Browser, str], world: World) -> None:
    _, dee, said = broken
    number = world.accounts["Alpen Bakery"]
    answers = [
        dee.post(f"/accounts/{number}/notes", {"note": "n"}),
        dee.post(f"/check-in/{number}", {"outcome": "order", "client_id": "1"}),
        dee.post("/imports/", {"file": (io.BytesIO(b"name\nA\n"), "a.csv")}),
        dee.post("/duplicates/look"),
        dee.post("/me/", {"old": PASSWORD, "new": "a new long password"}),
        dee.post("/users/cy/password"),
    ]
    for answer in answers:
        assert answer.status_code in {200, 400, 507}
        assert said in answer.text
        assert "Internal Server Error" not in answer.text
    assert dee.post("/log-out").status_code == 302
    assert said in sign_in(dee, "dee").text


def test_the_command_line_says_it_too(broken: tuple[Workspace, Browser, str]) -> None:
    workspace, _, said = broken
    home = {**os.environ, "GCRM_HOME": str(workspace.settings.home)}
    for command, status in ((["users", "list"], 0), (["users", "add", "eva"], 1)):
        done = subprocess.run(
            [sys.executable, "-m", "gcrm.cli", *command], capture_output=True, text=True, env=home, check=False
        )
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        assert status == 0 or said in done.stderr
