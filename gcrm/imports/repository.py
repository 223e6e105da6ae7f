"""What people have said about files, so that they are not asked again."""

from sqlalchemy import delete, insert, select

from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import import_columns

ACCOUNTS, ORDERS = "account", "order"
"""Kinds of files."""


class ImportColumns(Repository):
    """For files of a kind and of the same headings, which field is read from which."""

    def of(self, kind: str, headings: str) -> dict[str, str] | None:
        """Field to heading, None where nobody has said so. headings: their fingerprint."""
        wanted = import_columns.c.kind == kind, import_columns.c.headings == headings
        row = self._connection.execute(select(import_columns.c.columns).where(*wanted)).first()
        return None if row is None else dict(row.columns)

    def remember(self, kind: str, headings: str, columns: dict[str, str]) -> None:
        """Note what a person has said of such files."""
        wanted = import_columns.c.kind == kind, import_columns.c.headings == headings
        self._connection.execute(delete(import_columns).where(*wanted))
        self._connection.execute(insert(import_columns).values(kind=kind, headings=headings, columns=columns))
