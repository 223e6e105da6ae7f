"""What stands against a promise, said when it is made: the calendar, the account's hours, the rep, the road."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.skills import lacks_words
from gcrm.common.wording import day_in_words, minutes_in_words
from gcrm.people.model import Rep
from gcrm.people.working_week import WorkingDay, working_day
from gcrm.planning.appointment_rules import possible_days
from gcrm.planning.candidates import hours_on
from gcrm.planning.due import visit_minutes
from gcrm.planning.model import Appointment
from routing.points import as_points
from routing.travel_times.protocol import TravelTimes


@dataclass(frozen=True, slots=True)
class Beside:
    """Another visit that the same rep has promised for the same day, to the minute."""

    account: Account
    appointment: Appointment


def against(
    one: Appointment,
    account: Account,
    rep: Rep | None,
    today: date,
    beside: Sequence[Beside] = (),
    travel_times: TravelTimes | None = None,
) -> tuple[str, ...]:
    """What stands against a promise, one clause each, the gravest first; nothing where it can be kept.

    rep: who comes, None where nobody looks after the account. today: the rep's. beside: the other appointments of that
    rep on that day that have a time. travel_times: None where no roads are imported; then nobody asks about the way.
    """
    if one.last < today:
        return (say("{day} is past", day=day_in_words(one.last)),)
    if rep is None:
        return (say("no rep looks after this account: choose a rep"),)
    found = [say("{account} is not on the map", account=account.name)] if account.place is None else []
    if missing := lacks_words(account, rep):
        found.append(f"{rep.name} {missing}")
    if one.till is not None:
        if not possible_days(account, rep, max(one.day, today), one.till, one.minutes):
            never = say(
                "on none of these days does {rep} work while {account} is open", rep=rep.name, account=account.name
            )
            found.append(never)
        return tuple(found)
    working = working_day(rep, one.day)
    if working.off:
        return (*found, working.off)
    found += _hours(one, account, rep, working)
    if one.start is not None:
        found += _clashes(one, account, working, beside)
        if travel_times is not None and account.place is not None:
            found += _reach(one, account, working, beside, travel_times)
    return tuple(found)


def _hours(one: Appointment, account: Account, rep: Rep, working: WorkingDay) -> list[str]:
    """What the rep's and the account's hours say."""
    start, end = _span(one, account, working)
    hours = hours_on(account, one.day, rep)
    found = []
    windows = (*hours.windows, *hours.by_appointment)
    if one.start is None:
        length = end - start
        fits = any(
            min(closes, ends) - max(opens, begins) >= length
            for opens, closes in windows
            for begins, ends in working.stretches
        )
        if not windows:
            found.append(hours.closed)
        elif not fits:
            spans = _words(windows, working)
            found.append(
                say(
                    "{account} is open {spans} that day, {rep} works {hours}",
                    account=account.name,
                    spans=spans,
                    rep=rep.name,
                    hours=working.hours_words,
                )
            )
        return found
    if not any(begins <= start and end <= ends for begins, ends in working.stretches):
        found.append(say("outside the working hours of {rep} ({hours})", rep=rep.name, hours=working.hours_words))
    if not windows:
        found.append(say("{account} is {closed}", account=account.name, closed=hours.closed))
    elif hours.known and not any(opens <= start and end <= closes for opens, closes in windows):
        spans = _words(windows, working)
        found.append(say("{account} is open {spans} that day", account=account.name, spans=spans))
    return found


def _clashes(one: Appointment, account: Account, working: WorkingDay, beside: Sequence[Beside]) -> list[str]:
    start, end = _span(one, account, working)
    spans = [(other, *_span(other.appointment, other.account, working)) for other in beside]
    return [
        say("clashes with {account} at {time}", account=other.account.name, time=working.moment(begins))
        for other, begins, ends in spans
        if begins < end and start < ends
    ]


def _reach(
    one: Appointment, account: Account, working: WorkingDay, beside: Sequence[Beside], travel_times: TravelTimes
) -> list[str]:
    """Whether the rep gets there from home or the appointment before, and away from it in time."""
    start, end = _span(one, account, working)
    spans = [(other.account, *_span(other.appointment, other.account, working)) for other in beside]
    before = max((other for other in spans if other[2] <= start and other[0].place), key=lambda it: it[2], default=None)
    after = min((other for other in spans if other[1] >= end and other[0].place), key=lambda it: it[1], default=None)
    origin = before[0].place if before else working.leaves_from
    target = after[0].place if after else working.returns_to
    found = []
    if origin is not None:
        left, name = (before[2], before[0].name) if before else (working.start_s, "")
        travel_s = _travel_s(travel_times, origin, account.place)
        if travel_s is None:
            found.append(say("no road leads there from {place}", place=name or say("home")))
        elif left + travel_s > start:
            found.append(
                say(
                    "{minutes} from {place}, so not there before {time}",
                    minutes=minutes_in_words(travel_s),
                    place=name or say("home"),
                    time=working.moment(left + travel_s),
                )
            )
    if target is not None:
        due, name = (after[1], after[0].name) if after else (working.end_s, "")
        travel_s = _travel_s(travel_times, account.place, target)
        if travel_s is not None and end + travel_s > due:
            told = {
                "minutes": minutes_in_words(travel_s),
                "time": working.moment(end + travel_s),
                "due": working.moment(due),
            }
            found.append(
                say("{minutes} on, so at {account} {time}, after {due}", account=name, **told)
                if after
                else say("{minutes} on, so home {time}, after {due}", **told)
            )
    return found


def _travel_s(travel_times: TravelTimes, origin: object, target: object) -> int | None:
    """Seconds on the road, None where there is none."""
    matrix = travel_times.matrix(as_points([origin, target]))  # type: ignore[list-item]
    return int(matrix.seconds[0, 1]) if matrix.reachable[0, 1] else None


def _span(one: Appointment, account: Account, working: WorkingDay) -> tuple[int, int]:
    """From and to when it lasts, in seconds of the working day."""
    start = working.in_shift(one.start) if one.start else working.start_s
    return start, start + int(timedelta(minutes=one.minutes or visit_minutes(account)).total_seconds())


def _words(windows: Sequence[tuple[int, int]], working: WorkingDay) -> str:
    return ", ".join(f"{working.clock(opens)}-{working.clock(closes)}" for opens, closes in windows)
