"""When back-ups were made, and where they went."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import backup


@dataclass(frozen=True, slots=True)
class BackupMade:
    """One back-up, as it was when it was made; the file may have been moved since."""

    made_at: datetime
    file: str
    size_bytes: int
    accounts: int


class Backups(Repository):
    """The list of back-ups that were made."""

    def add(self, made_at: datetime, file: str, size_bytes: int, accounts: int) -> None:
        """Note that one was made and proven."""
        values = {"made_at": made_at, "file": file, "size_bytes": size_bytes, "accounts": accounts}
        self._insert(backup, values)

    def latest(self) -> BackupMade | None:
        """The last one, None where there is none."""
        row = self._connection.execute(select(backup).order_by(backup.c.id.desc()).limit(1)).first()
        return BackupMade(row.made_at, row.file, row.size_bytes, row.accounts) if row else None

    def all(self, limit: int = 50) -> list[BackupMade]:
        """The last ones, newest first."""
        rows = self._connection.execute(select(backup).order_by(backup.c.id.desc()).limit(limit))
        return [BackupMade(row.made_at, row.file, row.size_bytes, row.accounts) for row in rows]
