"""What check-outs and doors that nobody opened teach: how long visits take, and the hours when nobody is there.

A length is learned for an account from `LEAST_OF_ACCOUNT` of its own visits, else for its segment from
`LEAST_OF_SEGMENT`; it is their median. What a person has entered for an account always comes first. An hour is avoided
once so many doors stayed shut in it that, with 90 % confidence, more often than not nobody is there. A position, or
what is said of it, teaches nothing here.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gcrm.accounts.model import Account
from gcrm.common.language import say, say_n
from gcrm.platform.errors import NotFound
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

SINCE = timedelta(days=540)
"""What is older teaches nothing any more: people and shops change."""

LEAST_OF_ACCOUNT = 5
LEAST_OF_SEGMENT = 12
LEAST_DOORS = 3
"""So many doors in an hour at the least, before it is avoided."""

SHORTEST_S = 120.0
"""A shorter visit is a slip of the finger."""

CONFIDENCE_Z = 1.2816
"""One-sided 90 %. Source: Wilson (1927), score interval."""

KEY = "learning"


@dataclass(frozen=True, slots=True)
class Length:
    """How long visits take: the median in minutes, and of how many; of_segment: not of the account's own visits."""

    minutes: int
    visits: int
    of_segment: bool = False


@dataclass(frozen=True, slots=True)
class Hour:
    """How often somebody came in an hour of the day, and how often nobody was there. avoided: the planner heeds it."""

    hour: int
    visits: int
    nobody: int

    @property
    def avoided(self) -> bool:
        """Whether more often than not nobody is there, for all that is known."""
        return self.visits >= LEAST_DOORS and wilson_least(self.nobody, self.visits) > 0.5

    @property
    def words(self) -> str:
        """The hour with its counts: "09:00-10:00: nobody there 3 of 4 times"."""
        return say_n(
            "{hours}: nobody there {nobody} of {n} time",
            "{hours}: nobody there {nobody} of {n} times",
            self.visits,
            hours=f"{self.hour:02}:00-{self.hour + 1:02}:00",
            nobody=self.nobody,
        )


@dataclass(frozen=True, slots=True)
class Learned:
    """All that was learned: lengths by account and by segment (folded), hours by account, oldest visit first.

    off: accounts that are not to be learned from; is_on: whether the company wants any of it.
    """

    accounts: Mapping[int, Length] = field(default_factory=dict)
    segments: Mapping[str, Length] = field(default_factory=dict)
    hours: Mapping[int, tuple[Hour, ...]] = field(default_factory=dict)
    counts: Mapping[int, int] = field(default_factory=dict)
    off: frozenset[int] = frozenset()
    is_on: bool = True

    def length_of(self, account: Account) -> Length | None:
        """What the planner takes for an account; None where it keeps to what is entered, or usual."""
        if not self.is_on or account.id in self.off or account.visit_minutes is not None:
            return None
        return self.accounts.get(account.id) or self.segments.get(_folded(account.segment))

    def apply(self, account: Account) -> Account:
        """The account with the length that was learned."""
        length = self.length_of(account)
        return account if length is None else replace(account, visit_minutes=length.minutes)

    @property
    def quiet(self) -> dict[int, frozenset[int]]:
        """Account id to the hours of its rep's day in which nobody is there."""
        if not self.is_on:
            return {}
        avoided = {
            key: frozenset(one.hour for one in hours if one.avoided)
            for key, hours in self.hours.items()
            if key not in self.off
        }
        return {key: hours for key, hours in avoided.items() if hours}


@dataclass(frozen=True, slots=True)
class AboutAccount:
    """What an account's page says: the length in use, how many check-outs, the hours, whether plans heed it."""

    length: Length | None
    check_outs: int
    hours: tuple[Hour, ...]
    is_on: bool
    company_on: bool


@dataclass(frozen=True, slots=True)
class AboutRep:
    """What a rep's page says: the median of the rep's own check-outs, and the hours of the doors."""

    length: Length | None
    hours: tuple[Hour, ...]


def learned(tx: "Transaction", now: datetime) -> Learned:
    """All of it, as of now."""
    since = now - SINCE
    lengths: dict[int, list[float]] = {}
    of_segment: dict[str, list[float]] = {}
    for account_id, segment, seconds in tx.activities.visit_lengths(since):
        if seconds >= SHORTEST_S:
            lengths.setdefault(account_id, []).append(seconds)
            if segment:
                of_segment.setdefault(_folded(segment), []).append(seconds)
    doors: dict[int, list[tuple[int, bool]]] = {}
    for account_id, at, zone, nobody in tx.activities.doors(since):
        doors.setdefault(account_id, []).append((at.astimezone(ZoneInfo(zone)).hour, nobody))
    return Learned(
        {key: _length(some) for key, some in lengths.items() if len(some) >= LEAST_OF_ACCOUNT},
        {
            key: replace(_length(some), of_segment=True)
            for key, some in of_segment.items()
            if len(some) >= LEAST_OF_SEGMENT
        },
        {key: _hours(some) for key, some in doors.items()},
        {key: len(some) for key, some in lengths.items()},
        frozenset(tx.activities.not_learned()),
        is_learning(tx),
    )


def about_account(tx: "Transaction", account: Account, now: datetime) -> AboutAccount:
    """What is known of one account's visits. account: as it is kept."""
    known = learned(tx, now)
    return AboutAccount(
        known.length_of(account),
        known.counts.get(account.id, 0),
        known.hours.get(account.id, ()),
        account.id not in known.off,
        known.is_on,
    )


def about_rep(tx: "Transaction", rep_id: int, now: datetime) -> AboutRep:
    """What is known of one rep's visits."""
    since = now - SINCE
    some = [seconds for _, _, seconds in tx.activities.visit_lengths(since, rep_id) if seconds >= SHORTEST_S]
    doors = [(at.astimezone(ZoneInfo(zone)).hour, nobody) for _, at, zone, nobody in tx.activities.doors(since, rep_id)]
    return AboutRep(_length(some) if some else None, _hours(doors))


def is_learning(tx: "Transaction") -> bool:
    """Whether the company wants plans to follow what was learned."""
    return bool(tx.settings.get(KEY, default=True))


def learn_for_company(workspace: Workspace, *, on: bool) -> None:
    """Let plans follow what was learned, or not."""
    with workspace.store.write() as tx:
        tx.settings.set(KEY, on)


def learn_for_account(workspace: Workspace, account_id: int, *, on: bool) -> None:
    """Let plans follow what was learned of one account, or not. Raises NotFound."""
    with workspace.store.write() as tx:
        if not tx.accounts.by_ids([account_id]):
            raise NotFound(
                say("There is no account {account}.", account=account_id), say("Find it in the list of accounts.")
            )
        tx.activities.learn(account_id, on=on)


def wilson_least(hits: int, of: int) -> float:
    """The least share that `hits` of `of` speak for, 0 to 1; 0 of none."""
    if not of:
        return 0.0
    z2 = CONFIDENCE_Z**2
    share = hits / of
    middle = share + z2 / (2 * of)
    spread = CONFIDENCE_Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return (middle - spread) / (1 + z2 / of)


def _length(seconds: list[float]) -> Length:
    return Length(max(1, round(median(seconds) / 60)), len(seconds))


def _hours(doors: Iterable[tuple[int, bool]]) -> tuple[Hour, ...]:
    counts: dict[int, list[int]] = {}
    for hour, nobody in doors:
        tally = counts.setdefault(hour, [0, 0])
        tally[0] += 1
        tally[1] += nobody
    return tuple(Hour(hour, *counts[hour]) for hour in sorted(counts))


def _folded(segment: str) -> str:
    return " ".join(segment.casefold().split())
