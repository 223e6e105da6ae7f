"""The geocoder's file: the streets, houses, towns and places of one area in SQLite, written once and then only read."""

import sqlite3
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gcrm.common.language import say
from gcrm.platform.errors import NotReady

FORMAT = "2"
"""Raised when the tables change; an index of another format has to be built anew."""

TABLES = {
    "meta": "key TEXT PRIMARY KEY, value TEXT NOT NULL",
    # Words of a country or a region: explain a part of an address without placing it.
    "region": "key TEXT NOT NULL, code TEXT NOT NULL",
    "town": "id INTEGER PRIMARY KEY, key TEXT NOT NULL",
    "place": (
        "id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL,"
        " population INTEGER NOT NULL, postcode TEXT NOT NULL"
    ),
    "place_town": "place INTEGER NOT NULL, town INTEGER NOT NULL",
    "street": (
        "id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL, country TEXT NOT NULL, postcode TEXT NOT NULL,"
        " lon REAL NOT NULL, lat REAL NOT NULL, extent_m REAL NOT NULL, source TEXT NOT NULL"
    ),
    "street_key": "street INTEGER NOT NULL, key TEXT NOT NULL",
    "street_town": "street INTEGER NOT NULL, town INTEGER NOT NULL",
    "house": (
        "id INTEGER PRIMARY KEY, street INTEGER NOT NULL, number TEXT NOT NULL, unit TEXT NOT NULL,"
        " postcode TEXT NOT NULL, derived INTEGER NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, osm_id TEXT NOT NULL,"
        " interpolated INTEGER NOT NULL"
    ),
    "postcode": "code TEXT PRIMARY KEY, city TEXT NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL",
}
"""Table to columns. `derived` is 1 where the postcode is not the address's own, `interpolated` where the house is only
known to be between two others; keys are folded words with spaces between them, in `region` without."""


_HOUSE = "id, number, unit, postcode, derived, lon, lat, interpolated"


class AddressIndex:
    """An index opened for reading. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open the index. Raises NotReady where there is none, or one of another format."""
        if not path.is_file():
            raise NotReady(
                say("There is no address index at {path}.", path=path),
                say("Import the area again: gcrm area import FILE."),
            )
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        # For whoever forgets to close: a geocoder lives as long as somebody may ask it.
        weakref.finalize(self, self._connection.close)
        self._lock = threading.Lock()
        try:
            built_as = self.meta().get("format")
        except sqlite3.DatabaseError as error:
            self.close()
            raise NotReady(
                say("The address index {path} is damaged: {error}.", path=path, error=error),
                say("Import the area again."),
            ) from error
        if built_as != FORMAT:
            self.close()
            raise NotReady(
                say("The address index {path} is of format {built_as}.", path=path, built_as=built_as),
                say("Import the area again."),
            )

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def meta(self) -> dict[str, str]:
        """What is said about the whole index: source, countries, counts."""
        return dict(self._rows("SELECT key, value FROM meta"))

    def table(self, name: str, columns: str) -> list[tuple[Any, ...]]:
        """All rows of a table, `columns` as in SQL. Raises KeyError if there is no table of that name."""
        if name not in TABLES:
            raise KeyError(f"No table {name!r}. One of {', '.join(TABLES)}.")
        return self._rows(f"SELECT {columns} FROM {name}")  # noqa: S608 - both come from the code, not from a person

    def houses(self, street: int) -> list[tuple[Any, ...]]:
        """The houses of a street: id, number, unit, postcode, derived, lon, lat, interpolated."""
        return self._rows(f"SELECT {_HOUSE} FROM house WHERE street = ? ORDER BY id", (street,))  # noqa: S608 - ours

    def house(self, house: int) -> tuple[Any, ...]:
        """One house: its street, then as in `houses`."""
        return self._rows(f"SELECT street, {_HOUSE} FROM house WHERE id = ?", (house,))[0]  # noqa: S608 - ours

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def write_address_index(path: Path, tables: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Write a whole index, replacing what is there; keys of `tables` as in TABLES, rows with all columns in order.

    Written beside `path` and moved there at the end, so that a reader sees the old one or the new one.
    """
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    connection = sqlite3.connect(unfinished)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
            rows = tables.get(name, ())
            marks = ", ".join("?" * (columns.count(",") + 1))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 - names are ours
        connection.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
        connection.execute("CREATE INDEX house_of_street ON house (street)")
        connection.commit()
        connection.execute("VACUUM")
    finally:
        connection.close()
    unfinished.replace(path)
