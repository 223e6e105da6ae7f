"""Exceptions: an account that belongs to a territory wherever it is."""

from dataclasses import replace

from gcrm.bootstrap import Workspace
from gcrm.domain.account import Account
from gcrm.territories import fill


def lock_account(workspace: Workspace, account_id: int, territory_id: int) -> Account:
    """Put an account into a territory and keep it there, wherever it lies or moves. Raises NotFound."""
    with workspace.store.write() as tx:
        territory = tx.territories.get(territory_id)
        account = replace(tx.accounts.get(account_id), territory_id=territory.id, territory_locked=True)
        return tx.accounts.update(account)


def unlock_account(workspace: Workspace, account_id: int) -> Account:
    """Let an account fall to the territory that it lies in, from now on. Raises NotFound."""
    with workspace.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(account_id), territory_locked=False))
        fill(tx, [account_id])
        return tx.accounts.get(account_id)
