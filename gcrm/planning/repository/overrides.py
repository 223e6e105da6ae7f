"""What people have decided about days against the planner."""

from datetime import date, time
from typing import Any

from sqlalchemy import delete, insert, select

from gcrm.planning.proposal import Override, Wish
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import override


class Overrides(Repository):
    """One for each account on a day of a rep."""

    def of_rep(self, rep_id: int, first: date | None = None) -> dict[date, dict[int, Override]]:
        """What holds of a rep's days, from `first` on if it is given: by day, then by account."""
        rows = self._connection.execute(
            select(override)
            .where(override.c.rep_id == rep_id, *([override.c.day >= first] if first else []))
            .order_by(override.c.day, override.c.id)
        )
        found: dict[date, dict[int, Override]] = {}
        for row in rows:
            found.setdefault(row.day, {})[row.account_id] = _override_of(row)
        return found

    def on(self, rep_id: int, day: date) -> dict[int, Override]:
        """What holds of one day, by account."""
        rows = self._connection.execute(
            select(override).where(override.c.rep_id == rep_id, override.c.day == day).order_by(override.c.id)
        )
        return {row.account_id: _override_of(row) for row in rows}

    def put(self, rep_id: int, day: date, decided: Override) -> None:
        """Put it in the place of what was decided about its account that day; what does not last only takes away."""
        self.remove(rep_id, day, decided.account_id)
        if decided.what.lasts:
            start = f"{decided.start:%H:%M}" if decided.start else None
            row = {"rep_id": rep_id, "day": day, "account_id": decided.account_id, "what": decided.what.value}
            self._connection.execute(insert(override).values(row | {"start": start}))

    def remove(self, rep_id: int, day: date, account_id: int) -> None:
        """Leave an account on a day to the planner again."""
        self._connection.execute(
            delete(override).where(
                override.c.rep_id == rep_id, override.c.day == day, override.c.account_id == account_id
            )
        )


def _override_of(row: Any) -> Override:
    return Override(row.account_id, Wish(row.what), time.fromisoformat(row.start) if row.start else None)
