"""`gcrm backup`, `gcrm restore` and `gcrm database move` as they are typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gcrm.accounts.model import Account
from gcrm.cli.main import gcrm
from gcrm.platform.errors import Conflict
from gcrm.store import open_store


def _run(home: Path, *words: str | Path) -> Result:
    environment = {"GCRM_HOME": str(home), "GCRM_DATABASE_URL": "", "GCRM_REDIS_URL": ""}
    return CliRunner().invoke(gcrm, [str(word) for word in words], env=environment)


def _names(file: Path) -> list[str]:
    store = open_store(file)
    with store.read() as tx:
        names = [one.name for one in tx.accounts.all()]
    store.close()
    return names


def test_out_and_in_again_on_the_command_line(geopackage_file: Path) -> None:
    home = geopackage_file.parent
    store = open_store(geopackage_file)
    with store.write() as tx:
        tx.accounts.add(Account("Ada"))
    store.close()
    said = _run(home, "backup", "--json")
    made = json.loads(said.stdout)
    assert Path(made["file"]).parent == home / "backups"
    assert made["accounts"] == 1
    with store.write() as tx:
        tx.accounts.add(Account("Bo"))
    store.close()
    refused = _run(home, "restore", made["file"])
    assert isinstance(refused.exception, Conflict)
    said = _run(home, "restore", made["file"], "--replace", "--json")
    restored = json.loads(said.stdout)
    assert _names(geopackage_file) == ["Ada"]
    assert _names(Path(restored["kept_aside"]) / "gcrm.gpkg") == ["Ada", "Bo"]
    said = _run(home, "restore", made["file"], "--replace")
    assert "Restored 1 accounts" in said.stdout


def test_a_move_says_what_is_left_to_do(geopackage_file: Path, tmp_path: Path) -> None:
    said = _run(geopackage_file.parent, "database", "move", tmp_path / "new.gpkg")
    assert "Still to do" in said.stdout
    assert _names(tmp_path / "new.gpkg") == []


@pytest.mark.parametrize("words", [("backup",), ("restore",), ("database", "move")])
def test_help_comes_without_a_workspace(words: tuple[str, ...], tmp_path: Path) -> None:
    assert _run(tmp_path / "none", *words, "--help").exit_code == 0
    assert not (tmp_path / "none").exists()
