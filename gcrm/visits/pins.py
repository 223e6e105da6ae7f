"""What a person has decided before the planner does: appointments, visits that must be on a day, visits that must not.

A pin file is JSON:

    {"pin": [{"account": 12, "date": "2026-11-24", "start": "10:30", "minutes": 45, "rep": "north"},
             {"account": "C-1001"}],
     "forbid": [{"account": 31}, {"account": 32, "date": "2026-11-24"}],
     "days_off": ["2026-12-24"]}

`account` is the number, the external id or the name. All else may be left out: a pin without a start holds for the day,
one without a date for whichever day is planned, one without a rep for every rep.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from gcrm.domain.account import Account
from gcrm.errors import InputRejected

REMEDY = (
    'Write it as {"pin": [{"account": 12, "date": "2026-11-24", "start": "10:30"}], "forbid": [{"account": 31}], '
    '"days_off": ["2026-12-24"]}.'
)

SOON = timedelta(days=14)
"""Who is promised a visit within this time is not visited before it."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit that somebody wants: on `day` at `start`, wall-clock time of the rep; None leaves it to the planner."""

    account_id: int
    day: date | None = None
    start: time | None = None
    minutes: int | None = None
    said: str = "pinned"


@dataclass(frozen=True, slots=True)
class Ban:
    """A visit that somebody does not want, on `day` or at all."""

    account_id: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Pins:
    """All that was decided beforehand."""

    pins: tuple[Pin, ...] = ()
    bans: tuple[Ban, ...] = ()
    days_off: frozenset[date] = field(default_factory=frozenset)

    def __or__(self, other: "Pins") -> "Pins":
        """Both; where the two pin an account to the same day, the first of them counts."""
        return Pins(self.pins + other.pins, self.bans + other.bans, self.days_off | other.days_off)

    def on(self, account_id: int, day: date) -> Pin | None:
        """The pin that holds for an account on a day: one for the very day before one for any."""
        own = [pin for pin in self.pins if pin.account_id == account_id and pin.day in {day, None}]
        return min(own, key=lambda pin: pin.day is None, default=None)

    def elsewhere(self, account_id: int, day: date) -> date | None:
        """The later day, soon enough to wait for, that an account is pinned to; None where there is none."""
        days = [pin.day for pin in self.pins if pin.account_id == account_id]
        if None in days or day in days:
            return None
        return min((one for one in days if one and day < one <= day + SOON), default=None)

    def forbids(self, account_id: int, day: date) -> bool:
        """Whether an account must not be visited on a day."""
        return any(ban.account_id == account_id and ban.day in {day, None} for ban in self.bans)


NO_PINS = Pins()


def read_pins(file: Path, accounts: Iterable[Account], rep_key: str) -> Pins:
    """The pins of a file that hold for a rep.

    accounts: those that may be named. Raises InputRejected with all that is wrong, not only the first.
    """
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except OSError as missing:
        raise InputRejected(
            f"The pin file {file} cannot be read: {missing.strerror}.", "Give an existing file."
        ) from missing
    except ValueError as broken:
        raise InputRejected(f"The pin file {file} is not JSON: {broken}.", REMEDY) from broken
    return pins_of(given, accounts, rep_key)


def pins_of(given: Any, accounts: Iterable[Account], rep_key: str) -> Pins:
    """As `read_pins`, from what the file holds."""
    if not isinstance(given, dict) or not set(given) <= {"pin", "forbid", "days_off"}:
        raise InputRejected("The pins are not what they should be.", REMEDY)
    names = _names(accounts)
    faults: list[str] = []
    pins = [pin for one in _list(given, "pin", faults) if (pin := _pin(one, names, rep_key, faults))]
    bans = [ban for one in _list(given, "forbid", faults) if (ban := _ban(one, names, rep_key, faults))]
    days_off = [day for one in _list(given, "days_off", faults) if (day := _day(one, faults))]
    if faults:
        raise InputRejected("The pins have faults: " + "; ".join(faults) + ".", REMEDY)
    return Pins(tuple(pins), tuple(bans), frozenset(days_off))


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
    faults.append(f"{key} is not a list")
    return []


def _pin(one: Any, names: Mapping[str, int | None], rep_key: str, faults: list[str]) -> Pin | None:
    account = _account(one, names, {"account", "date", "start", "minutes", "rep", "said"}, faults)
    if account is None or one.get("rep", rep_key) != rep_key:
        return None
    minutes = one.get("minutes")
    if minutes is not None and (not isinstance(minutes, int) or not 0 < minutes <= 24 * 60):
        faults.append(f"{minutes!r} minutes cannot be")
    start = _time(one["start"], faults) if one.get("start") is not None else None
    day = _day(one["date"], faults) if one.get("date") is not None else None
    said = str(one.get("said") or (f"appointment at {start:%H:%M}" if start else "pinned"))
    return Pin(account, day, start, minutes, said[:120])


def _ban(one: Any, names: Mapping[str, int | None], rep_key: str, faults: list[str]) -> Ban | None:
    account = _account(one, names, {"account", "date", "rep"}, faults)
    if account is None or one.get("rep", rep_key) != rep_key:
        return None
    return Ban(account, _day(one["date"], faults) if one.get("date") is not None else None)


def _account(one: Any, names: Mapping[str, int | None], known: set[str], faults: list[str]) -> int | None:
    if not isinstance(one, dict) or "account" not in one:
        faults.append(f"{str(one)[:60]} names no account")
        return None
    unknown = sorted(set(one) - known)
    if unknown:
        faults.append(f"{', '.join(unknown)} means nothing here")
    name = str(one["account"]).strip().casefold()
    if name not in names:
        faults.append(f"there is no account {one['account']!r} in the rep's territories")
        return None
    if names[name] is None:
        faults.append(f"several accounts are called {one['account']!r}: give the number")
    return names[name]


def _day(text: Any, faults: list[str]) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        faults.append(f"{text!r} is not a day")
        return None


def _time(text: Any, faults: list[str]) -> time | None:
    try:
        return time.fromisoformat(str(text))
    except ValueError:
        faults.append(f"{text!r} is not a time of day")
        return None
