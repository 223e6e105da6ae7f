"""Accounts read as columns: no object is made for any of them."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, case, func, select, type_coerce
from sqlalchemy.types import NullType

from gcrm.accounts.columns import LEVELS, PRIORITIES, AccountColumns
from gcrm.accounts.model import Kind, Level, Priority
from gcrm.platform.database.schema import account
from gcrm.platform.database.types import places_of

_RAW = NullType()
_PRIORITY = case({one.value: number for number, one in enumerate(PRIORITIES)}, value=account.c.priority)
_LEVEL = case({one.value: number for number, one in enumerate(LEVELS)}, value=account.c.level)
_SELECTED = (
    account.c.id,
    case((account.c.kind == Kind.PROSPECT.value, 1), else_=0),
    func.coalesce(_PRIORITY, PRIORITIES.index(Priority.C)),
    # Another program may have written a level that nobody knows: then nobody knows how well it is placed.
    func.coalesce(_LEVEL, LEVELS.index(Level.NONE)),
    func.coalesce(account.c.visit_every_days, 0),
    func.coalesce(account.c.visit_minutes, 0),
    func.coalesce(account.c.territory_id, 0),
    case((account.c.territory_locked, 1), else_=0),
    type_coerce(account.c.geom, _RAW),
    type_coerce(account.c.last_visit, _RAW),
)


def account_words(
    connection: Connection, names: Sequence[str], wanted: Iterable[ColumnElement[bool]]
) -> dict[str, list[str]]:
    """For each column of text its values of the accounts for which all conditions hold, by id."""
    rows: Sequence[Any] = connection.execute(
        select(*(account.c[name] for name in names)).where(*wanted).order_by(account.c.id)
    ).all()
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def account_columns(connection: Connection, wanted: Iterable[ColumnElement[bool]]) -> AccountColumns:
    """The accounts for which all conditions hold, by id."""
    rows: Sequence[Any] = connection.execute(select(*_SELECTED).where(*wanted).order_by(account.c.id)).all()
    columns = list(zip(*rows, strict=True)) or [()] * len(_SELECTED)
    ids, prospect, priority, level, every, minutes, territory, locked = (
        np.array(column, dtype=np.int64) for column in columns[:8]
    )
    return AccountColumns(
        ids=ids,
        places=places_of(columns[8]),
        is_prospect=prospect.astype(bool),
        priorities=priority.astype(np.uint8),
        levels=level.astype(np.uint8),
        last_visits=np.array(columns[9], dtype="datetime64[D]"),
        every_days=every,
        minutes=minutes,
        territories=territory,
        is_locked=locked.astype(bool),
    )
