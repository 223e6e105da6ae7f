"""Appointments as the planner takes them: on which of its days each could be kept, and which were not."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.wording import day_in_words
from gcrm.people.model import Rep
from gcrm.people.working_week import working_day
from gcrm.planning.candidates import could_visit
from gcrm.planning.model import Appointment
from gcrm.planning.pins import Pin, Pins

REMEMBERED = timedelta(days=14)
"""So long after its last day a promise that was not kept is told of."""
NAMED = 5
"""So many of them by name."""


def pin_of(one: Appointment) -> Pin:
    """An appointment as a pin."""
    if one.start:
        said = say("appointment at {time}", time=f"{one.start:%H:%M}")
    elif one.till:
        said = say("promised by {day}", day=day_in_words(one.till))
    else:
        said = say("promised for this day")
    said = f"{said} ({one.note})" if one.note else said
    return Pin(one.account_id, one.day, one.start, one.minutes, said, one.till)


def is_kept(one: Appointment, account: Account) -> bool:
    """Whether the account was visited on one of its days, or after."""
    return account.last_visit is not None and account.last_visit >= one.day


def foreseen(pins: Pins, rep: Rep, accounts: Iterable[Account]) -> Pins:
    """The pins with the days, of those that hold for several, on which the rep works and the account is open."""
    by_id = {account.id: account for account in accounts}
    return replace(pins, pins=tuple(_foreseen(pin, pins, rep, by_id.get(pin.account_id)) for pin in pins.pins))


def possible_days(account: Account, rep: Rep, first: date, last: date, minutes: int | None = None) -> tuple[date, ...]:
    """The days from `first` to `last` on which the rep works and a visit fits into the account's hours."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if could_visit(account, working_day(rep, day), minutes))


def not_kept(promised: Iterable[Appointment], accounts: Mapping[int, Account], day: date) -> list[str]:
    """What a reader of a plan should know of promises whose last day has passed, one sentence each.

    day: the rep's today: a promise for a day to come is not broken, whichever day is planned.
    """
    broken = [
        one
        for one in promised
        if day - REMEMBERED <= one.last < day and one.account_id in accounts
        if not is_kept(one, accounts[one.account_id])
    ]
    said = [_broken(one, accounts[one.account_id]) for one in broken[:NAMED]]
    more = len(broken) - NAMED
    if more > 0:
        said.append(say("{more} more promises were not kept: see `gcrm plan appointments list`.", more=more))
    return said


def _broken(one: Appointment, account: Account) -> str:
    told = {
        "account": account.name,
        "number": account.id,
        "day": day_in_words(one.last),
        "command": f"gcrm plan appointments remove {one.id}",
    }
    if one.till:
        return say(
            "{account} ({number}) was promised a visit by {day} and has had none: promise another day, "
            "or take it back with `{command}`.",
            **told,
        )
    return say(
        "{account} ({number}) was promised a visit on {day} and has had none: promise another day, "
        "or take it back with `{command}`.",
        **told,
    )


def _foreseen(pin: Pin, pins: Pins, rep: Rep, account: Account | None) -> Pin:
    if pin.day is None or pin.till is None or account is None:
        return pin
    days = possible_days(account, rep, pin.day, pin.till, pin.minutes)
    return replace(pin, possible=tuple(day for day in days if not pins.forbids(account.id, day)))
