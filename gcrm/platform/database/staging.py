"""Rows put aside before they are written: in temporary tables of one connection, seen by nobody and in nobody's way.

Filling them holds no lock, so that what takes long is done before the one writer's turn begins; the turn itself is a
few statements from table to table. They go with the connection: a program that dies leaves nothing of them behind.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, delete, insert
from sqlalchemy.exc import DBAPIError

from gcrm.platform.database.backend import Backend
from gcrm.platform.database.repository import chunks

AT_ONCE = 2_000
"""Rows put aside in one go."""


class Stage:
    """Temporary tables on a connection that `Store.read` and `Store.write` can work on."""

    def __init__(self, backend: Backend, connection: Connection) -> None:
        self.backend = backend
        self.connection = connection
        self._metadata = MetaData()

    def table(self, name: str, like: Sequence[Column[Any]]) -> Table:
        """The temporary table of that name, made with columns like these the first time. Not inside a read."""
        made = self._metadata.tables.get(name)
        if made is None:
            columns = [Column(one.name, one.type) for one in like]
            made = Table(name, self._metadata, *columns, prefixes=["TEMPORARY"])
            with self._begin():
                made.create(self.connection)
        return made

    def put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to one of its tables."""
        for some in chunks(rows, AT_ONCE):
            with self._begin():
                self.connection.execute(insert(table), list(some))

    def clear(self) -> None:
        """Empty all its tables."""
        with self._begin():
            for table in self._metadata.tables.values():
                self.connection.execute(delete(table))

    def close(self) -> None:
        """Take its tables away: the connection may be used again by others."""
        with suppress(DBAPIError), self._begin():
            self._metadata.drop_all(self.connection)

    def _begin(self) -> AbstractContextManager[object]:
        """A transaction for the temporary tables alone, or the one that is open."""
        if self.connection.in_transaction():
            return nullcontext()
        return self.connection.execution_options(writes=False, stages=True).begin()
