"""Accounts as points of a map: a few columns of each, for tens of thousands at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from gcrm.accounts.model import AccountPoint
from gcrm.accounts.repository.rows import kind_of, level_of, priority_of
from gcrm.platform.database.schema import account

POINT_COLUMNS = (
    account.c.id,
    account.c.geom,
    account.c.kind,
    account.c.priority,
    account.c.level,
    account.c.last_visit,
    account.c.visit_every_days,
)
"""What a row holds, in the order in which `points_of` takes it."""


def points_of(rows: Iterable[Sequence[Any]]) -> list[AccountPoint]:
    """The points in rows of POINT_COLUMNS; those with an empty point are left out."""
    return [
        AccountPoint(row_id, place, kind_of(kind), priority_of(priority), level_of(level), last_visit, days)
        for row_id, place, kind, priority, level, last_visit, days in rows
        if place is not None
    ]
