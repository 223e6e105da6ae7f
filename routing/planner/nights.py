"""Nights away: a rep ends one shift where the next one starts, and drives home later.

A plan from home comes first. Then, week by week, the pairs of days whose far ends lie near one bed are tried: the
week's shifts are planned again with the night in between, and it is kept where it saves enough. So a plan with nights
is never worse than the one without.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.planner.check_nights import saved_by
from routing.planner.horizon import HorizonPlan, HorizonProblem
from routing.planner.one_week import OneWeek
from routing.stop_when import Budget

DEFAULT_S = 5.0
TRIED = 4
"""So many nights are tried for one rep's week before it is left as it is."""
BEDS_TRIED = 2
"""So many beds for one pair of days."""
REACH_S = 2_700
"""A client left out counts for a bed within this drive, as one who could be visited from there."""
LEAST_S, MOST_S = 0.15, 1.5
"""Seconds for one try."""


@dataclass(frozen=True, slots=True)
class NightRule:
    """What nights away one rep may have.

    home: row of the matrix; beds: rows where the rep could sleep. most: nights in a week; in_a_row: without a night at
    home between; saves_s: the driving that each must save.
    """

    home: int
    beds: tuple[int, ...]
    most: int
    in_a_row: int
    saves_s: int


@dataclass(frozen=True, slots=True)
class Night:
    """A night of a rep after a day, in a bed (row of the matrix).

    saved_s: how much more driving the same visits in the same order would take with that night spent at home.
    """

    rep: int
    day: int
    bed: int
    saved_s: int


@dataclass(frozen=True, slots=True)
class Away:
    """A horizon with nights: its shifts start and end where the rep sleeps."""

    problem: HorizonProblem
    plan: HorizonPlan
    nights: tuple[Night, ...] = ()


def sleep_away(
    problem: HorizonProblem,
    plan: HorizonPlan,
    rules: Mapping[int, NightRule],
    weeks: Sequence[int],
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    stop: Callable[[], bool] | None = None,
) -> Away:
    """The plan with nights away where they save enough, else as it is.

    seconds: 5 if no bound is given. steps: of each core, shared by all weeks that could be tried; with the same steps
    and seed the same nights come out on any machine.

    problem, plan: from home; the beds are rows of its matrix. rules: by rep; weeks: the week of each day, by number.
    """
    budget = Budget(seconds=DEFAULT_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    best = Away(problem, plan)
    spans = sorted({(weeks[shift.day], shift.rep) for shift in problem.shifts if shift.rep in rules})
    for number, (week, rep) in enumerate(spans):
        if budget.over():
            break
        days = frozenset(day for day, one in enumerate(weeks) if one == week)
        tries = TRIED * (len(spans) - number)
        each_s = None if steps is not None else min(MOST_S, max(LEAST_S, budget.left_s() / tries))
        each = None if steps is None else max(1, steps // (TRIED * len(spans)))
        best = _week(best, rules[rep], OneWeek(rep, days), _Search(each_s, each, seed, budget))
    return best


@dataclass(frozen=True, slots=True)
class _Search:
    """What one try may take, and what all of them may."""

    seconds: float | None
    steps: int | None
    seed: int
    budget: Budget


def _week(best: Away, rule: NightRule, week: OneWeek, search: _Search) -> Away:
    """One rep's week with as many nights as pay, each the best that is left."""
    tried: set[tuple[int, int]] = set()
    while len(tried) < TRIED and not search.budget.over():
        found = next((one for one in _proposals(best, rule, week) if one not in tried), None)
        if found is None:
            break
        tried.add(found)
        better = _with_night(best, rule, week, found, search)
        best = better or best
    return best


def _proposals(best: Away, rule: NightRule, week: OneWeek) -> Iterator[tuple[int, int]]:
    """Nights that could pay: (day, bed), the most promising first."""
    nights = {night.day for night in best.nights if night.rep == week.rep and night.day in week.days}
    if len(nights) >= rule.most:
        return
    shifts = week.shifts(best.problem)
    # A night needs a next day of work, and no run of nights longer than may be.
    free = [
        day for day in shifts if day not in nights and day + 1 in shifts and _run(nights | {day}, day) <= rule.in_a_row
    ]
    hopes = []
    for day in free:
        for bed in rule.beds:
            hope = max(_hope(best, rule, shifts, pair, bed) for pair in _pairs(shifts, day))
            hope += _worth_reached(best, week, bed)
            if hope >= rule.saves_s:
                hopes.append((hope, day, bed))
    seen: dict[int, int] = {}
    for _, day, bed in sorted(hopes, key=lambda one: (-one[0], one[1], one[2])):
        seen[day] = seen.get(day, 0) + 1
        if seen[day] <= BEDS_TRIED:
            yield day, bed


def _pairs(shifts: Mapping[int, int], day: int) -> Iterator[tuple[int, int]]:
    """Days whose visits could be those before and after a night: others may change places with its own."""
    for one, other in itertools.combinations(sorted(shifts), 2):
        if {one, other} & {day, day + 1}:
            yield one, other


def _hope(best: Away, rule: NightRule, shifts: Mapping[int, int], pair: tuple[int, int], bed: int) -> int:
    """The driving that a night between two days could save at most, from the visit of each that gains most."""
    seconds, reachable = best.problem.matrix.seconds, best.problem.matrix.reachable
    total = 0
    for day, outward in zip(pair, (False, True), strict=True):
        order = [c for c in best.plan.shifts[shifts[day]].order if reachable[c, bed] and reachable[bed, c]]
        if not order:
            return 0
        drives = [
            int(seconds[rule.home, c] - seconds[bed, c] if outward else seconds[c, rule.home] - seconds[c, bed])
            for c in order
        ]
        total += max(drives)
    return total


def _worth_reached(best: Away, week: OneWeek, bed: int) -> int:
    """What clients near the bed who are left out would be worth, in seconds of driving; 0 where it has no price."""
    problem = best.problem
    if not problem.hour_price:
        return 0
    near = [
        client
        for client in best.plan.dropped
        if problem.matrix.reachable[bed, client] and problem.matrix.seconds[bed, client] <= REACH_S
        if week.may_visit(problem, client)
    ]
    prizes = sorted((max((p.prize for p in problem.clients[c].patterns), default=0) for c in near), reverse=True)
    return int(sum(prizes[:3]) * 3600 / problem.hour_price)


def _with_night(best: Away, rule: NightRule, week: OneWeek, found: tuple[int, int], search: _Search) -> Away | None:
    """The horizon with one night more and that week planned anew; None where it does not pay."""
    day, bed = found
    numbers = week.shifts(best.problem)
    shifts = list(best.problem.shifts)
    shifts[numbers[day]] = replace(shifts[numbers[day]], end=bed)
    shifts[numbers[day + 1]] = replace(shifts[numbers[day + 1]], start=bed)
    problem = replace(best.problem, shifts=tuple(shifts))
    plan = week.planned_again(
        problem, best.plan, seconds=search.seconds, steps=search.steps, seed=search.seed, stop=search.budget.asked
    )
    if plan is None:
        return None
    kept = {(night.day, night.bed) for night in best.nights if night.rep == week.rep and night.day in week.days}
    own = [
        Night(week.rep, one, there, saved_by(problem, plan, week.rep, one, rule.home, there))
        for one, there in sorted({*kept, found})
    ]
    ends = [plan.shifts[number] for one, _ in {*kept, found} for number in (numbers[one], numbers[one + 1])]
    if any(night.saved_s < rule.saves_s for night in own) or not all(shift.stops for shift in ends):
        return None
    if not _pays(best.plan, plan, problem, rule.saves_s):
        return None
    others = [night for night in best.nights if night.rep != week.rep or night.day not in week.days]
    nights = tuple(sorted([*others, *own], key=lambda night: (night.day, night.rep)))
    return Away(problem, plan, nights)


def _pays(before: HorizonPlan, after: HorizonPlan, problem: HorizonProblem, saves_s: int) -> bool:
    """Whether one night more makes the plan better by as much driving as it has to save, or what is worth as much."""
    if _required(after, problem) != _required(before, problem):
        return _required(after, problem) > _required(before, problem)
    gained_s = before.travel_s - after.travel_s
    if problem.hour_price:
        gained_s += round((after.prize - before.prize) * 3600 / problem.hour_price)
    elif after.prize != before.prize:
        return after.prize > before.prize
    return gained_s >= saves_s


def _required(plan: HorizonPlan, problem: HorizonProblem) -> int:
    return sum(chosen is not None and problem.clients[c].required for c, chosen in enumerate(plan.patterns))


def _run(nights: set[int], day: int) -> int:
    """How many nights in a row there are around a day."""
    first = last = day
    while first - 1 in nights:
        first -= 1
    while last + 1 in nights:
        last += 1
    return last - first + 1
