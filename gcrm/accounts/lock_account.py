"""Exceptions: an account that belongs to a territory wherever it is."""

from dataclasses import replace

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import Account
from gcrm.accounts.ownership import fill
from gcrm.common.language import say
from gcrm.workspace import Workspace


def lock_account(workspace: Workspace, account_id: int, territory_id: int, user_id: int | None = None) -> Account:
    """Put an account into a territory and keep it there, wherever it lies or moves. Raises NotFound."""
    with workspace.store.write() as tx:
        territory = tx.territories.get(territory_id)
        before = tx.accounts.get(account_id)
        after = tx.accounts.update(replace(before, territory_id=territory.id, territory_locked=True))
        title = say("Locked to {territory}: {account}", territory=territory.name, account=before.name)
        record(tx, ChangeSet(ChangeKind.LOCK, title, workspace.clock(), user_id), [(before, after)])
        return after


def unlock_account(workspace: Workspace, account_id: int, user_id: int | None = None) -> Account:
    """Let an account fall to the territory that it lies in, from now on. Raises NotFound."""
    with workspace.store.write() as tx:
        before = tx.accounts.get(account_id)
        tx.accounts.update(replace(before, territory_locked=False))
        fill(tx, [account_id])
        after = tx.accounts.get(account_id)
        title = say("Unlocked: {account}", account=before.name)
        record(tx, ChangeSet(ChangeKind.LOCK, title, workspace.clock(), user_id), [(before, after)])
        return after
