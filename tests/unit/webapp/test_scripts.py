"""The scripts of the pages, tested by Node's own test runner: tests/js."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fixtures.requires import missing
from webapp.assets import AssetsUnavailable, npm_command

TESTS = sorted((ROOT / "tests" / "js").glob("*.test.js"))


def node() -> str:
    """Node.js: the one on PATH, or that of the package that brings npm."""
    found = shutil.which("node")
    if found:
        return found
    try:
        return npm_command()[0]
    except AssetsUnavailable as unavailable:
        missing(unavailable.fault)


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_the_scripts_of_the_pages(file: Path) -> None:
    done = subprocess.run([node(), "--test", file], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_script_can_be_read() -> None:
    static = ROOT / "webapp" / "static"
    scripts = [file for file in static.rglob("*.js") if "vendor" not in file.parts]
    assert scripts
    for file in scripts:
        done = subprocess.run([node(), "--check", file], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
