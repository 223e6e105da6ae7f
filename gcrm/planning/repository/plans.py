"""Planned days. Every plan is kept; the newest of a rep's day is the current one."""

from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from gcrm.platform.database.repository import Repository, not_found
from gcrm.platform.database.schema import plan


class Plans(Repository):
    """Plans as the documents that `gcrm plan day --json` prints."""

    def save(self, rep_id: int, day: date, document: dict[str, Any]) -> int:
        """Keep a plan and make it the current one of that rep's day; its id."""
        return self._insert(plan, {"rep_id": rep_id, "day": day, "document": document})

    def amend(self, plan_id: int, document: dict[str, Any]) -> None:
        """Write a kept plan anew, as to put its own number into it. Raises NotFound."""
        self._update(plan, plan_id, {"document": document}, "plan")

    def drop(self, plan_id: int) -> None:
        """Take a plan away, so that the one before it is the current one again. Raises NotFound."""
        if not self._connection.execute(delete(plan).where(plan.c.id == plan_id)).rowcount:
            raise not_found("plan", plan_id)

    def get(self, plan_id: int) -> dict[str, Any]:
        """One plan, current or not. Raises NotFound."""
        document: dict[str, Any] | None = self._connection.execute(
            select(plan.c.document).where(plan.c.id == plan_id)
        ).scalar()
        if document is None:
            raise not_found("plan", plan_id)
        return document

    def current(self, rep_id: int, day: date) -> dict[str, Any] | None:
        """The newest plan of a rep's day, None where there is none."""
        document: dict[str, Any] | None = self._connection.execute(
            select(plan.c.document)
            .where(plan.c.rep_id == rep_id, plan.c.day == day)
            .order_by(plan.c.id.desc())
            .limit(1)
        ).scalar()
        return document

    def of_day(self, day: date) -> dict[int, dict[str, Any]]:
        """Rep id to the newest plan, of all reps that have one for the day."""
        newest = select(func.max(plan.c.id)).where(plan.c.day == day).group_by(plan.c.rep_id)
        rows = self._connection.execute(
            select(plan.c.rep_id, plan.c.document).where(plan.c.id.in_(newest)).order_by(plan.c.rep_id)
        )
        return {row.rep_id: row.document for row in rows}
