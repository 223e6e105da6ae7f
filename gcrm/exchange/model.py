"""What other programs are told of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class FedKind(StrEnum):
    """What a change is of."""

    ACCOUNT = "account"
    ACTIVITY = "activity"
    APPOINTMENT = "appointment"
    PLAN = "plan"
    REP = "rep"
    TERRITORY = "territory"


class FedAction(StrEnum):
    """What became of it, as whoever asks sees it: what moves into sight is created, what moves out of it removed."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FedChange:
    """One change. number: ascending, in the order in which changes were made; gaps mean nothing.

    object_id: of what was changed; account_id: the account that it is about, None where it is about none.
    """

    number: int
    at: datetime
    kind: FedKind
    object_id: int
    action: FedAction
    account_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The change as other programs are told of it: by the API and by webhooks alike."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "kind": self.kind.value,
            "id": self.object_id,
            "action": self.action.value,
            "account_id": self.account_id,
        }
