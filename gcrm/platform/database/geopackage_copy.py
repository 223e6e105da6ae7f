"""Copies of the GeoPackage that are whole while others write, and the search for faults in such a file.

A plain copy of the file alone lacks what still stands in its write-ahead log. SQLite's online backup copies one
snapshot instead. Source: https://www.sqlite.org/backup.html.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.database.backend import PATIENCE_S
from gcrm.platform.database.geopackage import FUNCTIONS
from gcrm.platform.errors import Conflict, NotReady

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file. Beside another file of the same name it would be played into that one."""


def copy_geopackage(source: Path, target: Path) -> dict[str, int]:
    """Copy one snapshot of a GeoPackage into a new file of its own, without a log; rows of each of its tables.

    Others may read and write the source meanwhile. Raises NotReady where either cannot be used, or where the copy has
    other rows than the source does in the same snapshot.
    """
    try:
        with _opened(source) as original, _opened(target) as copy:
            # A transaction that reads pins the snapshot, for the counts and for the copy alike.
            original.execute("BEGIN")
            before = _counts(original)
            original.backup(copy)
            original.execute("COMMIT")
            copy.execute("PRAGMA journal_mode = DELETE")
            copied = _counts(copy)
    except sqlite3.Error as error:
        raise NotReady(
            say("{source} cannot be copied: {error}.", source=source, error=error),
            say("Look at Health, then try again."),
        ) from error
    if copied != before:
        raise NotReady(say("The copy of {source} has other rows than the file has.", source=source), say("Try again."))
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return copied


def overwrite_geopackage(source: Path, target: Path) -> None:
    """Give a GeoPackage the content of another one, in one transaction: readers see the old or the new.

    Raises Conflict where somebody else has the target open, or it cannot be used as a database.
    """
    try:
        with _opened(source) as new, _opened(target) as old:
            old.execute("PRAGMA busy_timeout = 0")
            new.backup(old)
    except sqlite3.Error as error:
        raise Conflict(
            say("{target} cannot be replaced: {error}.", target=target, error=error),
            say("Close programs that have it open."),
        ) from error


def count_rows(path: Path) -> dict[str, int]:
    """Rows of each table that holds data; not of indices and what describes them."""
    with _opened(path) as connection:
        return _counts(connection)


def faults_of(path: Path) -> list[str]:
    """What is wrong with the file: pages, rows that point nowhere, spatial indices. Empty for a sound one.

    Source: SQLite's PRAGMA integrity_check and foreign_key_check, and rtreecheck of its R*Tree.
    """
    try:
        with _opened(path) as connection:
            found = [said for (said,) in connection.execute("PRAGMA integrity_check(5)") if said != "ok"]
            found += [
                f"{table} {row} points at a {there} that is not there"
                for table, row, there, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(5)
            ]
            for (tree,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING rtree%'"
            ).fetchall():
                said = connection.execute("SELECT rtreecheck(?)", (tree,)).fetchone()[0]
                found += [] if said == "ok" else [f"{tree}: {said}"]
    except sqlite3.Error as error:
        return [str(error)]
    return found


def schema_of(path: Path) -> str:
    """The number of the last migration that the file has seen, "" for a file of another kind."""
    try:
        with _opened(path) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return ""
    return str(row[0]) if row else ""


def has_side_files(path: Path) -> bool:
    """Whether SQLite left a log beside the file, as it does where a process was killed."""
    return any(Path(f"{path}{ending}").exists() for ending in SIDE_FILES)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'rtree_%' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - names from the file
        for (name,) in tables
    }


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)) as connection:
        for name, function in FUNCTIONS.items():
            connection.create_function(name, 1, function, deterministic=True)
        yield connection
