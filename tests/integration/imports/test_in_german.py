"""Who speaks German is told in German what an import found, and the note keeps it so."""

from pathlib import Path

from gcrm.common.language import speaking
from gcrm.imports.import_accounts import import_accounts
from gcrm.imports.preview_import import preview_import
from gcrm.workspace import Workspace

ROWS = """Kundennummer,Name,Adresse,E-Mail,Letzter Besuch
K1,Adler,Hauptstrasse 1 Vaduz,niemand,2999-01-01
K2,,Hauptstrasse 2 Vaduz,,
"""


def test_remarks_and_reasons_are_said_in_german_and_a_second_import_changes_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "kunden.csv"
    file.write_text(ROWS, encoding="utf-8")
    with speaking("de"):
        told = preview_import(workspace, file)
        import_accounts(workspace, file)
        again = import_accounts(workspace, file)
    assert [one.reason for one in told.rejects] == ["Hat keinen Namen."]
    assert "'niemand' ist keine E-Mail-Adresse; steht in der Notiz." in told.rows[0].remarks
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    with workspace.store.read() as tx:
        (adler,) = tx.accounts.all()
    assert "'niemand' ist keine E-Mail-Adresse" in adler.note
    assert "Der letzte Besuch '2999-01-01' liegt in der Zukunft" in adler.note
