"""The backend for many users: a PostgreSQL database with PostGIS, named by its URL."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import ColumnElement, Connection, Engine, Table, create_engine, event, func, or_, select, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from gcrm.common.language import say
from gcrm.platform.database.backend import PATIENCE_S, WRITERS_LOCK, Touched
from gcrm.platform.database.nearby import Box
from gcrm.platform.database.types import SRS_ID, Reflected
from gcrm.platform.errors import Busy, InputRejected, NoAnswer, NotReady
from routing.late import late
from routing.points import LonLat

if TYPE_CHECKING:
    import shapely
    from shapely.geometry.base import BaseGeometry
else:
    shapely = late("shapely")

_Nothing = AbstractContextManager[None]

ischema_names.setdefault("geometry", Reflected)


_MARGIN_M = 0.01
"""PostGIS and pyproj measure the same geodesics, but not to the last bit."""


class PostGis:
    """The backend for a server."""

    def __init__(self, url: str) -> None:
        """Raises InputRejected for a URL that cannot be read."""
        try:
            parsed = make_url(url.replace("postgres://", "postgresql://", 1))
        except ArgumentError as error:
            raise InputRejected(
                say("GCRM_DATABASE_URL is not a database URL."),
                say("Write it as postgresql://user:password@host/name."),
            ) from error
        self.where = parsed.render_as_string(hide_password=True)
        self.engine: Engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            connect_args={"options": "-c timezone=UTC", "connect_timeout": 10, "application_name": "gcrm"},
            # Names and password hashes have no place in a log.
            hide_parameters=True,
            pool_size=8,
            max_overflow=32,
            pool_timeout=PATIENCE_S,
            pool_pre_ping=True,
        )
        event.listen(self.engine, "begin", _on_begin)

    def prepare(self) -> None:
        """Check that the server answers and that PostGIS is there, or can be put there."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            self.lock(connection)
            if connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")).first():
                return
            try:
                connection.execute(text("CREATE EXTENSION postgis"))
            except DBAPIError as error:
                raise NotReady(
                    say("The database {where} has no PostGIS: {why}.", where=self.where, why=_said(error)),
                    say("Ask whoever looks after the server to run `CREATE EXTENSION postgis` in it."),
                ) from error

    def turn(self, wait_s: float) -> _Nothing:  # noqa: ARG002
        """Nothing: the server lets writers in as they came."""
        return nullcontext()

    def lock(self, connection: Connection) -> None:
        """Wait for the one lock of writers, which falls with the transaction."""
        wait_s = connection.get_execution_options().get("wait_s", PATIENCE_S)
        connection.execute(text(f"SET LOCAL lock_timeout = '{int(wait_s * 1000)}ms'"))
        connection.execute(select(func.pg_advisory_xact_lock(WRITERS_LOCK)))

    def finish(self, connection: Connection, touched: dict[str, Touched]) -> None:
        """Nothing: the server describes its tables itself."""

    def reserve_ids(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        """The next ids of the table's sequence, which gives none twice."""
        sequence = func.pg_get_serial_sequence(table.name, "id")
        return sorted(connection.scalars(select(func.nextval(sequence)).select_from(func.generate_series(1, count))))

    def bulk(self, connection: Connection, table: Table, ids: Sequence[int]) -> _Nothing:  # noqa: ARG002
        """Nothing: the server's index takes many rows as it takes one."""
        return nullcontext()

    def bulk_staged(self, connection: Connection, table: Table, points: Table, *, are_new: bool) -> _Nothing:  # noqa: ARG002
        """Nothing, as `bulk`."""
        return nullcontext()

    def in_boxes(self, table: Table, boxes: Sequence[Box]) -> ColumnElement[bool]:
        """By the GiST index."""
        return or_(*(table.c.geom.op("&&")(func.ST_MakeEnvelope(*box, SRS_ID)) for box in boxes))

    def in_polygon(self, table: Table, polygon: BaseGeometry) -> ColumnElement[bool]:
        """By the GiST index, then exactly."""
        ewkb = shapely.to_wkb(shapely.set_srid(polygon, SRS_ID), include_srid=True, output_dimension=2)
        return func.ST_Intersects(table.c.geom, func.ST_GeomFromEWKB(ewkb))

    def in_radius(self, table: Table, place: LonLat, radius_m: float) -> ColumnElement[bool]:
        """By the GiST index over geography, then on the ellipsoid."""
        return func.ST_DWithin(func.geography(table.c.geom), _geography(place), radius_m + _MARGIN_M)

    def contains_word(self, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
        """By strpos, which knows no wildcards."""
        return func.strpos(column, word) > 0

    def failed(self, error: Exception) -> Exception:
        """A server that does not answer, and waits that took too long, in words."""
        cause = getattr(error, "orig", error)
        if isinstance(cause, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
            return Busy(say("Others are writing into the database."), say("Try again in a moment."))
        if isinstance(cause, psycopg.OperationalError):
            return NoAnswer(
                say("The database {where} does not answer: {why}.", where=self.where, why=_said(cause)),
                say("Check GCRM_DATABASE_URL, and that the server runs."),
            )
        return error


def _geography(place: LonLat) -> ColumnElement[Any]:
    return func.geography(func.ST_SetSRID(func.ST_MakePoint(place.lon, place.lat), SRS_ID))


def _said(error: BaseException) -> str:
    """The first line of what the server said."""
    return (str(getattr(error, "orig", error)).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("stages", False) and not options.get("writes", False):
        # Not READ ONLY: temporary tables are made and filled in it.
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    elif not options.get("writes", False):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
