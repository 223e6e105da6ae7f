"""Changes of planned days that were shown and wait to be chosen, and those that were kept and can be taken back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from gcrm.planning.proposal import KeptChange, Proposal
from gcrm.planning.proposal_json import read_kept_change, read_proposal, write_kept_change, write_proposal
from gcrm.platform.database.repository import Repository, not_found
from gcrm.platform.database.schema import kept_change, proposal

WAITS = timedelta(days=7)
"""So long a proposal waits to be chosen."""


class Proposals(Repository):
    """Each tab of each person has its own: a newer one never takes the place of another."""

    def add(self, rep_id: int, new: Proposal) -> Proposal:
        """Keep one until somebody chooses; returned with its id. Those that waited too long go."""
        self._connection.execute(delete(proposal).where(proposal.c.made_at < new.made_at - WAITS))
        row = {"rep_id": rep_id, "user_id": new.user_id, "made_at": new.made_at, "document": write_proposal(new)}
        return replace(new, id=self._insert(proposal, row))

    def get(self, proposal_id: int) -> Proposal:
        """One that waits. Raises NotFound for one that does not, or no longer."""
        row = self._connection.execute(select(proposal).where(proposal.c.id == proposal_id)).first()
        if row is None:
            raise not_found("proposal", proposal_id)
        return replace(read_proposal(row.document), id=row.id, user_id=row.user_id, made_at=row.made_at)

    def drop(self, proposal_id: int) -> None:
        """Forget one, if it is there."""
        self._connection.execute(delete(proposal).where(proposal.c.id == proposal_id))


class KeptChanges(Repository):
    """For each person the change that was kept last, with what it takes to undo it."""

    def last_of(self, user_id: int) -> KeptChange | None:
        """The change that a person kept last, None where there is none."""
        row = self._connection.execute(select(kept_change.c.document).where(kept_change.c.user_id == user_id)).first()
        return read_kept_change(row.document) if row else None

    def set_last(self, user_id: int, change: KeptChange | None, at: datetime) -> None:
        """Note what a person kept last; None where nothing can be taken back."""
        self._connection.execute(delete(kept_change).where(kept_change.c.user_id == user_id))
        if change is not None:
            row: dict[str, Any] = {"user_id": user_id, "kept_at": at, "document": write_kept_change(change)}
            self._connection.execute(insert(kept_change).values(row))
