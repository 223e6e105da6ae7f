"""What-ifs: the same weeks planned as things are, and as they would be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from gcrm.accounts.model import Account, Priority
from gcrm.common.language import say
from gcrm.common.zones import same_clock, zone_at
from gcrm.people.model import Rep, Shift
from gcrm.planning.comparison import COMPARED, Comparison, Measures, mean, measured, noise
from gcrm.planning.due import cycle_days
from gcrm.planning.pins import Pins
from gcrm.planning.plan_horizon import Team, gathered, planned_span
from gcrm.planning.preselect import straight_m
from gcrm.planning.search import checked_seconds
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace
from routing.points import LonLat

REPEATS = 3
"""So often each side is planned, with another seed each time: enough to see how much is luck."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed to be different.

    longer_minutes: by which every shift ends later, less than 0 for earlier. without: keys of reps who are not there;
    their accounts go to the rep whose home is nearest. homes: key to another home. stretch: priority to the factor by
    which its call cycles are longer.
    """

    longer_minutes: int = 0
    without: tuple[str, ...] = ()
    homes: Mapping[str, LonLat] = field(default_factory=dict)
    stretch: Mapping[Priority, float] = field(default_factory=dict)


def what_if(
    workspace: Workspace,
    rep_keys: Sequence[str],
    first: date,
    supposed: Supposed,
    *,
    weeks: int = 4,
    seconds: float = 10.0,
    seed: int = 1,
    progress: Progress = quiet,
) -> Comparison:
    """Plan `weeks` as things are and as they would be, `seconds` each, and compare; nothing is kept.

    A search ends a little better or worse by its luck. So each side is planned `REPEATS` times, both with the same
    seeds, and what differs no more than that is told to be within the noise.
    Raises as `plan_horizon`, and InputRejected for a supposition that cannot be.
    """
    checked_seconds(seconds)
    progress(say("Reading the accounts"))
    team = gathered(workspace, rep_keys, first, weeks * 7)
    other = _suppose(team, supposed, first)
    seeds = [seed + number for number in range(REPEATS)]

    def planned(with_team: Team, name: str) -> list[Measures]:
        return [
            measured(
                planned_span(
                    workspace.travel_times,
                    with_team,
                    first,
                    weeks,
                    seconds=seconds / REPEATS,
                    seed=one,
                    progress=_Part(
                        progress, say("{name}, {number} of {total}", name=name, number=number, total=REPEATS)
                    ),
                )
            )
            for number, one in enumerate(seeds, 1)
        ]

    before, after = planned(team, say("As it is")), planned(other, say("As it would be"))
    was, would_be = mean(before), mean(after)
    return Comparison(
        reps=tuple(rep.key for rep in team.reps),
        first=first,
        weeks=weeks,
        seeds=tuple(seeds),
        supposed=tuple(in_words(supposed)),
        before=was,
        after=would_be,
        difference={name: round(getattr(would_be, name) - getattr(was, name), 4) for name in COMPARED},
        noise={name: noise(before, after, name) for name in COMPARED},
        notes=tuple(team.notes),
    )


def in_words(supposed: Supposed) -> list[str]:
    """What is supposed, one phrase each."""
    said = []
    if supposed.longer_minutes:
        minutes = abs(supposed.longer_minutes)
        longer = supposed.longer_minutes > 0
        said.append(
            say("{minutes} min more each day", minutes=minutes)
            if longer
            else say("{minutes} min less each day", minutes=minutes)
        )
    said += [say("without {rep_key}", rep_key=key) for key in supposed.without]
    said += [
        say("{rep_key} at home at {place}", rep_key=key, place=f"{place.lon:.5f},{place.lat:.5f}")
        for key, place in supposed.homes.items()
    ]
    said += [
        say("{factor:g} times as long between visits to {priority} accounts", factor=factor, priority=priority.value)
        for priority, factor in supposed.stretch.items()
    ]
    return said


def _suppose(team: Team, supposed: Supposed, first: date) -> Team:
    known = {rep.key for rep in team.reps}
    for key in {*supposed.without, *supposed.homes} - known:
        raise InputRejected(
            say("{key!r} is not among the reps that are planned.", key=key),
            say("They are {reps}.", reps=", ".join(sorted(known))),
        )
    for priority, factor in supposed.stretch.items():
        if not 0.1 <= factor <= 10:
            raise InputRejected(
                say(
                    "{factor:g} times as long between visits to {priority} accounts is not possible.",
                    factor=factor,
                    priority=priority.value,
                ),
                say("Enter 0.1 to 10."),
            )
    if not known - set(supposed.without):
        raise InputRejected(say("Nobody would be left."), say("Leave at least one rep."))
    reps = [_changed(rep, supposed, first) for rep in team.reps]
    accounts = [[_stretched(account, supposed) for account in own] for own in team.accounts]
    left = [number for number, rep in enumerate(reps) if rep.key not in supposed.without]
    for number, rep in enumerate(reps):
        if rep.key in supposed.without:
            for account in accounts[number]:
                accounts[_nearest(account, [(one, reps[one]) for one in left])].append(account)
    return replace(
        team,
        reps=tuple(reps[number] for number in left),
        accounts=tuple(tuple({one.id: one for one in accounts[number]}.values()) for number in left),
        guests=tuple(team.guests[number] for number in left),
        beds=tuple(team.beds[number] for number in left),
        pins={reps[number].key: _taken_over(team, reps[number].key, supposed.without) for number in left},
    )


def _taken_over(team: Team, key: str, without: Sequence[str]) -> Pins:
    """The pins of a rep, with what those who are not there have promised to accounts that are now the rep's."""
    gone = [team.pins[one] for one in without]
    promised = Pins(tuple(pin for one in gone for pin in one.pins), tuple(ban for one in gone for ban in one.bans))
    return team.pins[key] | promised


def _changed(rep: Rep, supposed: Supposed, first: date) -> Rep:
    week = tuple(_longer(shift, supposed.longer_minutes) if shift else None for shift in rep.week)
    home = supposed.homes.get(rep.key)
    if home is None:
        return replace(rep, week=week)
    if not same_clock(zone_at(home), rep.zone, first):
        raise InputRejected(
            say("The other home of {rep} is in another time zone.", rep=rep.name), say("Choose one in the same.")
        )
    return replace(rep, week=week, home=home)


def _longer(shift: Shift, minutes: int) -> Shift:
    ends = datetime.combine(date(2000, 1, 1), shift.ends) + timedelta(minutes=minutes)
    if ends.date() != date(2000, 1, 1) or (ends.time() <= shift.starts and not shift.past_midnight):
        raise InputRejected(
            say("A day that ends {minutes} min later is not possible.", minutes=minutes),
            say("Enter minutes within the same day."),
        )
    return replace(shift, ends=ends.time())


def _stretched(account: Account, supposed: Supposed) -> Account:
    factor = supposed.stretch.get(account.priority)
    return account if factor is None else replace(account, visit_every_days=max(1, round(cycle_days(account) * factor)))


def _nearest(account: Account, reps: Sequence[tuple[int, Rep]]) -> int:
    """Who would take an account over: the rep whose home is nearest to it."""
    place = account.place
    if place is None:
        return reps[0][0]
    return min(reps, key=lambda one: straight_m(one[1].home, place) if one[1].home else float("inf"))[0]


class _Part:
    """Progress of one of several plans."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress, self._name = progress, name

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:
        self._progress(f"{self._name}: {message}", done, total)
