import csv
import shutil
from pathlib import Path

import pytest

from gcrm.accounts.export_accounts import export_accounts
from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.model import Level
from gcrm.accounts.place_account import place_accounts
from gcrm.accounts.undo_change import list_changes, undo_change
from gcrm.activities.model import Activity, ActivityKind
from gcrm.imports.import_accounts import AccountsImported, import_accounts
from gcrm.imports.preview_import import preview_import
from gcrm.platform.errors import Cancelled, Conflict, InputRejected, NotFound
from gcrm.workspace import Workspace
from tests.fixtures.areas import MakeWorkspace
from tests.fixtures.stores import FixedClock

CUSTOMERS = """Kundennr,Firma,Straße,PLZ,Ort,Telefon,Notiz
K1,Bäckerei Öhri,Aeulestrasse 30,9490,Vaduz,232 12 34,ring twice
K2,Ada's <b>Bikes</b>,Landstrasse 105,9490,Vaduz,,=1+1
K3,,Nowhere 1,9490,Vaduz,,
K1,Bäckerei Öhri,Aeulestrasse 30,9490,Vaduz,,
"""


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    return file


def counts(done: AccountsImported) -> tuple[int, int, int, int]:
    return done.created, done.updated, done.unchanged, done.rejected


def test_the_same_file_twice_changes_nothing(workspace: Workspace, customers: Path) -> None:
    first = import_accounts(workspace, customers)
    assert counts(first) == (2, 0, 0, 2)
    second = import_accounts(workspace, customers)
    assert counts(second) == (0, 0, 2, 2)
    assert second.batch is None
    assert first.read == first.created + first.rejected


def test_rejected_rows_come_back_in_a_file_with_the_reason(
    workspace: Workspace, customers: Path, tmp_path: Path
) -> None:
    done = import_accounts(workspace, customers, rejects_file=tmp_path / "rejects.csv")
    assert [(reject.row, reject.reason) for reject in done.rejects] == [
        (4, "Has no name."),
        (5, "Is the same account as line 2."),
    ]
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["Kundennr"], row["line"], row["reason"]) for row in rows] == [
        ("K3", "4", "Has no name."),
        ("K1", "5", "Is the same account as line 2."),
    ]


def test_a_row_is_known_again_by_its_number_and_changes_only_what_it_says(
    workspace: Workspace, customers: Path, tmp_path: Path
) -> None:
    import_accounts(workspace, customers)
    again = tmp_path / "again.csv"
    again.write_text("Kundennr,Firma,Telefon\nK1,Bäckerei Öhri AG,\n", encoding="cp1252")
    assert counts(import_accounts(workspace, again)) == (0, 1, 0, 0)
    with workspace.store.read() as tx:
        account = next(one for one in tx.accounts.all() if one.external_id == "K1")
    assert account.name == "Bäckerei Öhri AG"
    assert account.note == "ring twice"
    assert account.address.street == "Aeulestrasse 30"
    assert account.created_at == account.updated_at == workspace.clock()


def test_a_preview_says_what_the_import_does_and_writes_nothing(
    workspace: Workspace, customers: Path, tmp_path: Path
) -> None:
    preview = preview_import(workspace, customers)
    with workspace.store.read() as tx:
        assert tx.accounts.all() == []
    done = import_accounts(workspace, customers)
    assert (preview.created, preview.rejected, preview.placed) == (done.created, done.rejected, done.placed)
    again = tmp_path / "again.csv"
    again.write_text("Kundennr,Firma,Telefon\nK1,Bäckerei Öhri AG,\nK2,Ada's <b>Bikes</b>,\n", encoding="utf-8")
    rows = {row.row: row for row in preview_import(workspace, again).rows}
    assert rows[2].action == "update"
    assert rows[2].changes == {"name": ("Bäckerei Öhri", "Bäckerei Öhri AG")}
    assert rows[3].action == "unchanged"


def test_a_preview_names_new_rows_that_may_be_doubles(workspace: Workspace, customers: Path, tmp_path: Path) -> None:
    import_accounts(workspace, customers)
    with workspace.store.read() as tx:
        known = next(one for one in tx.accounts.all() if one.external_id == "K1")
    other = tmp_path / "other.csv"
    other.write_text(
        "name,street,city\nBaeckerei Öhri AG,Aeulestr. 30,Vaduz\nCy,Main St 1,Vaduz\nCy Ltd,Main Str. 1,Vaduz\n",
        encoding="utf-8",
    )
    found = {(one.row, one.account, one.like_row) for one in preview_import(workspace, other).alike}
    assert found == {(2, known.id, None), (4, None, 3)}


def test_an_import_that_is_stopped_writes_nothing(workspace: Workspace, customers: Path) -> None:
    def stop_at_the_end(message: str, done: int = 0, total: int = 0) -> None:
        if message == "Writing" and done == total and total:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        import_accounts(workspace, customers, stop_at_the_end)
    with workspace.store.read() as tx:
        assert tx.accounts.all() == []
        assert tx.changes.latest() == []


@pytest.mark.parametrize("file_format", ["csv", "geojson", "gpkg"])
def test_an_export_holds_every_account(workspace: Workspace, customers: Path, tmp_path: Path, file_format: str) -> None:
    import_accounts(workspace, customers)
    done = export_accounts(workspace, tmp_path / f"out.{file_format}", file_format)
    assert (done.accounts, done.unplaced) == (2, 2)
    assert done.file.stat().st_size > 0


def test_an_export_imports_again_unchanged_here_and_whole_elsewhere(
    workspace: Workspace, customers: Path, tmp_path: Path
) -> None:
    customers.write_text(
        CUSTOMERS.replace("Notiz\n", "Notiz,lon,lat\n").replace("twice\n", "twice,9.52123456789,47.1412345\n"),
        encoding="utf-8",
    )
    assert import_accounts(workspace, customers).created == 2
    out = export_accounts(workspace, tmp_path / "out.csv").file
    assert counts(import_accounts(workspace, out)) == (0, 0, 2, 0)
    with workspace.store.read() as tx:
        before = tx.accounts.all()
    with workspace.store.write() as tx:
        tx.accounts.delete([one.id for one in before])
    assert counts(import_accounts(workspace, out)) == (2, 0, 0, 0)
    with workspace.store.read() as tx:
        after = tx.accounts.all()
    assert sorted((one.name, one.place, one.placement, one.note) for one in after) == sorted(
        (one.name, one.place, one.placement, one.note) for one in before
    )


def test_an_exported_row_of_another_workspace_is_not_taken_for_the_account_of_that_id(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "other.csv"
    file.write_text("gcrm_id,name,city\n1,Ada,Vaduz\n", encoding="utf-8")
    import_accounts(workspace, file)
    file.write_text("gcrm_id,name,city\n1,Bo,Triesen\n", encoding="utf-8")
    assert import_accounts(workspace, file).created == 1
    file.write_text("gcrm_id,name,city\n1,Ada,Balzers\n", encoding="utf-8")
    assert import_accounts(workspace, file).updated == 1


def test_undoing_an_import_takes_new_accounts_away_and_sets_changed_ones_back(
    workspace: Workspace, customers: Path, tmp_path: Path, clock: FixedClock
) -> None:
    first = import_accounts(workspace, customers)
    clock.move(hours=1)
    again = tmp_path / "again.csv"
    again.write_text("Kundennr,Firma,Telefon\nK1,Bäckerei Öhri AG,\nK9,Cy,\n", encoding="utf-8")
    second = import_accounts(workspace, again)
    assert second.batch is not None
    undone = undo_change(workspace, second.batch)
    assert (undone.removed, undone.restored, undone.kept) == (1, 1, ())
    with workspace.store.read() as tx:
        assert sorted(one.name for one in tx.accounts.all()) == ["Ada's <b>Bikes</b>", "Bäckerei Öhri"]
    assert [one.title for one in list_changes(workspace)] == ["Undone: again.csv", "again.csv", "customers.csv"]
    with pytest.raises(Conflict):
        undo_change(workspace, second.batch)
    with pytest.raises(NotFound):
        undo_change(workspace, 99)
    assert first.batch is not None
    assert undo_change(workspace, first.batch).removed == 2


def test_undoing_leaves_what_somebody_did_since(workspace: Workspace, customers: Path, tmp_path: Path) -> None:
    first = import_accounts(workspace, customers)
    with workspace.store.write() as tx:
        visited, other = sorted(tx.accounts.all(), key=lambda one: one.external_id)
        tx.activities.add(Activity(visited.id, ActivityKind.NOTE, workspace.clock(), note="met Ada"))
    again = tmp_path / "again.csv"
    again.write_text("Kundennr,Firma\nK2,Ada's Bikes\n", encoding="utf-8")
    import_accounts(workspace, again)
    assert first.batch is not None
    undone = undo_change(workspace, first.batch)
    assert undone.removed == 0
    assert {(kept.account, kept.reason) for kept in undone.kept} == {
        (visited.id, "It now has visits or notes."),
        (other.id, "It was changed later."),
    }


def test_nothing_is_imported_from_a_file_that_is_none(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(InputRejected):
        import_accounts(workspace, file)


def test_real_accounts_are_placed_by_their_addresses(
    liechtenstein: Path, workspace_with: MakeWorkspace, shared: Path, tmp_path: Path
) -> None:
    workspace = workspace_with(liechtenstein)
    with (shared / "data" / "crm" / "liechtenstein_businesses.csv").open(encoding="utf-8") as file:
        rows = [row[:-2] for row in csv.reader(file)]
    addresses = tmp_path / "addresses.csv"
    with addresses.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    done = import_accounts(workspace, addresses)
    assert done.created == 607
    assert done.placed[Level.HOUSE.value] >= 300
    with workspace.store.read() as tx:
        for account in tx.accounts.all():
            assert bool(account.place) != bool(account.placement.reason and account.placement.level is Level.NONE)
    assert import_accounts(workspace, addresses).unchanged == 607
    again = place_accounts(workspace)
    assert (again.changed, again.placed) == (0, done.placed)


def test_orders_are_imported_as_the_stores_they_name(workspace: Workspace, shared: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    shutil.copy(shared / "data" / "crm" / "iowa_liquor_10k_raw_lines.csv", file)
    done = import_accounts(workspace, file)
    assert (done.read, done.created, done.repeated, done.rejected) == (10_000, 1_244, 8_756, 0)
    assert counts(import_accounts(workspace, file)) == (0, 0, 1_244, 0)


def test_postgis_keeps_and_undoes_imports_and_merges_alike(
    postgis_workspace: Workspace, customers: Path, tmp_path: Path
) -> None:
    first = import_accounts(postgis_workspace, customers)
    assert counts(first) == (2, 0, 0, 2)
    assert counts(import_accounts(postgis_workspace, customers)) == (0, 0, 2, 2)
    out = export_accounts(postgis_workspace, tmp_path / "out.gpkg", "gpkg").file
    assert counts(import_accounts(postgis_workspace, out)) == (0, 0, 2, 0)
    with postgis_workspace.store.read() as tx:
        keep, gone = tx.accounts.all()
    merged = merge_accounts(postgis_workspace, keep.id, gone.id)
    assert undo_change(postgis_workspace, merged.change_set).brought_back == 1
    with postgis_workspace.store.read() as tx:
        assert [one.name for one in tx.accounts.all()] == [keep.name, gone.name]
    assert first.batch is not None
    assert undo_change(postgis_workspace, first.batch).removed == 2
