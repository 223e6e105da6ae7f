"""How old the last back-up is."""

from datetime import datetime, timedelta

from gcrm.backup.repository import BackupMade
from gcrm.workspace import Workspace

OLD = timedelta(days=7)
"""A company that loses a week of visits has lost them for good; Health says so from then on."""


def last_backup(workspace: Workspace) -> BackupMade | None:
    """The last back-up that was made of this database, None where there is none."""
    with workspace.store.read() as tx:
        return tx.backups.latest()


def is_old(made: BackupMade | None, now: datetime) -> bool:
    """Whether it is time for another one."""
    return made is None or now - made.made_at > OLD
