"""How an account stands, in words for a list or a page."""

from dataclasses import dataclass
from datetime import date

from gcrm.accounts.model import Account
from gcrm.common.language import say, to_say
from gcrm.common.wording import due_in_words
from gcrm.planning.due import cycle_days, days_to_due

CLOSED_DOWN = to_say("closed down")


@dataclass(frozen=True, slots=True)
class Standing:
    """When the next visit is due. days is negative where it is overdue; words: "due in 5 days", "3 weeks overdue".

    closed_down: nobody is visited there any more; then nothing is due.
    """

    days: int
    words: str
    cycle_days: int
    closed_down: bool = False

    @property
    def overdue(self) -> bool:
        """Whether the visit should have been made already."""
        return self.days < 0 and not self.closed_down


def standing(account: Account, today: date, *, closed_down: bool = False) -> Standing:
    """How the account stands on a day of the reader's own zone. closed_down: so says its last visit."""
    days = days_to_due(account, today)
    words = say(CLOSED_DOWN) if closed_down else due_words(account, today)
    return Standing(days, words, cycle_days(account), closed_down)


def due_words(account: Account, today: date) -> str:
    """When it is due: "never visited", "due today", "due tomorrow", "due in 5 days", "3 weeks overdue"."""
    if account.last_visit is None:
        return say("never visited")
    return due_in_words(days_to_due(account, today))
