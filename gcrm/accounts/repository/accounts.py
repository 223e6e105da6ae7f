"""Accounts in the database, and the questions that are asked of where they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Unpack

from sqlalchemy import ColumnElement, bindparam, delete, false, func, or_, select, update

from gcrm.accounts.model import Account, AccountSite, Kind, Level
from gcrm.accounts.repository.filters import (
    Filters,
    badly_placed,
    best_named_first,
    conditions,
    means,
    order,
    worst_first,
)
from gcrm.accounts.repository.rows import COLUMNS, account_of, level_of, row_of
from gcrm.common.language import say
from gcrm.platform.database.nearby import FARTHEST_M, boxes_between, checked_place, holds, metres_from, unrolled
from gcrm.platform.database.repository import Repository, chunks, not_found
from gcrm.platform.database.schema import account
from gcrm.platform.errors import InputRejected
from routing.late import late
from routing.points import LonLat, as_points

if TYPE_CHECKING:
    import numpy as np
    import shapely
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gcrm.accounts.columns import AccountColumns
else:
    np = late("numpy")
    shapely = late("shapely")

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


FIRST_CIRCLE_M = 500.0
"""The first circle in which the nearest are looked for: some streets."""


@dataclass(frozen=True, slots=True)
class AccountsState:
    """How many accounts there are, the last id, and when one was last changed."""

    count: int
    last_id: int | None
    updated_at: datetime | None


def check_places(some: Sequence[Account]) -> None:
    """Raises InputRejected for a place that is not on Earth."""
    try:
        as_points(_places(some))
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong


SITE_COLUMNS = (
    account.c.id,
    account.c.name,
    account.c.geom,
    account.c.territory_id,
    account.c.territory_locked,
    account.c.postcode,
    account.c.address_line,
    account.c.reason,
)
"""In the order of the fields of AccountSite."""


class Accounts(Repository):
    """Customers and prospects. Lists are by id unless something else is said."""

    _all_columns: AccountColumns | None = None

    def get(self, account_id: int) -> Account:
        """One account. Raises NotFound."""
        found = self._found(account.c.id == account_id)
        if not found:
            raise not_found("account", account_id)
        return found[0]

    def by_ids(self, ids: Iterable[int]) -> list[Account]:
        """Those of them that there are, each once."""
        wanted = sorted({int(one) for one in ids})
        return [one for some in chunks(wanted) for one in self._found(account.c.id.in_(some))]

    def all(self) -> list[Account]:
        """Every account."""
        return self._found()

    def counts(self) -> dict[Kind, int]:
        """How many there are of each kind."""
        rows = self._connection.execute(select(account.c.kind, func.count()).group_by(account.c.kind))
        return dict.fromkeys(Kind, 0) | {Kind(kind): count for kind, count in rows}

    def counts_by_level(self) -> dict[Level, int]:
        """How many are placed how closely."""
        rows = self._connection.execute(select(account.c.level, func.count()).group_by(account.c.level))
        found = dict.fromkeys(Level, 0)
        for level, count in rows:
            found[level_of(level)] += count
        return found

    # Changes

    def counts_by_territory(self) -> dict[int, int]:
        """How many accounts each territory has; those that have none are not in it."""
        rows = self._connection.execute(
            select(account.c.territory_id, func.count())
            .where(account.c.territory_id.is_not(None))
            .group_by(account.c.territory_id)
        )
        return {row[0]: row[1] for row in rows}

    def add(self, new: Account) -> Account:
        """Add one; returned with its id. Raises InputRejected for a place that is not on Earth."""
        return self.add_many([new])[0]

    def add_many(self, new: Sequence[Account]) -> list[Account]:
        """Add many; returned in the same order with their ids. Instants are kept as they are given."""
        if not new:
            return []
        check_places(new)
        ids = self.reserve_ids(len(new))
        rows = [{"id": row_id, **row_of(one)} for row_id, one in zip(ids, new, strict=True)]
        with self._backend.bulk(self._connection, account, ids):
            self._connection.execute(account.insert(), rows)
        self._grow(new)
        return [replace(one, id=row_id) for row_id, one in zip(ids, new, strict=True)]

    def reserve_ids(self, count: int) -> Sequence[int]:
        """Ids for so many accounts, which no other one will get, ascending."""
        return self._backend.reserve_ids(self._connection, account, count) if count else ()

    def state(self) -> AccountsState:
        """Which accounts there are, told in a moment: it differs after any of them was added, changed or taken away.

        What another program changes without setting `updated_at` is not seen.
        """
        row = self._connection.execute(
            select(func.count(), func.max(account.c.id), func.max(account.c.updated_at)).select_from(account)
        ).one()
        return AccountsState(*row)

    def since(self, state: AccountsState) -> list[Account]:
        """The accounts that were added or changed since the others were in that state."""
        newer = account.c.id > (state.last_id or 0)
        if state.updated_at is None:
            return self._found(or_(newer, account.c.updated_at.is_not(None)))
        return self._found(or_(newer, account.c.updated_at > state.updated_at))

    def update(self, changed: Account) -> Account:
        """Change one: all its columns. Raises NotFound."""
        self.update_many([changed])
        return changed

    def update_many(self, changed: Sequence[Account]) -> list[Account]:
        """Change many: all columns of each. Raises NotFound if one of them is not there; nothing is changed then."""
        if not changed:
            return []
        check_places(changed)
        ids = [one.id for one in changed]
        before = {
            row_id: place
            for some in chunks(ids)
            for row_id, place in self._connection.execute(
                select(account.c.id, account.c.geom).where(account.c.id.in_(some))
            )
        }
        missing = next((row_id for row_id in ids if row_id not in before), None)
        if missing is not None:
            raise not_found("account", missing)
        # One statement for those that move and one for those that stay: the spatial index is left alone by the second.
        moved = [one for one in changed if one.place != before[one.id]]
        stayed = [one for one in changed if one.place == before[one.id]]
        for some, with_place in ((moved, True), (stayed, False)):
            if some:
                rows = [{"row": one.id, **row_of(one)} for one in some]
                if not with_place:
                    for row in rows:
                        del row["geom"]
                with self._backend.bulk(self._connection, account, [one.id for one in moved] if with_place else ()):
                    self._connection.execute(update(account).where(account.c.id == bindparam("row")), rows)
        touched = self._transaction.touch("account")
        touched.shrunk = touched.shrunk or any(before[one.id] is not None for one in moved)
        self._grow(moved)
        return list(changed)

    def delete(self, ids: int | Iterable[int]) -> int:
        """Take accounts away, with their history; how many there were."""
        wanted = [ids] if isinstance(ids, int) else [int(one) for one in ids]
        with self._backend.bulk(self._connection, account, wanted):
            gone = sum(
                self._connection.execute(delete(account).where(account.c.id.in_(some))).rowcount
                for some in chunks(wanted)
            )
        self._transaction.touch("account").shrunk = True
        self._transaction.touch("activity")
        return gone

    def set_territories(self, territories: Mapping[int, int | None]) -> None:
        """Account id to territory id, None for none. Accounts that are not there are passed over."""
        ids: dict[int | None, list[int]] = {}
        for row_id, territory_id in territories.items():
            ids.setdefault(territory_id, []).append(row_id)
        # A statement for many is several times as fast as one for each.
        for territory_id, rows in ids.items():
            for some in chunks(rows):
                statement = update(account).where(account.c.id.in_(some)).values(territory_id=territory_id)
                self._connection.execute(statement)
        if ids:
            self._transaction.touch("account")

    # Lists

    def page(
        self,
        *,
        sort: str = "name",
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
        **filters: Unpack[Filters],
    ) -> tuple[list[Account], int]:
        """Some of the accounts that pass the filters, and how many do in all.

        What is not known sorts last; equals by name and then by id.
        """
        wanted = conditions(self._backend, filters)
        total = self._connection.execute(select(func.count()).select_from(account).where(*wanted)).scalar_one()
        rows = self._connection.execute(
            select(*COLUMNS).where(*wanted).order_by(*order(sort, descending=descending)).limit(limit).offset(offset)
        )
        return [account_of(row) for row in rows], total

    def named(
        self, text: str, limit: int, territory_id: int | Sequence[int] | Literal["none"] | None = None
    ) -> list[Account]:
        """The accounts that a typed text may mean, best first: see `filters.means` and `filters.best_named_first`."""
        wanted = [means(self._backend, text), *conditions(self._backend, {"territory_id": territory_id})]
        best = best_named_first(self._backend, text)
        rows = self._connection.execute(select(*COLUMNS).where(*wanted).order_by(*best).limit(limit))
        return [account_of(row) for row in rows]

    def find(self, *, sort: str = "name", descending: bool = False, **filters: Unpack[Filters]) -> list[Account]:
        """All accounts that pass the filters, in the order of `page`."""
        wanted = conditions(self._backend, filters)
        return self._found(*wanted, order_by=order(sort, descending=descending))

    def after(self, account_id: int, limit: int, **filters: Unpack[Filters]) -> list[Account]:
        """The next accounts by id, beyond one, that pass the filters: a list that others may add to meanwhile."""
        wanted = [account.c.id > account_id, *conditions(self._backend, filters)]
        rows = self._connection.execute(select(*COLUMNS).where(*wanted).order_by(account.c.id).limit(limit))
        return [account_of(row) for row in rows]

    def placed_after(
        self,
        account_id: int,
        limit: int,
        bounds: tuple[float, float, float, float] | None = None,
        **filters: Unpack[Filters],
    ) -> list[Account]:
        """The next accounts by id, beyond one, that have a place, in a box of degrees where one is given.

        bounds: west, south, east, north; west > east goes across the antimeridian. Raises InputRejected for no box.
        """
        boxes = boxes_between(*bounds) if bounds else ()
        wanted = [account.c.geom.is_not(None), *conditions(self._backend, filters)]
        if bounds:
            wanted.append(self._backend.in_boxes(account, boxes))
        found: list[Account] = []
        while len(found) < limit:
            rows = self._connection.execute(
                select(*COLUMNS).where(account.c.id > account_id, *wanted).order_by(account.c.id).limit(limit)
            ).all()
            # The index rounds its boxes outward.
            found += [one for row in rows if (one := account_of(row)).place and (not bounds or holds(boxes, one.place))]
            if len(rows) < limit:
                break
            account_id = rows[-1].id
        return found[:limit]

    def by_external_ids(self, numbers: Collection[str]) -> list[Account]:
        """All accounts that have one of these external ids."""
        wanted = sorted({one for one in numbers if one})
        return [one for some in chunks(wanted) for one in self._found(account.c.external_id.in_(some))]

    def badly_placed(
        self, *, least: float, settled_by: str, limit: int = 50, offset: int = 0
    ) -> tuple[list[Account], int]:
        """Some of the accounts that are not placed well enough, and how many there are in all.

        Worst first, and among equals priority A and customers first. least and settled_by: see
        `gcrm.accounts.repository.filters.badly_placed`.
        """
        wanted = badly_placed(least, settled_by)
        total = self._connection.execute(select(func.count()).select_from(account).where(wanted)).scalar_one()
        worst = select(account.c.id).where(wanted).order_by(*worst_first()).limit(limit).offset(offset)
        ids = list(self._connection.execute(worst).scalars())
        found = {one.id: one for one in self.by_ids(ids)}
        return [found[row_id] for row_id in ids], total

    def columns(self, **filters: Unpack[Filters]) -> AccountColumns:
        """The accounts that pass the filters, by id, as columns."""
        from gcrm.accounts.repository.columns import account_columns

        if filters or self._connection.get_execution_options().get("writes"):
            return account_columns(self._connection, conditions(self._backend, filters))
        # A view that only reads stays as it is: several tables of a page count the same accounts.
        if self._all_columns is None:
            self._all_columns = account_columns(self._connection, [])
        return self._all_columns

    def words(self, names: Sequence[str], **filters: Unpack[Filters]) -> dict[str, list[str]]:
        """Columns of text of the accounts that pass the filters, by id: "segment", "city", "country"."""
        from gcrm.accounts.repository.columns import account_words

        return account_words(self._connection, names, conditions(self._backend, filters))

    def columns_by_ids(self, ids: Collection[int]) -> AccountColumns:
        """Those of some accounts that there are, by id, as columns; for at most some thousands."""
        from gcrm.accounts.repository.columns import account_columns

        return account_columns(self._connection, [account.c.id.in_(sorted(ids))])

    def columns_within(self, polygon: BaseGeometry) -> AccountColumns:
        """As `within`, as columns, by id."""
        from gcrm.accounts.repository.columns import account_columns

        polygon = unrolled(polygon)
        if polygon.is_empty:
            return account_columns(self._connection, [false()])
        found = account_columns(self._connection, [self._backend.in_polygon(account, polygon)])
        shapely.prepare(polygon)
        return found.where(np.atleast_1d(shapely.intersects_xy(polygon, found.places[:, 0], found.places[:, 1])))

    def sites(self, ids: Collection[int] | None = None) -> list[AccountSite]:
        """Accounts by id, all or those of them that there are, with the columns that say which territory is theirs."""
        statement = select(*SITE_COLUMNS).order_by(account.c.id)
        if ids is None:
            return [AccountSite(*row) for row in self._connection.execute(statement)]
        return [
            AccountSite(*row)
            for some in chunks(sorted(set(ids)))
            for row in self._connection.execute(statement.where(account.c.id.in_(some)))
        ]

    def of_territory(self, territory_id: int) -> list[Account]:
        """The accounts of a territory."""
        return self._found(account.c.territory_id == territory_id)

    def frame(self, **filters: Unpack[Filters]) -> GeoDataFrame:
        """The accounts that pass the filters, by id, as a GeoDataFrame in EPSG:4326; see `frame.py`."""
        from gcrm.accounts.repository.frame import account_frame

        statement = select(*COLUMNS).where(*conditions(self._backend, filters)).order_by(account.c.id)
        return account_frame(self._connection.execute(statement).all())

    # Where they are

    def within(self, polygon: BaseGeometry) -> list[Account]:
        """The accounts in a polygon, its edge included, EPSG:4326.

        A polygon may be drawn beyond 180 degrees. Raises InputRejected for what is not a valid polygon.
        """
        polygon = unrolled(polygon)
        if polygon.is_empty:
            return []
        found = [one for one in self._found(self._backend.in_polygon(account, polygon)) if one.place is not None]
        shapely.prepare(polygon)
        points = as_points([one.place for one in found if one.place is not None])
        inside = shapely.intersects_xy(polygon, points[:, 0], points[:, 1])
        return [one for one, is_in in zip(found, inside, strict=True) if is_in]

    def within_radius(self, place: tuple[float, float], radius_m: float) -> list[tuple[Account, float]]:
        """The accounts within metres on the ellipsoid, with their distance, nearest first, equals by id.

        Raises InputRejected for a place that is not on Earth or a radius that is not a length.
        """
        if not 0 <= radius_m < np.inf:
            raise InputRejected(
                say("A radius of {radius} m is not possible.", radius=radius_m), say("Enter metres, 0 or more.")
            )
        centre = checked_place(place)
        return [
            (one, metres)
            for one, metres in self._measured(centre, self._backend.in_radius(account, centre, radius_m))
            if metres <= radius_m
        ]

    def nearest(self, place: tuple[float, float], k: int) -> list[tuple[Account, float]]:
        """The k nearest accounts with their metres on the ellipsoid, nearest first, equals by id."""
        centre = checked_place(place)
        if k <= 0:
            return []
        # Circles that grow until they hold enough. Not the server's own operator for the nearest: at the antimeridian
        # it stops with "index returned tuples in wrong order" (PostGIS 3.3).
        radius_m = FIRST_CIRCLE_M
        while radius_m < FARTHEST_M:
            inside = self._backend.in_radius(account, centre, radius_m)
            ids, metres = self._distances(centre, inside)
            if (metres <= radius_m).sum() >= k:
                break
            radius_m *= 4
        else:
            ids, metres = self._distances(centre, account.c.geom.is_not(None))
        first = np.lexsort((ids, metres))[:k]
        found = {one.id: one for one in self.by_ids(ids[first].tolist())}
        return [(found[row_id], far) for row_id, far in zip(ids[first].tolist(), metres[first].tolist(), strict=True)]

    def in_bbox(self, west: float, south: float, east: float, north: float) -> list[Account]:
        """The accounts in a box of degrees, edges included; west > east goes across the antimeridian."""
        boxes = boxes_between(west, south, east, north)
        # The index rounds its boxes outward.
        return [one for one in self._found(self._backend.in_boxes(account, boxes)) if holds(boxes, one.place)]

    # Helpers

    def _found(
        self, *wanted: ColumnElement[bool], order_by: Sequence[ColumnElement[Any]] = (account.c.id,)
    ) -> list[Account]:
        rows = self._connection.execute(select(*COLUMNS).where(*wanted).order_by(*order_by))
        return [account_of(row) for row in rows]

    def _distances(self, centre: LonLat, *wanted: ColumnElement[bool]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Ids and metres from the centre, of accounts that have a place."""
        rows = self._connection.execute(select(account.c.id, account.c.geom).where(*wanted))
        placed = [(row_id, place) for row_id, place in rows if place is not None]
        ids = np.array([row_id for row_id, _ in placed], dtype=np.int64)
        return ids, metres_from(centre, [place for _, place in placed])

    def _measured(self, centre: LonLat, *wanted: ColumnElement[bool]) -> list[tuple[Account, float]]:
        found = [one for one in self._found(*wanted) if one.place is not None]
        metres = metres_from(centre, [one.place for one in found if one.place is not None])
        return sorted(zip(found, metres.tolist(), strict=True), key=lambda pair: (pair[1], pair[0].id))

    def _grow(self, some: Sequence[Account]) -> None:
        touched = self._transaction.touch("account")
        points = as_points(_places(some))
        if len(points):
            (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
            touched.grow([(west, south, east, north)])


def _places(some: Sequence[Account]) -> Iterator[LonLat]:
    return (one.place for one in some if one.place is not None)
