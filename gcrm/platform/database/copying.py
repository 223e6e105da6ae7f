"""All rows of one database in another of either kind, and the proof that both hold the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, LargeBinary, Table, delete, func, insert, select

from gcrm.common.language import say
from gcrm.platform.database.schema import change_feed, metadata
from gcrm.platform.database.unit_of_work import UnitOfWork
from gcrm.platform.progress import Progress, quiet
from routing.late import late

if TYPE_CHECKING:
    import shapely
else:
    shapely = late("shapely")

ROWS = 2_000
"""Rows that are read and written at a time."""
ROWS_WITH_BYTES = 20
"""The same of tables that hold photos and the like, of up to some megabytes each."""


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and the SHA-256 of all that stands in them, in the order of their keys."""

    rows: int
    sha256: str


def sums_of(work: UnitOfWork) -> dict[str, TableSum]:
    """The sums of all tables: the same for the same content, on either database."""
    sums = {}
    for table in metadata.sorted_tables:
        digest, count = hashlib.sha256(), 0
        for rows in _rows_of(work.connection, table):
            for row in rows:
                digest.update(json.dumps([_plain(value) for value in row], sort_keys=True).encode())
                digest.update(b"\n")
            count += len(rows)
        sums[table.name] = TableSum(count, digest.hexdigest())
    return sums


def differences(these: dict[str, TableSum], those: dict[str, TableSum]) -> list[str]:
    """Names of the tables that do not hold the same."""
    return sorted(name for name in {*these, *those} if these.get(name) != those.get(name))


def is_blank(work: UnitOfWork) -> bool:
    """Whether a database holds nothing that anybody would miss: no account, rep, user or region."""
    return not any(
        work.connection.execute(select(metadata.tables[name].c.id).limit(1)).first()
        for name in ("account", "rep", "user_account", "region")
    )


def empty(work: UnitOfWork) -> None:
    """Take every row out, those that point at others first."""
    for table in reversed(metadata.sorted_tables):
        work.connection.execute(delete(table))
        work.touch(table.name).shrunk = True
    # What is taken out writes itself down there.
    work.connection.execute(delete(change_feed))


def copy_rows(source: UnitOfWork, target: UnitOfWork, progress: Progress = quiet) -> None:
    """Copy every row, with its id, into a database that has none; ids given next are beyond any that the source gave.

    Both transactions are the caller's: the source is read in one snapshot, the target is kept whole or not at all.
    """
    total = sum(_count(source.connection, table) for table in metadata.sorted_tables)
    done = 0
    # Copying numbers changes of its own, which the source's take the place of.
    tables = [*(one for one in metadata.sorted_tables if one is not change_feed), change_feed]
    for table in tables:
        if table is change_feed:
            target.connection.execute(delete(change_feed))
        with ExitStack() as stack:
            if "geom" in table.c:
                ids = source.connection.scalars(select(table.c.id)).all()
                stack.enter_context(target.backend.bulk(target.connection, table, ids))
            names = [column.name for column in table.columns]
            for rows in _rows_of(source.connection, table):
                target.connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
                done += len(rows)
                progress(say("Copying"), done, total)
        # The extent of a layer is measured anew at the commit.
        target.touch(table.name).shrunk = True
    _continue_ids(source, target)


def _rows_of(connection: Connection, table: Table) -> Iterator[list[Any]]:
    found = connection.execute(select(table).order_by(*table.primary_key.columns))
    heavy = any(isinstance(column.type, LargeBinary) for column in table.columns)
    while rows := found.fetchmany(ROWS_WITH_BYTES if heavy else ROWS):
        yield list(rows)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar() or 0


def _plain(value: Any) -> Any:
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkb(value, hex=True, byte_order=1, output_dimension=2)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value


def _continue_ids(source: UnitOfWork, target: UnitOfWork) -> None:
    for table in metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement is True:
            last = _last_id(source.connection, table)
            if last:
                _set_last_id(target.connection, table, last)


def _last_id(connection: Connection, table: Table) -> int:
    """The highest id that was ever given in the table, 0 where none was."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).scalar()
        return int(found or 0)
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
    last, was_given = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()  # noqa: S608 - ours
    return int(last) if was_given else 0


def _set_last_id(connection: Connection, table: Table, last: int) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, last))
    else:
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last, True)))  # noqa: FBT003
