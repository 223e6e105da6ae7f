"""Joined tables of statistics in the database."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, select

from gcrm.platform.database.repository import Repository, not_found, refuse_nul
from gcrm.platform.database.schema import statistics_join
from gcrm.territories.model import Change, StatisticsJoin


class StatisticsJoins(Repository):
    """Tables that were joined to regions, newest first."""

    def add(self, new: StatisticsJoin) -> StatisticsJoin:
        """Keep one; returned with its id."""
        refuse_nul(new.set_name, new.file, *new.columns)
        row = {
            "set_name": new.set_name,
            "file": new.file,
            "at": new.at,
            "user_id": new.user_id,
            "columns": list(new.columns),
            "changes": [[one.region_id, one.column, one.before, one.was_known, one.after] for one in new.changes],
        }
        return replace(new, id=self._insert(statistics_join, row))

    def get(self, join_id: int) -> StatisticsJoin:
        """One. Raises NotFound."""
        found = self._found(statistics_join.c.id == join_id)
        if not found:
            raise not_found("region", join_id)
        return found[0]

    def of_set(self, set_name: str) -> list[StatisticsJoin]:
        """Those of a set of regions."""
        return self._found(statistics_join.c.set_name == set_name)

    def all(self) -> list[StatisticsJoin]:
        """Every one."""
        return self._found()

    def columns_of(self, set_name: str) -> list[str]:
        """What tables have given the regions of a set, without those that were undone, sorted."""
        held = statistics_join.c
        rows = self._connection.execute(select(held.columns).where(held.set_name == set_name, ~held.undone))
        return sorted({name for row in rows for name in row.columns})

    def mark_undone(self, join_id: int) -> None:
        """Note that one was undone. Raises NotFound."""
        self._update(statistics_join, join_id, {"undone": True}, "region")

    def _found(self, *wanted: ColumnElement[bool]) -> list[StatisticsJoin]:
        rows = self._connection.execute(
            select(statistics_join).where(*wanted).order_by(statistics_join.c.id.desc())
        ).all()
        return [_join_of(row) for row in rows]


def _join_of(row: Any) -> StatisticsJoin:
    changes = tuple(Change(one[0], one[1], one[2], one[3], one[4]) for one in row.changes)
    return StatisticsJoin(row.set_name, row.file, row.at, tuple(row.columns), changes, row.user_id, row.undone, row.id)
