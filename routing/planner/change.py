"""What would let one more visit into a day, the least change or a swap: tried, not guessed."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import combinations

from routing.planner.problem import Day
from routing.planner.timeline import Clock, Timeline

MOST_MIN = 12 * 60
"""A change of more minutes is none that anybody would make."""


class Change(StrEnum):
    """What could be different by some minutes; the first of equals is the one that is told."""

    DAY_LATER = "day ends later"
    DAY_EARLIER = "day begins earlier"
    MORE_DRIVING = "more driving"
    OPENS_EARLIER = "opens earlier"
    CLOSES_LATER = "closes later"
    SHORTER_VISIT = "shorter visit"
    STARTS_EARLIER = "appointment earlier"
    STARTS_LATER = "appointment later"


class Changes:
    """The changes to one day whose order of visits is known; every day that was once changed is kept."""

    def __init__(self, clock: Clock, line: Timeline) -> None:
        self._clock, self._line = clock, line
        self._days: dict[tuple[Change, int], tuple[Clock, Timeline]] = {}
        self._without: dict[tuple[int, ...], Timeline] = {}
        self._free: tuple[Clock, Timeline] | None = None

    def least(self, visit: int) -> tuple[Change, int] | None:
        """The change of the fewest minutes that lets the visit in somewhere, the others keeping their order.

        None where no change by itself would do.
        """
        found: tuple[Change, int] | None = None
        for change in Change:
            most = self._most(change, visit) if found is None else min(found[1] - 1, self._most(change, visit))
            minutes = self._fewest(change, visit, most)
            if minutes is not None:
                found = change, minutes
        return found

    def swap(self, visit: int) -> tuple[int, ...]:
        """The planned visits, one or two, in whose stead this one fits; those worth least, () where none would do.

        What is required, or has its time, is given up for nobody.
        """
        visits = self._clock.problem.visits
        return self._without_some([v for v in self._line.order if not visits[v].is_settled], visit)

    def in_the_way(self, visit: int) -> tuple[int, ...]:
        """The required visits and appointments, one or two, without which this one would fit; () for none."""
        visits = self._clock.problem.visits
        return self._without_some([v for v in self._line.order if visits[v].is_settled], visit)

    def fits_without_break(self, visit: int) -> bool:
        """Whether the visit would fit if no break were owed, and the day has the time for both."""
        clock, line = self._clock, self._line
        day = clock.problem.day
        if clock.lunch is None:
            return False
        detours = [clock.detour(line, place, visit) for place in range(len(line.order) + 1)]
        possible = [detour for detour in detours if detour is not None]
        if not possible:
            return False
        needs = min(possible) + clock.service[visit]
        busy = line.travel_s + sum(clock.service[v] for v in line.order) + clock.lunch.duration_s
        if day.end_s - day.start_s - busy < needs:
            return False
        if self._free is None:
            free = _on(clock, replace(day, lunch=None))
            free.lunch = None
            self._free = free, free.timeline(line.order)
        return _fits(*self._free, visit)

    def _without_some(self, choice: Sequence[int], visit: int) -> tuple[int, ...]:
        visits = self._clock.problem.visits
        for number in (1, 2):
            gone = sorted(combinations(choice, number), key=lambda some: sum(visits[v].prize for v in some))
            found = next((some for some in gone if self._fits_without(some, visit)), None)
            if found is not None:
                return found
        return ()

    def _fits_without(self, gone: tuple[int, ...], visit: int) -> bool:
        if gone not in self._without:
            self._without[gone] = self._clock.timeline([v for v in self._line.order if v not in gone])
        return _fits(self._clock, self._without[gone], visit)

    def _fewest(self, change: Change, visit: int, most: int) -> int | None:
        if most < 1 or not self._lets_in(change, visit, most):
            return None
        too_few, enough = 0, most
        while enough - too_few > 1:
            middle = (too_few + enough) // 2
            if self._lets_in(change, visit, middle):
                enough = middle
            else:
                too_few = middle
        return enough

    def _most(self, change: Change, visit: int) -> int:
        """The most minutes of a change that make sense for a visit, 0 for a change that it does not know."""
        one, day = self._clock.problem.visits[visit], self._clock.problem.day
        appointment = one.fixed_start is not None
        match change:
            case Change.MORE_DRIVING:
                return MOST_MIN if day.max_travel_s is not None else 0
            case Change.OPENS_EARLIER | Change.CLOSES_LATER:
                return MOST_MIN if one.windows and not appointment else 0
            case Change.SHORTER_VISIT:
                # Half a visit is still one.
                return one.service_s // 120 if appointment or one.windows else 0
            case Change.STARTS_EARLIER | Change.STARTS_LATER:
                return MOST_MIN if appointment else 0
        return MOST_MIN if appointment or one.windows else 0

    def _lets_in(self, change: Change, visit: int, minutes: int) -> bool:
        if change in {Change.DAY_LATER, Change.DAY_EARLIER, Change.MORE_DRIVING}:
            key = change, minutes
            if key not in self._days:
                clock = _on(self._clock, _changed_day(self._clock.problem.day, change, 60 * minutes))
                self._days[key] = clock, clock.timeline(self._line.order)
            clock, line = self._days[key]
        else:
            clock = _with_visit(self._clock, visit, change, 60 * minutes)
            line = self._line
        return _fits(clock, line, visit)


def _fits(clock: Clock, line: Timeline, visit: int) -> bool:
    return any(clock.fits(line, place, visit) for place in range(len(line.order) + 1))


def _changed_day(day: Day, change: Change, by_s: int) -> Day:
    match change:
        case Change.DAY_LATER:
            return replace(day, end_s=day.end_s + by_s)
        case Change.DAY_EARLIER:
            return replace(day, start_s=day.start_s - by_s)
        case _:
            return replace(day, max_travel_s=None if day.max_travel_s is None else day.max_travel_s + by_s)


def _on(clock: Clock, day: Day) -> Clock:
    """The same places and visits on another day."""
    other = copy.copy(clock)
    other.problem = replace(clock.problem, day=day)
    return other


def _with_visit(clock: Clock, visit: int, change: Change, by_s: int) -> Clock:
    """The same day with one visit changed."""
    one = clock.problem.visits[visit]
    match change:
        case Change.OPENS_EARLIER:
            one = replace(one, windows=tuple((opens - by_s, closes) for opens, closes in one.windows))
        case Change.CLOSES_LATER:
            one = replace(one, windows=tuple((opens, closes + by_s) for opens, closes in one.windows))
        case Change.SHORTER_VISIT:
            one = replace(one, service_s=one.service_s - by_s)
        case _:
            sign = 1 if change is Change.STARTS_LATER else -1
            one = replace(one, fixed_start=(one.fixed_start or 0) + sign * by_s)
    other = copy.copy(clock)
    other.windows, other.service = list(clock.windows), list(clock.service)
    other.windows[visit], other.service[visit] = one.start_windows, one.service_s
    return other
