"""How an account stands, in words for a list or a page."""

from dataclasses import dataclass
from datetime import date

from gcrm.accounts.model import Account
from gcrm.common.wording import days_in_words
from gcrm.planning.due import cycle_days, days_to_due


@dataclass(frozen=True, slots=True)
class Standing:
    """When the next visit is due. days is negative where it is overdue; words: "due in 5 days", "3 weeks overdue"."""

    days: int
    words: str
    cycle_days: int

    @property
    def overdue(self) -> bool:
        """Whether the visit should have been made already."""
        return self.days < 0


def standing(account: Account, today: date) -> Standing:
    """How the account stands on a day of the reader's own zone."""
    days = days_to_due(account, today)
    return Standing(days, due_words(account, today), cycle_days(account))


def due_words(account: Account, today: date) -> str:
    """When it is due: "never visited", "due today", "due tomorrow", "due in 5 days", "3 weeks overdue"."""
    if account.last_visit is None:
        return "never visited"
    days = days_to_due(account, today)
    if days < 0:
        return f"{days_in_words(-days)} overdue"
    if days == 0:
        return "due today"
    return "due tomorrow" if days == 1 else f"due in {days_in_words(days)}"
