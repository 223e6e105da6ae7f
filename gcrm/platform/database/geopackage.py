"""The embedded backend: one SQLite file that is a valid GeoPackage."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    func,
    select,
    union_all,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import NullPool, QueuePool

from gcrm.common.language import say
from gcrm.platform.database.backend import PATIENCE_S, Touched
from gcrm.platform.database.layers import APPLICATION_ID, VERSION
from gcrm.platform.database.nearby import Box, boxes_around
from gcrm.platform.database.turn import turn
from gcrm.platform.database.types import bounds_of
from gcrm.platform.errors import Busy, InputRejected, NotReady
from gcrm.platform.storage_fault import cannot_write, is_of_storage
from routing.points import LonLat

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

BULK = 500
"""From how many rows on the R*Tree is filled at the end."""

_rtrees = MetaData()


def _number(of: Callable[[tuple[float, float, float, float]], float]) -> Callable[[bytes | None], float | None]:
    def answer(blob: bytes | None) -> float | None:
        bounds = bounds_of(blob) if blob else None
        return of(bounds) if bounds else None

    return answer


def _is_empty(blob: bytes | None) -> int | None:
    return None if blob is None else int(bounds_of(blob) is None)


FUNCTIONS: dict[str, Callable[[bytes | None], float | None]] = {
    "ST_IsEmpty": _is_empty,
    "ST_MinX": _number(lambda bounds: bounds[0]),
    "ST_MinY": _number(lambda bounds: bounds[1]),
    "ST_MaxX": _number(lambda bounds: bounds[2]),
    "ST_MaxY": _number(lambda bounds: bounds[3]),
}
"""What the triggers of a GeoPackage call. Source: OGC 12-128r19, annex F.3, "User-defined functions"."""


def rtree_of(table: Table, column: str = "geom") -> Table:
    """The R*Tree of a layer: boxes in float32, rounded outward."""
    name = f"rtree_{table.name}_{column}"
    if name in _rtrees.tables:
        return _rtrees.tables[name]
    edges = (Column(edge, Float) for edge in ("minx", "maxx", "miny", "maxy"))
    return Table(name, _rtrees, Column("id", Integer, primary_key=True), *edges)


CACHE_KEPT_KB = 4_096
"""Pages of the file in each connection that is kept; the system's own cache holds the rest once for all."""


class GeoPackage:
    """The backend for a file."""

    def __init__(self, path: Path, keeps: int = 0) -> None:
        """keeps: so many connections stay open between transactions; see the README, "One file, two libraries"."""
        self.path = path
        self.where = str(path)
        self._turns = path.with_name(f"{path.name}-turn")
        pool: dict[str, Any] = {"poolclass": NullPool}
        if keeps:
            pool = {"poolclass": QueuePool, "pool_size": keeps, "max_overflow": -1, "pool_use_lifo": True}
        self.engine: Engine = create_engine(
            URL.create("sqlite+pysqlite", database=str(path)),
            creator=lambda: _opened(path),
            # Names and password hashes have no place in a log.
            hide_parameters=True,
            **pool,
        )
        event.listen(self.engine, "connect", _on_connect)
        event.listen(self.engine, "begin", _on_begin)
        if keeps:
            event.listen(self.engine, "connect", self._on_connect_to_keep)
            event.listen(self.engine, "checkout", self._on_checkout)
            event.listen(self.engine, "checkin", _on_checkin)

    def prepare(self) -> None:
        """Make the file's folder, and refuse a file that is something else."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.exists() or not self.path.stat().st_size:
            _mark(self.path)
        application, tables = _look_at(self.path)
        if application != APPLICATION_ID:
            raise InputRejected(say("{path} is not a GeoPackage.", path=self.path), say("Name another file."))
        if "gpkg_contents" in tables and "alembic_version" not in tables:
            raise InputRejected(
                say("{path} is a GeoPackage that GCRM did not make.", path=self.path), say("Name another file.")
            )

    def _on_connect_to_keep(self, connection: Any, record: Any) -> None:
        connection.execute(f"PRAGMA cache_size = -{CACHE_KEPT_KB}")
        record.info["file"] = _identity(self.path)

    def _on_checkout(self, connection: Any, record: Any, proxy: Any) -> None:  # noqa: ARG002
        """Let go of a file that is no longer the one under this name."""
        if record.info["file"] != _identity(self.path):
            raise DisconnectionError("another file is there now")

    def turn(self, wait_s: float) -> AbstractContextManager[None]:
        """By locks on a file beside ours: SQLite itself knows no order."""
        return turn(self._turns, wait_s)

    def lock(self, connection: Connection) -> None:
        """Nothing: a transaction that writes begins with BEGIN IMMEDIATE, which waits."""

    def finish(self, connection: Connection, touched: dict[str, Touched]) -> None:
        """Write the extent and the instant of the last change into gpkg_contents."""
        for name, what in touched.items():
            row = connection.exec_driver_sql(
                "SELECT data_type, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?", (name,)
            ).one_or_none()
            if row is None:
                continue
            kind, *extent = row
            if kind == "features" and what.shrunk:
                extent = _extent(connection, name)
            elif kind == "features" and what.grown is not None:
                if extent[0] is not None:
                    what.grow([tuple(extent)])
                extent = list(what.grown)
            connection.exec_driver_sql(
                "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?,"
                " last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = ?",
                (*extent, name),
            )

    def reserve_ids(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        """The ids after the last one ever used, which count as used from the commit on."""
        last = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).scalar()
        if last is None:
            connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, count))
            return range(1, 1 + count)
        connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (last + count, table.name))
        return range(last + 1, last + 1 + count)

    @contextmanager
    def bulk_staged(self, connection: Connection, table: Table, points: Table, *, are_new: bool) -> Iterator[None]:
        """As `bulk`, with the places as they were put aside: nothing has to be read out of a geometry."""
        tree = f"rtree_{table.name}_geom"
        with _without_triggers(connection, table.name, tree):
            yield
            if not are_new:
                connection.exec_driver_sql(f'DELETE FROM "{tree}" WHERE id IN (SELECT id FROM "{points.name}")')  # noqa: S608 - names are ours
            connection.exec_driver_sql(
                f'INSERT INTO "{tree}" SELECT id, lon, lon, lat, lat FROM "{points.name}" WHERE lon NOT NULL'  # noqa: S608 - names are ours
            )

    @contextmanager
    def bulk(self, connection: Connection, table: Table, ids: Sequence[int]) -> Iterator[None]:
        """For many rows, take the triggers of the R*Tree away and fill it at the end, which is four times as fast."""
        if len(ids) < BULK:
            yield
            return
        tree = f"rtree_{table.name}_geom"
        with _without_triggers(connection, table.name, tree):
            try:
                yield
            finally:
                # Also after an error: whoever catches it may go on with the transaction.
                these = (json.dumps(list(ids)),)
                connection.exec_driver_sql(
                    f'DELETE FROM "{tree}" WHERE id IN (SELECT value FROM json_each(?))',  # noqa: S608 - names are ours
                    these,
                )
                connection.exec_driver_sql(
                    f'INSERT INTO "{tree}" SELECT id, ST_MinX(geom), ST_MaxX(geom), ST_MinY(geom), ST_MaxY(geom) '  # noqa: S608 - names are ours
                    f'FROM "{table.name}" WHERE id IN (SELECT value FROM json_each(?)) '
                    "AND geom NOT NULL AND NOT ST_IsEmpty(geom)",
                    these,
                )

    def in_boxes(self, table: Table, boxes: Sequence[Box]) -> ColumnElement[bool]:
        """By the R*Tree."""
        tree = rtree_of(table)
        return table.c.id.in_(
            union_all(
                *(
                    select(tree.c.id).where(
                        tree.c.maxx >= box.west,
                        tree.c.minx <= box.east,
                        tree.c.maxy >= box.south,
                        tree.c.miny <= box.north,
                    )
                    for box in boxes
                )
            )
        )

    def in_polygon(self, table: Table, polygon: BaseGeometry) -> ColumnElement[bool]:
        """By the polygon's box; who asks looks at the polygon itself."""
        return self.in_boxes(table, [Box(*polygon.bounds)])

    def in_radius(self, table: Table, place: LonLat, radius_m: float) -> ColumnElement[bool]:
        """By boxes around the circle; who asks measures."""
        return self.in_boxes(table, boxes_around(place, radius_m))

    def contains_word(self, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
        """By instr, which knows no wildcards."""
        return func.instr(column, word) > 0

    def failed(self, error: Exception) -> Exception:
        """Busy, full and read-only files, in words."""
        said = str(getattr(error, "orig", error))
        if "locked" in said or "busy" in said:
            return Busy(say("Others are writing into {path}.", path=self.path.name), say("Try again in a moment."))
        if is_of_storage(said):
            return cannot_write(self.path)
        if "malformed" in said or "not a database" in said:
            return NotReady(
                say("{path} is damaged: {why}.", path=self.path, why=said), say("Restore it from a backup.")
            )
        return error


@contextmanager
def _without_triggers(connection: Connection, table: str, tree: str) -> Iterator[None]:
    """Take the triggers of an R*Tree away, and put them back."""
    triggers = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name LIKE ?",
        (table, f"{tree}_%"),
    ).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        for _, sql in triggers:
            connection.exec_driver_sql(sql)


def _look_at(path: Path) -> tuple[int, set[str]]:
    """The application's number and the tables of a file, which may be anything; nothing of it is changed."""
    connection = _opened(path, "mode=ro")
    try:
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return 0, set()
    finally:
        connection.close()
    return application, tables


def _opened(path: Path, how: str = "mode=rwc") -> sqlite3.Connection:
    """A connection; on a disk that is full or may not be written, one that only reads.

    The first look at a file in write-ahead mode makes an index of the log beside it. Where that cannot be, nobody
    writes either, and as long as no log is there the file itself is all there is: it may be read as it stands.
    """
    connection = _connected(path, how)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.DatabaseError as error:
        if not isinstance(error, sqlite3.OperationalError) or not is_of_storage(str(error)) or not path.is_file():
            return connection
        connection.close()
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _connected(path, "mode=ro&immutable=1", _AsItStands)
    return connection


class _AsItStands(sqlite3.Connection):
    """One that reads the file and no log of it."""


def _connected(path: Path, how: str, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{how}"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE_S, check_same_thread=False, factory=kind)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies under a name: device and number; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _mark(path: Path) -> None:
    """Write the letters GPKG into the head of a new file.

    Before the write-ahead log is turned on: other programs look at the file's own first bytes, not at the log.
    """
    connection = sqlite3.connect(path, timeout=PATIENCE_S)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _extent(connection: Connection, name: str) -> list[float | None]:
    """The exact extent of a layer. The R*Tree, whose boxes are rounded outward, says which few rows can make it."""
    rough = connection.exec_driver_sql(
        f'SELECT min(minx), min(miny), max(maxx), max(maxy) FROM "rtree_{name}_geom"'  # noqa: S608 - names are ours
    ).one()
    if rough[0] is None:
        return [None, None, None, None]
    edges = (
        ("min", "ST_MinX", "minx <="),
        ("min", "ST_MinY", "miny <="),
        ("max", "ST_MaxX", "maxx >="),
        ("max", "ST_MaxY", "maxy >="),
    )
    return [
        connection.exec_driver_sql(
            f'SELECT {most}({edge}(geom)) FROM "{name}"'  # noqa: S608 - names are ours
            f' WHERE id IN (SELECT id FROM "rtree_{name}_geom" WHERE {reaches} ?)',
            (limit,),
        ).scalar()
        for (most, edge, reaches), limit in zip(edges, rough, strict=True)
    ]


def _on_connect(connection: Any, record: Any) -> None:  # noqa: ARG001
    """Set up one connection: our own BEGIN, the functions of the triggers, write-ahead log."""
    connection.isolation_level = None
    for name, function in FUNCTIONS.items():
        connection.create_function(name, 1, function, deterministic=True)
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(PATIENCE_S * 1000)}")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _on_checkin(connection: Any, record: Any) -> None:
    """The disk may be writable again by the next time."""
    if isinstance(connection, _AsItStands):
        record.invalidate()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Turn the file to write-ahead logging. Two processes that do it at once get "locked" with no patience at all."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "readonly" in str(error):
                return  # a disk that may not be written: whoever tries to write is told
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes = options.get("writes", False)
    # Temporary tables are no part of the file, and writing them locks nothing of it.
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes or options.get('stages', False) else 'ON'}")
    wait_s = connection.get_execution_options().get("wait_s", PATIENCE_S)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
