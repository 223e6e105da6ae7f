"""What a person has decided before the planner does: appointments, visits that must be on a day, visits that must not.

A pin file is JSON:

    {"pin": [{"account": 12, "date": "2026-11-24", "start": "10:30", "minutes": 45, "rep": "north"},
             {"account": "C-1001"}],
     "forbid": [{"account": 31}, {"account": 32, "date": "2026-11-24"}],
     "days_off": ["2026-12-24"]}

`account` is the number, the external id or the name. All else may be left out: a pin without a start holds for the day,
one without a date for whichever day is planned, one without a rep for every rep; "till" makes it any day from the date
to that one. What a line says that means nothing is passed over and told (`Pins.faults`); the rest holds.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from gcrm.accounts.model import Account
from gcrm.common.language import say, to_say
from gcrm.platform.errors import InputRejected

REMEDY = to_say(
    'Write it as {"pin": [{"account": 12, "date": "2026-11-24", "start": "10:30"}], "forbid": [{"account": 31}], '
    '"days_off": ["2026-12-24"]}.'
)

SOON = timedelta(days=14)
"""Who is promised a visit within this time is not visited before it."""

MOST_SPAN = timedelta(days=366)
"""From the first to the last day on which a visit is wanted."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit that somebody wants: on `day` at `start`, wall-clock time of the rep; None leaves it to the planner.

    till: the last of several days, any of which will do. possible: those of them on which it could be made, as far as
    is known beforehand.
    """

    account_id: int
    day: date | None = None
    start: time | None = None
    minutes: int | None = None
    said: str = "pinned"
    till: date | None = None
    possible: tuple[date, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether a visit on that day would be what is wanted."""
        return self.day is None or self.day <= day <= (self.till or self.day)


@dataclass(frozen=True, slots=True)
class Ban:
    """A visit that somebody does not want, on `day` or at all."""

    account_id: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Pins:
    """All that was decided beforehand. faults: what was written and is passed over, one sentence each."""

    pins: tuple[Pin, ...] = ()
    bans: tuple[Ban, ...] = ()
    days_off: frozenset[date] = field(default_factory=frozenset)
    faults: tuple[str, ...] = ()

    def __or__(self, other: "Pins") -> "Pins":
        """Both; where the two pin an account to the same day, the first of them counts."""
        return Pins(
            self.pins + other.pins, self.bans + other.bans, self.days_off | other.days_off, self.faults + other.faults
        )

    def on(self, account_id: int, day: date) -> Pin | None:
        """The pin that holds for an account on a day: one for the very day before one for several, then for any."""
        own = [pin for pin in self.pins if pin.account_id == account_id and pin.covers(day)]
        return min(own, key=lambda pin: (pin.day is None, pin.till is not None), default=None)

    def can_wait(self, pin: Pin, day: date) -> bool:
        """Whether a visit that is wanted on one of several days could still be made after this one."""
        return any(later > day and later not in self.days_off for later in pin.possible)

    def elsewhere(self, account_id: int, day: date) -> date | None:
        """The later day, soon enough to wait for, that an account is pinned to; None where there is none."""
        own = [pin for pin in self.pins if pin.account_id == account_id]
        if any(pin.covers(day) for pin in own):
            return None
        return min((pin.day for pin in own if pin.day and day < pin.day <= day + SOON), default=None)

    def forbids(self, account_id: int, day: date) -> bool:
        """Whether an account must not be visited on a day."""
        return any(ban.account_id == account_id and ban.day in {day, None} for ban in self.bans)


NO_PINS = Pins()


def read_pins(file: Path, accounts: Iterable[Account], rep_key: str) -> Pins:
    """The pins of a file that hold for a rep.

    accounts: those that may be named. Raises InputRejected for a file that cannot be read, or is no pin file.
    """
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except OSError as missing:
        raise InputRejected(
            say("The pin file {file} cannot be read: {why}.", file=file, why=missing.strerror),
            say("Give an existing file."),
        ) from missing
    except ValueError as broken:
        raise InputRejected(
            say("The pin file {file} is not JSON: {broken}.", file=file, broken=broken), say(REMEDY)
        ) from broken
    return pins_of(given, accounts, rep_key)


def pins_of(given: Any, accounts: Iterable[Account], rep_key: str) -> Pins:
    """As `read_pins`, from what the file holds."""
    if not isinstance(given, dict):
        raise InputRejected(say("The pins are not what they should be."), say(REMEDY))
    names = _names(accounts)
    faults = [
        say("{key!r} means nothing", key=key) for key in sorted(map(str, set(given) - {"pin", "forbid", "days_off"}))
    ]
    pins = [pin for one in _list(given, "pin", faults) if (pin := _pin(one, names, rep_key, faults))]
    bans = [ban for one in _list(given, "forbid", faults) if (ban := _ban(one, names, rep_key, faults))]
    days_off = [day for one in _list(given, "days_off", faults) if (day := _day(one, faults))]
    told = tuple(say("The pin file is followed as far as it can be: {fault}.", fault=fault) for fault in faults)
    return Pins(tuple(pins), tuple(bans), frozenset(days_off), told)


def _names(accounts: Iterable[Account]) -> dict[str, int | None]:
    """Number, external id and name to the account; None where two share it."""
    names: dict[str, int | None] = {}
    by_number: dict[str, int | None] = {}
    for account in accounts:
        by_number[str(account.id)] = account.id
        for name in {account.external_id.casefold(), account.name.casefold()} - {""}:
            names[name] = None if names.get(name, account.id) != account.id else account.id
    return names | by_number


def _list(given: dict[str, Any], key: str, faults: list[str]) -> list[Any]:
    found = given.get(key, [])
    if isinstance(found, list):
        return found
    faults.append(say("{key} is not a list", key=key))
    return []


def _pin(one: Any, names: Mapping[str, int | None], rep_key: str, faults: list[str]) -> Pin | None:
    known = {"account", "date", "till", "start", "minutes", "rep", "said"}
    account = _account(one, names, rep_key, known, faults)
    if account is None:
        return None
    minutes = one.get("minutes")
    if minutes is not None and (not isinstance(minutes, int) or not 0 < minutes <= 24 * 60):
        faults.append(
            say(
                "{minutes!r} minutes is not possible, so the visit to {account!r} has its usual length",
                minutes=minutes,
                account=one["account"],
            )
        )
        minutes = None
    start = _time(one["start"], faults) if one.get("start") is not None else None
    day = _day(one["date"], faults) if one.get("date") is not None else None
    till = _day(one["till"], faults) if one.get("till") is not None else None
    if day is None and one.get("date") is not None:
        # Without its day it would hold on days that nobody meant.
        return None
    if till and (day is None or start or not day < till <= day + MOST_SPAN):
        faults.append(
            say(
                "{till!r} is no later day for {account!r}, so it is passed over",
                till=one["till"],
                account=one["account"],
            )
        )
        till = None
    wanted = say("appointment at {time}", time=f"{start:%H:%M}") if start else say("pinned")
    said = str(one.get("said") or wanted)
    return Pin(account, day, start, minutes, said[:120], till)


def _ban(one: Any, names: Mapping[str, int | None], rep_key: str, faults: list[str]) -> Ban | None:
    account = _account(one, names, rep_key, {"account", "date", "rep"}, faults)
    if account is None:
        return None
    day = _day(one["date"], faults) if one.get("date") is not None else None
    return None if day is None and one.get("date") is not None else Ban(account, day)


def _account(one: Any, names: Mapping[str, int | None], rep_key: str, known: set[str], faults: list[str]) -> int | None:
    """The account that a line is about; None where it is another rep's line, or names none."""
    if not isinstance(one, dict) or "account" not in one:
        faults.append(say("{entry} names no account", entry=str(one)[:60]))
        return None
    if one.get("rep", rep_key) != rep_key:
        return None
    unknown = sorted(map(str, set(one) - known))
    if unknown:
        faults.append(say("{keys} means nothing about {account!r}", keys=", ".join(unknown), account=one["account"]))
    name = str(one["account"]).strip().casefold()
    if name not in names:
        faults.append(
            say("{rep_key} looks after no account {account!r}", rep_key=rep_key, account=str(one["account"])[:60])
        )
        return None
    if names[name] is None:
        faults.append(say("several accounts are called {account!r}, give the number", account=str(one["account"])[:60]))
    return names[name]


def _day(text: Any, faults: list[str]) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        faults.append(say("{value!r} is not a day", value=str(text)[:60]))
        return None


def _time(text: Any, faults: list[str]) -> time | None:
    try:
        return time.fromisoformat(str(text))
    except ValueError:
        faults.append(say("{value!r} is not a time of day", value=str(text)[:60]))
        return None
