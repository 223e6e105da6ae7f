"""What people have decided about days against the planner."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import delete, insert, select, update

from gcrm.planning.proposal import Override, Wish
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import override, rep


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

    def move(self, account_id: int, to_account_id: int) -> list[dict[str, Any]]:
        """Give what was decided about one account to another, as when the two are one business.

        Where something was decided about the other on the same day of the same rep, that holds. Answers what it takes
        to `give` all of it back: id is None for what was not moved.
        """
        rows = self._connection.execute(
            select(override).where(override.c.account_id.in_([account_id, to_account_id])).order_by(override.c.id)
        ).all()
        taken = {(row.rep_id, row.day) for row in rows if row.account_id == to_account_id}
        told = []
        for row in rows:
            if row.account_id == account_id:
                moves = (row.rep_id, row.day) not in taken
                if moves:
                    self._connection.execute(
                        update(override).where(override.c.id == row.id).values(account_id=to_account_id)
                    )
                told.append(
                    {
                        "id": row.id if moves else None,
                        "rep_id": row.rep_id,
                        "day": row.day.isoformat(),
                        "what": row.what,
                        "start": row.start,
                    }
                )
        return told

    def give(self, told: Sequence[dict[str, Any]], account_id: int, from_account_id: int) -> None:
        """Give an account back what `move` took; what was decided anew since then stays where it is."""
        for one in told:
            if one["id"] is None:
                row = {name: one[name] for name in ("rep_id", "what", "start")}
                there = select(rep.c.id).where(rep.c.id == one["rep_id"])
                if self._connection.execute(there).first():
                    row |= {"day": date.fromisoformat(one["day"]), "account_id": account_id}
                    self._connection.execute(insert(override).values(row))
            else:
                mine = override.c.id == one["id"], override.c.account_id == from_account_id
                self._connection.execute(update(override).where(*mine).values(account_id=account_id))


def _override_of(row: Any) -> Override:
    return Override(row.account_id, Wish(row.what), time.fromisoformat(row.start) if row.start else None)
