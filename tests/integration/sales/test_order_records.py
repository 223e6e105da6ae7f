"""Lines of orders in the database: exact sums, newer versions, merges, and who may not be taken away."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.model import Account
from gcrm.accounts.undo_change import undo_change
from gcrm.backup.make_backup import make_backup
from gcrm.backup.restore_backup import restore_backup
from gcrm.imports.import_accounts import import_accounts
from gcrm.platform.errors import Conflict
from gcrm.platform.settings import Settings
from gcrm.sales.model import OrderLine, YearOfSales
from gcrm.sales.queries import orders_of_account, revenue_by_account
from gcrm.store import Store
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

DAY = date(2026, 3, 2)


def _batch(tx: Transaction) -> int:
    return tx.changes.add(ChangeSet(ChangeKind.ORDERS, "orders.csv", datetime(2026, 11, 24, tzinfo=UTC)), ()).id


def _accounts(tx: Transaction, *names: str) -> list[int]:
    return [one.id for one in tx.accounts.add_many([Account(name) for name in names])]


def test_revenue_is_exact_and_no_currency_is_added_to_another(store: Store) -> None:
    with store.write() as tx:
        ada, bo = _accounts(tx, "Ada", "Bo")
        tx.orders.add_many(
            [
                *(OrderLine(ada, DAY, Decimal("0.10"), "EUR") for _ in range(30)),
                OrderLine(ada, date(2025, 12, 31), Decimal("999999999.9999"), "EUR"),
                OrderLine(ada, DAY, Decimal("-0.05"), "EUR"),
                OrderLine(ada, DAY, Decimal(7), "CHF"),
                OrderLine(bo, DAY, Decimal("1.25"), ""),
            ]
        )
    with store.read() as tx:
        assert revenue_by_account(tx, date(2026, 1, 1), date(2026, 12, 31)) == {
            "": {bo: Decimal("1.25")},
            "CHF": {ada: Decimal(7)},
            "EUR": {ada: Decimal("2.95")},
        }
        assert revenue_by_account(tx)["EUR"] == {ada: Decimal("1000000002.9499")}
        assert revenue_by_account(tx, DAY, DAY)["EUR"] == {ada: Decimal("2.95")}
        assert revenue_by_account(tx, date(2030, 1, 1)) == {}
        told = orders_of_account(tx, ada, limit=2)
        assert (len(told.last), told.lines) == (2, 33)
        assert told.years == (
            YearOfSales(2026, "CHF", 1, Decimal(7)),
            YearOfSales(2026, "EUR", 31, Decimal("2.95")),
            YearOfSales(2025, "EUR", 1, Decimal("999999999.9999")),
        )
        assert orders_of_account(tx, bo + 1).years == ()


def test_what_a_newer_import_replaced_comes_back_in_any_order_of_undoing(store: Store) -> None:
    with store.write() as tx:
        (ada,) = _accounts(tx, "Ada")
        batches = [_batch(tx) for _ in range(3)]
        for amount, batch in enumerate(batches, 1):
            known = tx.orders.by_keys(["1|1"])
            tx.orders.replace([one.id for one in known.values()], batch)
            tx.orders.add_many([OrderLine(ada, DAY, Decimal(amount), "EUR", key="1|1", import_id=batch)])
    with store.write() as tx:
        assert revenue_by_account(tx) == {"EUR": {ada: Decimal(3)}}
        assert tx.orders.withdraw(batches[1]) == (1, 0)
        assert revenue_by_account(tx) == {"EUR": {ada: Decimal(3)}}
        assert tx.orders.withdraw(batches[2]) == (1, 1)
        assert revenue_by_account(tx) == {"EUR": {ada: Decimal(1)}}
        assert tx.orders.withdraw(batches[0]) == (1, 0)
        assert tx.orders.count() == 0


def test_one_line_counts_once(store: Store) -> None:
    with store.write() as tx:
        (ada,) = _accounts(tx, "Ada")
        tx.orders.add_many([OrderLine(ada, DAY, Decimal(1), key="1|1")])
    with pytest.raises(Conflict), store.write() as tx:
        tx.orders.add_many([OrderLine(ada, DAY, Decimal(2), key="1|1")])


def test_a_merge_moves_orders_and_undoing_it_gives_them_back(workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        keep, gone = _accounts(tx, "Ada's Bikes", "Adas Bikes")
        tx.orders.add_many([OrderLine(keep, DAY, Decimal(1), "EUR"), OrderLine(gone, DAY, Decimal(2), "EUR")])
    merged = merge_accounts(workspace, keep, gone)
    assert merged.orders == 1
    with workspace.store.write() as tx:
        assert revenue_by_account(tx) == {"EUR": {keep: Decimal(3)}}
        tx.orders.add_many([OrderLine(keep, DAY, Decimal(4), "EUR")])
    undo_change(workspace, merged.change_set)
    with workspace.store.read() as tx:
        assert revenue_by_account(tx) == {"EUR": {keep: Decimal(5), gone: Decimal(2)}}


def test_an_account_with_orders_outlives_the_undoing_of_its_import(workspace: Workspace) -> None:
    file = workspace.settings.home / "new.csv"
    file.write_text("name,lon,lat\nAda,9.5,47.1\nBo,9.5,47.1\n")
    batch = import_accounts(workspace, file).batch
    assert batch
    with workspace.store.write() as tx:
        ids = {one.name: one.id for one in tx.accounts.all()}
        tx.orders.add_many([OrderLine(ids["Ada"], DAY, Decimal(1), "EUR")])
    undone = undo_change(workspace, batch)
    assert [(one.name, "orders" in one.reason) for one in undone.kept] == [("Ada", True)]
    with workspace.store.read() as tx:
        assert [one.name for one in tx.accounts.all()] == ["Ada"]


def test_an_import_of_orders_is_not_undone_as_one_of_accounts(workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        batch = _batch(tx)
    with pytest.raises(Conflict, match="import of orders") as refused:
        undo_change(workspace, batch)
    assert f"gcrm orders undo {batch}" in refused.value.remedy


@pytest.mark.parametrize("name", ["workspace", "postgis_workspace"])
def test_a_backup_carries_orders(name: str, request: pytest.FixtureRequest) -> None:
    workspace: Workspace = request.getfixturevalue(name)
    with workspace.store.write() as tx:
        (ada,) = _accounts(tx, "Ada")
        tx.orders.add_many([OrderLine(ada, DAY, Decimal("12.3456"), "EUR", "Œuf", Decimal("-0.5"), "A1", "2", "k")])
        before = list(tx.orders.all())
    file = make_backup(workspace, workspace.settings.home / "b.zip").file
    home = workspace.settings.home.parent / "elsewhere"
    home.mkdir()
    other = Workspace(Settings(home=home), workspace.clock)
    restore_backup(other, file)
    with other.store.read() as tx:
        assert list(tx.orders.all()) == before
    other.close()
