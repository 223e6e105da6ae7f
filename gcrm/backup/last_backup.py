"""How old the last back-up is."""

from datetime import datetime, timedelta
from pathlib import Path

from gcrm.backup.repository import BackupMade
from gcrm.common.language import say
from gcrm.platform.errors import NotFound
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


def kept_backups(workspace: Workspace) -> list[tuple[BackupMade, bool]]:
    """The back-ups that were made, newest first, each with whether its file is there still."""
    with workspace.store.read() as tx:
        return [(one, Path(one.file).is_file()) for one in tx.backups.all()]


def backup_file(workspace: Workspace, name: str) -> Path:
    """A back-up in the folder of back-ups, by the name of its file. Raises NotFound for what is none."""
    folder = workspace.settings.files / "backups"
    for one, is_there in kept_backups(workspace):
        file = Path(one.file)
        if file.name == name and is_there and file.parent == folder:
            return file
    raise NotFound(
        say("There is no back-up {name!r} here.", name=name[:80]),
        say("Look at the list; back-ups elsewhere stay there."),
    )
