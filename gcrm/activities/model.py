"""What happened with an account: visits, calls, notes; a visit may begin with a check-in at the door."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gcrm.common.language import to_say
from routing.points import LonLat

OF_IMPORT = "import-"
"""What the client_id of an entry begins with that an import made; undoing the import takes it out again."""


class ActivityKind(StrEnum):
    """What was done."""

    VISIT = to_say("visit")
    CALL = to_say("call")
    NOTE = to_say("note")


class Outcome(StrEnum):
    """How a visit went, in one word."""

    NONE = ""
    ORDER = to_say("order")
    INTERESTED = to_say("interested")
    FOLLOW_UP = to_say("follow-up")
    NOBODY_THERE = to_say("nobody there")
    NOT_INTERESTED = to_say("not interested")
    CLOSED_DOWN = to_say("closed down")


class Verdict(StrEnum):
    """Whether a check-in was made where the account is, given how exactly both are known.

    Only OUTSIDE says that it was not. Unclear, refused and no position are never held against anybody, in any figure.
    """

    INSIDE = to_say("inside")
    UNCLEAR = to_say("unclear")
    OUTSIDE = to_say("outside")
    REFUSED = to_say("refused")
    NO_POSITION = to_say("no position")


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The position a phone gave when the rep arrived, or left. accuracy_m is the 95 % radius that the device claims.

    distance_m is to the account, on the ellipsoid; None without a position or an account that is not placed. age_s: of
    the fix, negative where it came after. placed_m: how far the account's own place may have been off. The place goes
    after a while, the verdict stays.
    """

    at: datetime
    place: LonLat | None
    accuracy_m: float | None
    distance_m: float | None
    verdict: Verdict
    age_s: float = 0.0
    placed_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry in an account's history. client_id is the phone's own number for it, so sending twice adds once.

    at is when it happened, set right; said_at what the phone's clock said, as it said it, with clock_error_s, the
    seconds that the clock was behind (None where that is not known); received_at is the server's time of receipt.
    withdrawn_at: since when it counts no more. check_out: when and where the rep left.
    """

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
    said_at: str = ""
    received_at: datetime | None = None
    clock_error_s: float | None = None
    withdrawn_at: datetime | None = None
    check_out: CheckIn | None = None
    id: int = 0

    @property
    def lasted_s(self) -> float | None:
        """How long the visit took, in seconds, where the rep has checked out."""
        return None if self.check_out is None else (self.check_out.at - self.at).total_seconds()

    @property
    def is_visit(self) -> bool:
        """Whether somebody was met: what was withdrawn, and a door that nobody opened, begin no new call cycle."""
        return (
            self.kind is ActivityKind.VISIT and self.withdrawn_at is None and self.outcome is not Outcome.NOBODY_THERE
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """One correction of an activity: who, when, and the fields that differ, before and after, as JSON holds them.

    A field `withdrawn` says that it was withdrawn, or holds again.
    """

    activity_id: int
    at: datetime
    user_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    id: int = 0


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a phone could not file by itself and a rep handed to the planners, as the phone held it.

    document: what (visit, note, call), account (its number), name, body, why. settled_at: when a planner was done with
    it; activity_id: what became of it, None where it was set aside.
    """

    client_id: str
    user_id: int | None
    at: datetime
    document: dict[str, Any] = field(default_factory=dict)
    settled_at: datetime | None = None
    settled_by: int | None = None
    activity_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo without its bytes. about: the client_id of the activity that it belongs to, filed by then or not."""

    client_id: str
    about: str
    user_id: int | None
    taken_at: datetime
    received_at: datetime
    media_type: str
    size: int
    id: int = 0


class Channel(StrEnum):
    """How something was said, or that it is still to be done."""

    CALL = to_say("call")
    MAIL = "mail"
    MEETING = "meeting"
    NOTE = to_say("note")
    TASK = "task"


@dataclass(slots=True)
class Interaction:
    """One entry of the timeline that another program has told: a call, mail, meeting or note, or a task.

    day: when it was, where it happened; of a task when it is due. at: the instant, where that is known. done: False for
    what is still to come. direction: "in", "out" or "". people: ids of persons; account_id: None for a private person.
    """

    kind: Channel
    day: date | None = None
    at: datetime | None = None
    done: bool = True
    direction: str = ""
    subject: str = ""
    text: str = ""
    minutes: int | None = None
    account_id: int | None = None
    deal_id: int | None = None
    people: tuple[int, ...] = ()
    owner: str = ""
    owner_id: int | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    import_id: int | None = None
    revised: int = 0
    updated_at: datetime | None = None
    id: int = 0
