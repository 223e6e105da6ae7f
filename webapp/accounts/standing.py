"""How an account stands, for a row of a list or its page: when its next visit is due, whether it is open now."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from gcrm.accounts.model import Account
from gcrm.common.opening_hours.windows import opening_words
from gcrm.common.zones import country_of_zone, where_of
from gcrm.planning.due_status import standing


@dataclass(frozen=True, slots=True)
class Row:
    """An account and how it stands on a day."""

    account: Account
    due_words: str
    overdue: bool


def standing_of(account: Account, day: date, gone: AbstractSet[int] = frozenset()) -> Row:
    """The account with the words for its next visit. gone: the accounts that are closed down."""
    stands = standing(account, day, closed_down=account.id in gone)
    return Row(account, stands.words, stands.overdue)


def opening_of(account: Account, at: datetime, zone: str) -> str:
    """Whether somebody is there at an instant: "open until 12:00", "opens Mon 09:00"; "" where no hours are known.

    zone: of the reader, for an account that has no place.
    """
    return opening_words(account.opening_hours, at, where_of(account, zone, country_of_zone(zone)))
