"""Skills, languages and holiday regions of accounts: imported, exported, undone."""

from pathlib import Path

import pytest

from gcrm.accounts.export_accounts import export_accounts
from gcrm.accounts.undo_change import undo_change
from gcrm.imports.import_accounts import import_accounts
from gcrm.workspace import Workspace

NEEDS = """id,name,address,country,skills,Sprache,Bundesland
K1,Adler,Hauptstrasse 1 Nürnberg,DE,"Cold chain; Coffee",Deutsch,Bayern
K2,Bären,Hauptstrasse 2 Berlin,Germany,,fr/it,be
K3,Cantina,Hauptstrasse 3 Berlin,DE,,<script>,Atlantis
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "needs.csv"
    path.write_text(NEEDS, encoding="utf-8")
    return path


def test_needs_come_with_a_file_and_what_is_not_understood_is_said_and_kept(workspace: Workspace, file: Path) -> None:
    import_accounts(workspace, file)
    with workspace.store.read() as tx:
        adler, bear, cantina = sorted(tx.accounts.all(), key=lambda one: one.external_id)
    assert (adler.skills, adler.languages, adler.holiday_region) == (("coffee", "cold chain"), ("de",), "BY")
    assert (bear.skills, bear.languages, bear.holiday_region) == ((), ("fr", "it"), "BE")
    assert (cantina.languages, cantina.holiday_region) == ((), "")
    assert "'<script>' is no language" in cantina.note
    assert "'Atlantis' is no part of DE" in cantina.note


def test_needs_survive_an_export_and_another_import(workspace: Workspace, file: Path, tmp_path: Path) -> None:
    import_accounts(workspace, file)
    with workspace.store.read() as tx:
        before = tx.accounts.all()
    export_accounts(workspace, tmp_path / "out.csv")
    again = import_accounts(workspace, tmp_path / "out.csv")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    with workspace.store.read() as tx:
        assert tx.accounts.all() == before


def test_a_change_of_needs_is_undone(workspace: Workspace, file: Path, tmp_path: Path) -> None:
    import_accounts(workspace, file)
    other = tmp_path / "other.csv"
    other.write_text("id,name,skills\nK1,Adler,wine\n", encoding="utf-8")
    done = import_accounts(workspace, other)
    with workspace.store.read() as tx:
        assert tx.accounts.find(text="Adler")[0].skills == ("wine",)
    assert done.batch is not None
    undo_change(workspace, done.batch)
    with workspace.store.read() as tx:
        assert "coffee" in tx.accounts.find(text="Adler")[0].skills
