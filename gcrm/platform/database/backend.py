"""What the two backends do differently; everything else is one SQL for both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, Table

from gcrm.platform.database.nearby import Box
from routing.points import LonLat

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


WRITERS_LOCK = 0x4743524D
"""The letters GCRM: the advisory lock of a server that lets in one writer at a time, as a file does."""

PATIENCE_S = 60.0
"""How long a writer waits for another one unless it is told otherwise: an import of 100,000 rows takes less."""


@dataclass(slots=True)
class Touched:
    """What a transaction did to a table: the box that its new geometries fill, and whether any went away."""

    grown: Box | None = None
    shrunk: bool = False

    def grow(self, bounds: Iterable[tuple[float, float, float, float]]) -> None:
        """Take in the bounds (west, south, east, north) of new geometries."""
        for west, south, east, north in bounds:
            old = self.grown or Box(west, south, east, north)
            self.grown = Box(min(old.west, west), min(old.south, south), max(old.east, east), max(old.north, north))


class Backend(Protocol):
    """A place where the tables live."""

    engine: Engine
    where: str

    def prepare(self) -> None:
        """Make sure that there is a database to migrate. Raises NotReady or InputRejected where there cannot be."""

    def turn(self, wait_s: float) -> AbstractContextManager[None]:
        """Wait for the writers of other processes in a fair order. Raises Busy after so many seconds."""

    def lock(self, connection: Connection) -> None:
        """Wait for other writers, in this process or another. Called first thing in a transaction that writes."""

    def finish(self, connection: Connection, touched: dict[str, Touched]) -> None:
        """Last thing before a commit: bring what describes the touched tables up to date."""

    def reserve_ids(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        """`count` ids that no other row has or will have, ascending."""

    def bulk(self, connection: Connection, table: Table, ids: Sequence[int]) -> AbstractContextManager[None]:
        """Add, move or delete the rows with these ids inside it: the spatial index is brought up to date at its end."""

    def bulk_staged(
        self, connection: Connection, table: Table, points: Table, *, are_new: bool
    ) -> AbstractContextManager[None]:
        """As `bulk`, for the rows of a temporary table of id, lon, lat: their points, null for none.

        are_new: the index knows none of them yet.
        """

    def in_boxes(self, table: Table, boxes: Sequence[Box]) -> ColumnElement[bool]:
        """Condition, answered by the spatial index: the geometry may touch one of the boxes. Never misses one."""

    def in_polygon(self, table: Table, polygon: BaseGeometry) -> ColumnElement[bool]:
        """Condition, answered by the spatial index: the geometry may touch the polygon. Never misses one."""

    def in_radius(self, table: Table, place: LonLat, radius_m: float) -> ColumnElement[bool]:
        """Condition, answered by the spatial index: the point may be within the radius. Never misses one."""

    def contains_word(self, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
        """Condition: the text has the word somewhere in it, letter by letter."""

    def failed(self, error: Exception) -> Exception:
        """What to raise for an error of the driver: one of ours where a person can do something about it."""
