"""What happened with an account: visits, calls, notes; a visit may begin with a check-in at the door."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from routing.points import LonLat

OF_IMPORT = "import-"
"""What the client_id of an entry begins with that an import made; undoing the import takes it out again."""


class ActivityKind(StrEnum):
    """What was done."""

    VISIT = "visit"
    CALL = "call"
    NOTE = "note"


class Outcome(StrEnum):
    """How a visit went, in one word."""

    NONE = ""
    ORDER = "order"
    INTERESTED = "interested"
    FOLLOW_UP = "follow-up"
    NOBODY_THERE = "nobody there"
    NOT_INTERESTED = "not interested"
    CLOSED_DOWN = "closed down"


class Verdict(StrEnum):
    """Whether a check-in was made where the account is, given how exact the position was."""

    AT_THE_DOOR = "at the door"
    NEARBY = "nearby"
    FAR = "far"
    NO_POSITION = "no position"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The position a phone gave when the rep arrived. accuracy_m is the 95 % radius that the device claims.

    distance_m is to the account, on the ellipsoid; None without a position or an account that is not placed.
    """

    at: datetime
    place: LonLat | None
    accuracy_m: float | None
    distance_m: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry in an account's history. client_id is the phone's own number for it, so sending twice adds once."""

    account_id: int
    kind: ActivityKind
    at: datetime
    rep_id: int | None = None
    user_id: int | None = None
    outcome: Outcome = Outcome.NONE
    note: str = ""
    next_step: str = ""
    next_date: date | None = None
    check_in: CheckIn | None = None
    client_id: str = ""
    id: int = 0

    @property
    def is_visit(self) -> bool:
        """Whether it is a visit that was made: who met nobody has not visited."""
        return self.kind is ActivityKind.VISIT and self.outcome is not Outcome.NOBODY_THERE
