"""Changes by number. Triggers write them (`gcrm.platform.database.feed`); here they are only read."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from gcrm.exchange.model import FedAction, FedChange, FedKind
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import change_feed


class ChangeFeed(Repository):
    """Every change of what other programs are told of."""

    def latest(self) -> int:
        """The number of the last change, 0 where there is none."""
        return int(self._connection.execute(select(func.max(change_feed.c.id))).scalar() or 0)

    def after(
        self,
        number: int,
        limit: int,
        kinds: Collection[FedKind],
        territory_ids: Collection[int] | None,
        rep_id: int | None,
    ) -> list[FedChange]:
        """The next changes of these kinds, in their order.

        territory_ids: what lies or lay in these, or is or was the rep's, as it looks from there; None for all.
        """
        table = change_feed
        wanted = [table.c.id > number, table.c.kind.in_([str(one) for one in kinds])]
        if territory_ids is not None:
            own = sorted(territory_ids)
            sees: list[ColumnElement[bool]] = [table.c.territory_id.in_(own), table.c.territory_before.in_(own)]
            if rep_id is not None:
                sees += [table.c.rep_id == rep_id, table.c.rep_before == rep_id]
            wanted.append(or_(*sees))
        rows = self._connection.execute(select(table).where(*wanted).order_by(table.c.id).limit(limit))
        return [_seen(row, territory_ids, rep_id) for row in rows]


def _seen(row: Any, territory_ids: Collection[int] | None, rep_id: int | None) -> FedChange:
    action = FedAction(row.action)
    if territory_ids is not None and action is FedAction.CHANGED:
        is_mine = row.territory_id in territory_ids or (rep_id is not None and row.rep_id == rep_id)
        was_mine = row.territory_before in territory_ids or (rep_id is not None and row.rep_before == rep_id)
        if is_mine != was_mine:
            action = FedAction.CREATED if is_mine else FedAction.REMOVED
    return FedChange(row.id, row.at, FedKind(row.kind), row.object_id, action, row.account_id)
