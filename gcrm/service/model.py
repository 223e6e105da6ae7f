"""Cases: what a customer has reported, by when it is to be answered and solved, and all that was done about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gcrm.common.language import to_say


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"


class CasePriority(StrEnum):
    """How much it hurts, from the least."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class CaseChannel(StrEnum):
    """How it was reported."""

    PAGE = "page"
    PHONE = "phone"
    VISIT = "visit"
    MAIL = "mail"
    API = "api"


STATE_WORDS = {
    CaseState.OPEN: to_say("Still open"),
    CaseState.WAITING: to_say("Waiting for the customer"),
    CaseState.SOLVED: to_say("Solved"),
    CaseState.CLOSED: to_say("Closed"),
}
PRIORITY_WORDS = {
    CasePriority.LOW: to_say("Low"),
    CasePriority.NORMAL: to_say("Normal"),
    CasePriority.HIGH: to_say("High"),
    CasePriority.URGENT: to_say("Urgent"),
}
CHANNEL_WORDS = {
    CaseChannel.PAGE: to_say("This page"),
    CaseChannel.PHONE: to_say("Phone"),
    CaseChannel.VISIT: to_say("Visit"),
    CaseChannel.MAIL: to_say("E-mail"),
    CaseChannel.API: to_say("Another program"),
}
"""What people call them; said where they are shown."""


class EntryKind(StrEnum):
    """What was done about a case."""

    OPENED = "opened"
    NOTE = "note"
    ANSWER = "answer"
    STATE = "state"
    OWNER = "owner"
    PRIORITY = "priority"
    CATEGORY = "category"
    TITLE = "title"
    MERGED = "merged"
    PARTED = "parted"
    VISIT = "visit"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Case:
    """One case; its number is its id. owner_id: the user who looks after it, None for nobody yet.

    answer_due, solve_due: by when it is to be answered first and solved, in UTC. waiting_since, waited_s: since when it
    waits for the customer, and the working seconds that it waited before: they do not count against us. merged_into:
    the case that it became part of. appointment_id: the visit that was promised for it.
    survey_*: the hash of the secret in the link, until when it may be answered, what was answered and when.
    """

    title: str
    account_id: int
    opened_at: datetime
    answer_due: datetime
    solve_due: datetime
    text: str = ""
    person_id: int | None = None
    order_number: str = ""
    category: str = ""
    priority: CasePriority = CasePriority.NORMAL
    channel: CaseChannel = CaseChannel.PAGE
    owner_id: int | None = None
    state: CaseState = CaseState.OPEN
    opened_by: int | None = None
    answered_at: datetime | None = None
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    waiting_since: datetime | None = None
    waited_s: int = 0
    merged_into: int | None = None
    appointment_id: int | None = None
    survey_key: str = ""
    survey_expires_at: datetime | None = None
    survey_score: int | None = None
    survey_remark: str = ""
    survey_at: datetime | None = None
    id: int = 0

    @property
    def number(self) -> str:
        """How people call it: "C-1042"."""
        return number_of(self.id)

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything about it any more."""
        return self.state in {CaseState.SOLVED, CaseState.CLOSED}

    def answer_overdue(self, now: datetime) -> bool:
        """Whether the first answer is late: still owed, or given after it was due."""
        if self.answered_at is not None:
            return self.answered_at > self.answer_due
        return not self.is_over and now > self.answer_due

    def solve_overdue(self, now: datetime) -> bool:
        """Whether the solution is late: still owed by us, or found after it was due."""
        if self.solved_at is not None:
            return self.solved_at > self.solve_due
        return self.state is CaseState.OPEN and now > self.solve_due

    def is_overdue(self, now: datetime) -> bool:
        """Whether somebody has to do something about it now."""
        owed = not self.is_over and self.answered_at is None and now > self.answer_due
        return owed or (self.state is CaseState.OPEN and now > self.solve_due)


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One line of a case's history, which is only ever added to. before, after: of what was changed, as text."""

    case_id: int
    at: datetime
    user_id: int | None
    kind: EntryKind
    text: str = ""
    before: str = ""
    after: str = ""
    id: int = 0


def number_of(case_id: int) -> str:
    """How people call the case of an id."""
    return f"C-{case_id}"
