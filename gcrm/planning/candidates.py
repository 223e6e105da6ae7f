"""Which accounts could be visited on one day, what each is worth, and why the others could not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.opening_hours.windows import DayHours, Window, bounds, day_hours
from gcrm.common.skills import lacks_words, make_able
from gcrm.common.wording import day_in_words, days_in_words, minutes_in_words
from gcrm.common.zones import holidays_at, where_of
from gcrm.people.model import Rep
from gcrm.people.working_week import WorkingDay
from gcrm.planning.coming_visits import Coming, too_near
from gcrm.planning.due import days_to_due, early_days, prize, visit_minutes
from gcrm.planning.pins import NO_PINS, Pin, Pins

PROMISED_WORTH = 100
"""What a visit is worth that is promised within some days, on each of them: as much as an A account that is due."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that could be visited on the day, as far as its calendar goes.

    windows: when it is open, seconds of the rep's working day; hours: how that is known. required: wanted by a person,
    whatever it is worth; fixed_start: an appointment, which holds whatever the hours say. said: why somebody wants it.
    """

    account: Account
    prize: int
    service_s: int
    windows: tuple[Window, ...]
    hours: DayHours
    required: bool = False
    fixed_start: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An account that is not in the plan: the reason, and the least change that would let it in, "" for none.

    lacking_s: seconds by which it is not in, where seconds tell. instead_of: accounts that would give way to it.
    as_candidate: the visit that does not fit, where a change of hours might let it in: that has to be tried.
    """

    account: Account
    reason: str
    remedy: str = ""
    code: str = ""
    lacking_s: int = 0
    instead_of: tuple[int, ...] = ()
    as_candidate: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of accounts beside themselves: who is closed down, and which visits are made on the day already.

    coming: the visits that are planned for other days, or by other reps. quiet: account to hours of the rep's day in
    which nobody is there, as doors that stayed shut have taught.
    """

    closed_down: frozenset[int] = frozenset()
    visited: Mapping[int, datetime] | None = None
    coming: Coming = field(default_factory=dict)
    quiet: Mapping[int, frozenset[int]] = field(default_factory=dict)


def choose(
    accounts: Iterable[Account],
    working: WorkingDay,
    seen: Seen = Seen(),
    pins: Pins = NO_PINS,
    *,
    worth: Callable[[Account, date], int] = prize,
) -> tuple[list[Candidate], list[LeftOut]]:
    """Split accounts into those that could be visited on the working day, and those left out with their reason.

    worth: what a visit is worth on a day, 0 for not at all. Both lists keep the order of `accounts`.
    """
    candidates: list[Candidate] = []
    left_out: list[LeftOut] = []
    for account in accounts:
        found = _look_at(account, working, seen, pins, worth)
        if isinstance(found, Candidate):
            candidates.append(found)
        else:
            left_out.append(found)
    return candidates, left_out


def hours_on(account: Account, day: date, rep: Rep) -> DayHours:
    """When an account is open on a day of the rep's zone, by the clock and the holidays of its own place."""
    where = where_of(account, rep.zone, holidays_at(rep))
    today = day_hours(account.opening_hours, day, where, rep.zone)
    shift = rep.week[day.weekday()] if len(rep.week) == 7 else None
    if shift is None or not shift.past_midnight:
        return today
    begins, ends = bounds(day, rep.zone)
    return today.and_then(
        day_hours(account.opening_hours, day + timedelta(1), where, rep.zone), int((ends - begins).total_seconds())
    )


def could_visit(account: Account, working: WorkingDay, minutes: int | None = None) -> bool:
    """Whether a visit fits between the account's hours and the rep's; minutes: its length, the usual one if None."""
    if working.off or account.place is None:
        return False
    hours = _around(hours_on(account, working.day, working.rep), working)
    return bool(hours.windows) and not _does_not_fit(hours, working, (minutes or visit_minutes(account)) * 60)[0]


def account_words(account: Account) -> str:
    """What an account is, in two words: "A account", "C prospect"."""
    if account.kind.value == "customer":
        return say("{priority} account", priority=account.priority.value)
    return say("{priority} prospect", priority=account.priority.value)


def _look_at(
    account: Account, working: WorkingDay, seen: Seen, pins: Pins, worth: Callable[[Account, date], int]
) -> Candidate | LeftOut:
    pin = pins.on(account.id, working.day)
    can_wait = pin is not None and pins.can_wait(pin, working.day)
    kept_out = _kept_out(account, working, seen, pins) if pin is None or can_wait else None
    if kept_out:
        return kept_out
    if account.place is None:
        reason = account.placement.reason.rstrip(".")
        said = say("not on the map: {reason}", reason=reason) if reason else say("not on the map")
        remedy = say("correct its address, or place it on the map: `gcrm accounts pin {id} LON,LAT`", id=account.id)
        return LeftOut(account, said, remedy, "not placed")
    missing = lacks_words(account, working.rep)
    if missing:
        reason = f"{working.rep.name} {missing}"
        said = say("{pin}, but {reason}", pin=pin.said, reason=reason) if pin else reason
        return LeftOut(account, said, make_able(account, working.rep), "not able")
    if working.off:
        reason = say("{pin}, but {reason}", pin=pin.said, reason=working.off) if pin else working.off
        return LeftOut(account, reason, say("choose a day on which the rep works"), "day off")
    hours = _around(hours_on(account, working.day, working.rep), working)
    value = worth(account, working.day)
    if pin:
        return _pinned(account, working, hours, value, pin, can_wait=can_wait)
    if value <= 0:
        return _too_soon(account, working.day)
    if hours.only_by_appointment:
        command = f"gcrm plan appointments add {account.id} --date {working.day} --at HH:MM"
        remedy = say("make one: `{command}`", command=command)
        return LeftOut(account, hours.closed, remedy, "by appointment")
    if not hours.windows:
        return LeftOut(account, _with_doubt(hours, hours.closed), code="closed")
    service_s = visit_minutes(account) * 60
    candidate = Candidate(account, value, service_s, hours.windows, hours)
    reason, lacking_s = _does_not_fit(hours, working, service_s)
    if reason:
        said = _with_doubt(hours, reason)
        return LeftOut(account, said, "", "outside hours", lacking_s, as_candidate=candidate)
    return _when_somebody_is_there(candidate, working, seen.quiet.get(account.id, frozenset()))


def _around(hours: DayHours, working: WorkingDay) -> DayHours:
    """The hours without the stretches that other calendars of the rep take."""
    windows = hours.windows
    for begins, ends in working.busy_s:
        windows = tuple(cut_out(windows, begins, ends))
    if windows == hours.windows:
        return hours
    busy = say("open only while the rep is busy by another calendar")
    return replace(hours, windows=windows, closed=hours.closed or busy)


def _when_somebody_is_there(candidate: Candidate, working: WorkingDay, quiet: frozenset[int]) -> Candidate:
    """The candidate without the hours in which nobody is there; as it is where no visit would fit any more."""
    if not quiet:
        return candidate
    windows = candidate.windows
    for hour in sorted(quiet):
        begins = working.wall(time(hour))
        ends = working.wall(time(hour + 1)) if hour < 23 else working.wall(time(23)) + 3600
        windows = tuple(cut_out(windows, begins, ends))
    fits = (
        bool(windows) and not _does_not_fit(replace(candidate.hours, windows=windows), working, candidate.service_s)[0]
    )
    return replace(candidate, windows=windows) if fits else candidate


def cut_out(windows: Iterable[Window], begins: int, ends: int) -> Iterator[Window]:
    """Windows without the visits that would begin in a stretch, or run into it."""
    for opens, closes in windows:
        yield from (
            (start, end) for start, end in ((opens, min(closes, begins)), (max(opens, ends), closes)) if start < end
        )


def _kept_out(account: Account, working: WorkingDay, seen: Seen, pins: Pins) -> LeftOut | None:
    """Why an account that nobody has pinned to the day is not even looked at, None if it is."""
    if account.id in seen.closed_down:
        return LeftOut(
            account, say("closed down, says the last visit"), say("change its outcome if it has opened again"), "gone"
        )
    if pins.forbids(account.id, working.day):
        return LeftOut(account, say("not to be visited, by the pins"), say("take it out of the pins"), "forbidden")
    other = pins.elsewhere(account.id, working.day)
    if other:
        return LeftOut(
            account,
            say("pinned to {day}", day=day_in_words(other)),
            say("move the pin to this day"),
            "pinned elsewhere",
        )
    visited = (seen.visited or {}).get(account.id)
    if visited is not None:
        return LeftOut(
            account,
            say("visited that day already, at {time}", time=f"{visited.astimezone(_zone(working)):%H:%M}"),
            "",
            "visited",
        )
    coming = too_near(account, working.day, seen.coming.get(account.id, ()))
    if coming is not None:
        return LeftOut(account, coming.said, "", "other day")
    return None


def _pinned(
    account: Account, working: WorkingDay, hours: DayHours, value: int, pin: Pin, *, can_wait: bool
) -> Candidate | LeftOut:
    """A visit that somebody wants on this day; an appointment holds whatever the opening hours say.

    can_wait: whether a later day will do as well.
    """
    service_s = (pin.minutes or visit_minutes(account)) * 60
    value = max(value, PROMISED_WORTH if pin.till else 1)
    fixed = working.in_shift(pin.start) if pin.start else None
    # Whoever is promised a visit has an appointment.
    windows = hours.windows or hours.by_appointment
    if fixed is None and not windows:
        return LeftOut(
            account,
            say("{pin}, but {reason}", pin=pin.said, reason=hours.closed),
            say("give the pin a start, or another day"),
            "closed",
        )
    if fixed is not None and not any(start <= fixed <= end - service_s for start, end in working.stretches):
        said = say("{pin}, but working hours are {hours}", pin=pin.said, hours=working.hours_words)
        return LeftOut(account, said, say("move the appointment"), "outside hours")
    return Candidate(account, value, service_s, windows, hours, not can_wait, fixed, pin.said)


def _too_soon(account: Account, day: date) -> LeftOut:
    days = days_to_due(account, day)
    earliest = day_in_words(day + timedelta(days=days - early_days(account)))
    said = say("not due for {days}", days=days_in_words(days))
    if account.last_visit:
        said = say("{due}, last visited {day}", due=said, day=day_in_words(account.last_visit))
    return LeftOut(account, said, say("may be visited from {day} on", day=earliest), "not due")


def _does_not_fit(hours: DayHours, working: WorkingDay, service_s: int) -> tuple[str, int]:
    """Why no visit of that length fits into opening and working hours, and the seconds lacking; ("", 0) if one does."""
    inside = [min(end, ends) - max(start, begins) for start, end in hours.windows for begins, ends in working.stretches]
    if max(inside) >= service_s:
        return "", 0
    longest = max(end - start for start, end in hours.windows)
    if longest < service_s:
        said = say(
            "open for {open} at a time, a visit takes {visit}",
            open=minutes_in_words(longest),
            visit=minutes_in_words(service_s),
        )
        return said, service_s - longest
    spans = ", ".join(f"{working.clock(start)}-{working.clock(end)}" for start, end in hours.windows)
    said = say("open {spans}, working hours are {hours}", spans=spans, hours=working.hours_words)
    return said, service_s - max(inside)


def _with_doubt(hours: DayHours, reason: str) -> str:
    """The reason with how the hours were read, where they were not plain."""
    return f"{reason} ({hours.said})" if hours.said else reason


def _zone(working: WorkingDay) -> ZoneInfo:
    return ZoneInfo(working.zone)
