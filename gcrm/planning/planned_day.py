"""From the solver's answer to the planned day: names, instants, reasons, chances and the streets that are driven."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from gcrm.common.language import say
from gcrm.common.wording import minutes_in_words
from gcrm.people.model import Hotel, Rep
from gcrm.people.working_week import WorkingDay
from gcrm.planning.candidates import Candidate, LeftOut
from gcrm.planning.day_plan import HOME, Break, DayEnd, DayPlan, Leg, Omission, OmissionCode, Remedy, Stop
from gcrm.planning.optimality_gap import optimality_gap
from gcrm.planning.punctuality import GRACE_S, Chance, Timed, chances, late_home_s
from gcrm.planning.reasons import why
from routing.errors import GcrmError
from routing.planner.plan import DayPlan as SolvedDay
from routing.planner.problem import DayProblem
from routing.points import LonLat, as_points
from routing.travel_times.protocol import TravelTimes


def planned_day(
    rep: Rep,
    working: WorkingDay,
    candidates: Sequence[Candidate],
    problem: DayProblem,
    plan: SolvedDay,
    out: Sequence[LeftOut],
    travel_times: TravelTimes,
    start: LonLat | None = None,
) -> DayPlan:
    """A day that was solved. candidates[i] is visit i of problem and plan; out: who is not in it.

    start: where it begins, if not where the night before was spent.
    """
    places = [place for stop in plan.stops if (place := candidates[stop.visit].account.place)]
    on_time, home_on_time = _chances(problem, plan)
    pause = plan.break_
    return replace(
        day_without_stops(rep, working, out, seed=plan.seed, router=travel_times.name),
        stops=tuple(
            _stop(candidates[stop.visit], problem, plan, number, working, on_time[number])
            for number, stop in enumerate(plan.stops)
        ),
        break_=Break(working.instant(pause[0]), working.instant(pause[1])) if pause else None,
        travel_s=plan.travel_s,
        service_s=plan.service_s,
        distance_m=plan.distance_m,
        prize=plan.prize,
        home_arrive=working.instant(plan.home_arrive),
        home_travel_s=plan.home_travel_s,
        home_distance_m=plan.home_distance_m,
        home_on_time=home_on_time.on_time,
        legs=_legs(start or working.leaves_from, places, working.returns_to, plan, travel_times),
        first_answer_s=round(plan.first_s, 3),
        quality=optimality_gap(plan.prize, plan.bound, proven=plan.proven, ended=plan.ended.value),
        mended=problem.matrix.mended,
    )


def _stop(
    candidate: Candidate, problem: DayProblem, plan: SolvedDay, number: int, working: WorkingDay, chance: Chance
) -> Stop:
    stop, account = plan.stops[number], candidate.account
    assert account.place, "accounts that are not placed are never planned"
    return Stop(
        account_id=account.id,
        name=account.name,
        place=account.place,
        arrive=working.instant(stop.arrive),
        start=working.instant(stop.start),
        leave=working.instant(stop.leave),
        travel_s=stop.travel_s,
        distance_m=stop.distance_m,
        why=why(candidate, stop, working),
        prize=candidate.prize,
        open=tuple((working.instant(opens), working.instant(closes)) for opens, closes in candidate.windows),
        fixed=candidate.fixed_start is not None,
        detour_s=_detour_s(problem, plan, number),
        on_time=chance.on_time,
        advice=advice(chance, end_of(working.begins) if number == 0 else ""),
    )


def advice(chance: Chance, leaves: str = "") -> str:
    """What to do about a stop that is likely to be late, "" about one that is not.

    leaves: where the rep comes from to the first stop of the day, "" for any other.
    """
    if not chance.earlier_s:
        return ""
    slack = minutes_in_words(chance.earlier_s)
    if leaves:
        return say("leave {place} {minutes} earlier", place=say(HOME) if leaves == HOME else leaves, minutes=slack)
    return say("keep {minutes} more before it, or tell them that it may be late", minutes=slack)


def _detour_s(problem: DayProblem, plan: SolvedDay, number: int) -> int:
    """Seconds of driving that would be saved without this stop, never less than 0."""
    rows = [0, *(visit + 1 for visit in plan.order), problem.end]
    before, here, after = rows[number : number + 3]
    seconds = problem.matrix.seconds
    past = int(seconds[before, after]) if problem.matrix.reachable[before, after] else 0
    return max(0, int(seconds[before, here]) + int(seconds[here, after]) - past)


def _chances(problem: DayProblem, plan: SolvedDay) -> tuple[list[Chance], Chance]:
    """How likely each stop, and home, is reached on time."""
    return chances(plan.depart, _timed(problem, plan), plan.home_travel_s, problem.day.end_s, plan.seed)


def too_late_home_s(problem: DayProblem, plan: SolvedDay, share: float) -> int:
    """By how many seconds a plan ends too late for a rep who wants to be home in time on that share of days."""
    timed = _timed(problem, plan)
    return late_home_s(plan.depart, timed, plan.home_travel_s, problem.day.end_s, plan.seed, share)


def _timed(problem: DayProblem, plan: SolvedDay) -> list[Timed]:
    """The stops as the simulation sees them."""
    timed = []
    left = plan.depart
    for stop in plan.stops:
        visit = problem.visits[stop.visit]
        opens, latest = next(
            (span for span in visit.start_windows if span[0] <= stop.start <= span[1]), (stop.start, stop.start)
        )
        if visit.fixed_start is not None:
            latest += GRACE_S
        pause_s = plan.break_[1] - plan.break_[0] if plan.break_ and left <= plan.break_[0] < stop.start else 0
        timed.append(Timed(stop.travel_s, visit.service_s, opens, latest, pause_s))
        left = stop.leave
    return timed


def day_without_stops(rep: Rep, working: WorkingDay, out: Sequence[LeftOut], *, seed: int, router: str) -> DayPlan:
    """A day on which nothing is planned, with the reasons."""
    return DayPlan(
        rep_key=rep.key,
        day=working.day,
        seed=seed,
        router=router,
        stops=(),
        home_arrive=working.instant(working.start_s),
        omissions=omissions_of(out),
        home=rep.home,
        start=_end(working.begins, rep.home),
        end=_end(working.ends, rep.home),
        quality=optimality_gap(0, 0, proven=True),
    )


def omissions_of(out: Iterable[LeftOut]) -> tuple[Omission, ...]:
    """Accounts that were left out as a plan says it."""
    return tuple(
        Omission(
            one.account.id,
            one.account.name,
            one.reason,
            Remedy(one.remedy, one.instead_of) if one.remedy else None,
            OmissionCode(one.code),
        )
        for one in out
    )


def _end(hotel: Hotel | None, home: LonLat | None) -> DayEnd | None:
    """Where the night before or after a day is spent, None where it may be anywhere."""
    if hotel:
        return DayEnd(hotel.place, hotel.name)
    return DayEnd(home) if home else None


def end_of(hotel: Hotel | None) -> str:
    """The name of the place where a night is spent."""
    return hotel.name if hotel else HOME


def as_planned(working: WorkingDay, plan: DayPlan | None) -> WorkingDay:
    """The working day with the nights before and after it where a plan of it has them."""
    if plan is None:
        return working
    begins, ends = (end.hotel if end else None for end in (plan.start, plan.end))
    return replace(working, begins=begins, ends=ends)


def _legs(
    start: LonLat | None,
    places: Sequence[LonLat],
    home: LonLat | None,
    plan: SolvedDay,
    travel_times: TravelTimes,
) -> tuple[Leg, ...]:
    """The drives of the day, start to end, with the streets they follow; the times are those of the plan."""
    if not places and (start is None or home is None or start == home):
        return ()
    first, last = start or places[0], home or places[-1]
    driven = [(stop.travel_s, stop.distance_m) for stop in plan.stops] + [(plan.home_travel_s, plan.home_distance_m)]
    lines = _lines([first, *places, last], travel_times)
    return tuple(
        Leg(seconds, metres, line, guessed) for (seconds, metres), (line, guessed) in zip(driven, lines, strict=True)
    )


Line = tuple[tuple[tuple[float, float], ...], bool]
"""The way of a leg, and whether it is guessed."""


def _lines(ends: Sequence[LonLat], travel_times: TravelTimes) -> list[Line]:
    """The way of each leg; a straight line, marked as guessed, where the router has none."""
    try:
        return [(_rounded(leg.line.coords), False) for leg in travel_times.route(as_points(ends))]
    except GcrmError:
        return [_line(a, b, travel_times) for a, b in pairwise(ends)]


def _line(a: LonLat, b: LonLat, travel_times: TravelTimes) -> Line:
    try:
        return _rounded(travel_times.route(as_points([a, b]))[0].line.coords), False
    except GcrmError:
        return _rounded([a, b]), True


def _rounded(coordinates: Any) -> tuple[tuple[float, float], ...]:
    """Seven decimals are a centimetre."""
    return tuple((round(float(lon), 7), round(float(lat), 7)) for lon, lat, *_ in coordinates)
