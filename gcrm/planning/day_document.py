"""The document of a planned day: what the command line prints, the store keeps and the pages read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from gcrm.common.wording import minutes_in_words
from gcrm.people.model import Hotel, Rep
from gcrm.people.working_week import WorkingDay
from gcrm.planning.candidates import Candidate, LeftOut
from gcrm.planning.optimality_gap import optimality_gap
from gcrm.planning.punctuality import GRACE_S, Chance, Timed, chances
from gcrm.planning.reasons import why
from routing.errors import GcrmError
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.points import LonLat, as_points
from routing.travel_times.protocol import TravelTimes

Document = dict[str, Any]

HOME = "home"
"""The name of a day's start or end where it is none of a hotel."""


def day_document(
    rep: Rep,
    working: WorkingDay,
    candidates: Sequence[Candidate],
    problem: DayProblem,
    plan: DayPlan,
    dropped: Sequence[LeftOut],
    travel_times: TravelTimes,
    start: LonLat | None = None,
) -> Document:
    """A day that was solved. candidates[i] is visit i of problem and plan.

    start: where it begins, if not where the night before was spent.
    """
    places = [place for stop in plan.stops if (place := candidates[stop.visit].account.place)]
    on_time, home_on_time = _chances(problem, plan)
    return {
        "rep": rep.key,
        "date": working.day.isoformat(),
        "seed": plan.seed,
        "router": travel_times.name,
        "stops": [
            _stop(candidates[stop.visit], problem, plan, number, working, on_time[number])
            for number, stop in enumerate(plan.stops)
        ],
        "break": {"start": iso(working, plan.break_[0]), "end": iso(working, plan.break_[1])} if plan.break_ else None,
        "dropped": [dropped_document(one) for one in dropped],
        "travel_s": plan.travel_s,
        "service_s": plan.service_s,
        "distance_m": plan.distance_m,
        "prize": plan.prize,
        "home_arrive": iso(working, plan.home_arrive),
        "home_travel_s": plan.home_travel_s,
        "home_distance_m": plan.home_distance_m,
        "home_on_time": home_on_time.on_time,
        **_ends(working),
        "legs": _legs(start or working.leaves_from, places, working.returns_to, plan, travel_times),
        "first_answer_s": round(plan.first_s, 3),
        **optimality_gap(plan.prize, plan.bound, proven=plan.proven),
    }


def _stop(
    candidate: Candidate, problem: DayProblem, plan: DayPlan, number: int, working: WorkingDay, chance: Chance
) -> Document:
    stop, account = plan.stops[number], candidate.account
    assert account.place, "accounts that are not placed are never planned"
    return {
        "account": account.id,
        "name": account.name,
        "lon": account.place.lon,
        "lat": account.place.lat,
        "arrive": iso(working, stop.arrive),
        "start": iso(working, stop.start),
        "leave": iso(working, stop.leave),
        "travel_s": stop.travel_s,
        "distance_m": stop.distance_m,
        "why": why(candidate, stop, working),
        "prize": candidate.prize,
        "open": [[iso(working, opens), iso(working, closes)] for opens, closes in candidate.windows],
        "fixed": candidate.fixed_start is not None,
        "detour_s": _detour_s(problem, plan, number),
        "on_time": chance.on_time,
        "advice": advice(chance, end_of(working.begins) if number == 0 else ""),
    }


def advice(chance: Chance, leaves: str = "") -> str:
    """What to do about a stop that is likely to be late, "" about one that is not.

    leaves: where the rep comes from to the first stop of the day, "" for any other.
    """
    if not chance.earlier_s:
        return ""
    slack = minutes_in_words(chance.earlier_s)
    then = (
        f"leave {leaves} {slack} earlier"
        if leaves
        else f"keep {slack} more before it, or tell them that it may be late"
    )
    return f"{chance.on_time:.0%} likely on time: {then}"


def _detour_s(problem: DayProblem, plan: DayPlan, number: int) -> int:
    """Seconds of driving that would be saved without this stop, never less than 0."""
    rows = [0, *(visit + 1 for visit in plan.order), problem.end]
    before, here, after = rows[number : number + 3]
    seconds = problem.matrix.seconds
    past = int(seconds[before, after]) if problem.matrix.reachable[before, after] else 0
    return max(0, int(seconds[before, here]) + int(seconds[here, after]) - past)


def _chances(problem: DayProblem, plan: DayPlan) -> tuple[list[Chance], Chance]:
    """How likely each stop, and home, is reached on time."""
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
    return chances(plan.depart, timed, plan.home_travel_s, problem.day.end_s, plan.seed)


def day_without_stops(rep: Rep, working: WorkingDay, dropped: Sequence[LeftOut], *, seed: int, router: str) -> Document:
    """A day on which nothing is planned, with the reasons."""
    return {
        "rep": rep.key,
        "date": working.day.isoformat(),
        "seed": seed,
        "router": router,
        "stops": [],
        "break": None,
        "dropped": [dropped_document(one) for one in dropped],
        "travel_s": 0,
        "service_s": 0,
        "distance_m": 0,
        "prize": 0,
        "home_arrive": iso(working, working.start_s),
        "home_travel_s": 0,
        "home_distance_m": 0,
        "home_on_time": 1.0,
        **_ends(working),
        "legs": [],
        "first_answer_s": 0.0,
        **optimality_gap(0, 0, proven=True),
    }


def _ends(working: WorkingDay) -> Document:
    """Where the rep lives, and where the nights before and after the day are spent; None where it may be anywhere."""
    home = working.rep.home
    return {
        "home": {"lon": home.lon, "lat": home.lat} if home else None,
        "start": _end(working.begins, home),
        "end": _end(working.ends, home),
    }


def _end(hotel: Hotel | None, home: LonLat | None) -> Document | None:
    if hotel:
        return {"lon": hotel.place.lon, "lat": hotel.place.lat, "name": hotel.name}
    return {"lon": home.lon, "lat": home.lat, "name": HOME} if home else None


def end_of(hotel: Hotel | None) -> str:
    """The name of the place where a night is spent."""
    return hotel.name if hotel else HOME


def slept_at(end: Document | None) -> Hotel | None:
    """The hotel at an end of a day's document, None for home."""
    if not end or end.get("name", HOME) == HOME:
        return None
    return Hotel(end["name"], LonLat(end["lon"], end["lat"]))


def end_name(document: Document, end: str) -> str:
    """What the place is called where a day begins ("start") or ends ("end")."""
    return str((document.get(end) or {}).get("name", HOME))


def as_planned(working: WorkingDay, document: Document | None) -> WorkingDay:
    """The working day with the nights before and after it where a plan of it has them."""
    if not document:
        return working
    return replace(working, begins=slept_at(document.get("start")), ends=slept_at(document.get("end")))


def with_remarks(document: Document, notes: Sequence[str], planned_at: datetime, seconds: float) -> Document:
    """The document with what the reader should know beside it; seconds: of planning, all told."""
    return document | {
        "notes": list(notes),
        "planned_at": planned_at.isoformat(),
        "seconds": round(seconds, 3),
    }


def dropped_document(one: LeftOut) -> Document:
    """An account that was left out."""
    return {
        "account": one.account.id,
        "name": one.account.name,
        "reason": one.reason,
        "remedy": one.remedy,
        "code": one.code,
    }


def iso(working: WorkingDay, second: float) -> str:
    """A second of the day as an instant with the offset of the rep's zone."""
    return working.instant(second).isoformat()


def _legs(
    start: LonLat | None, places: Sequence[LonLat], home: LonLat | None, plan: DayPlan, travel_times: TravelTimes
) -> list[Document]:
    """The drives of the day, start to end, with the streets they follow; the times are those of the plan."""
    if not places and (start is None or home is None or start == home):
        return []
    first, last = start or places[0], home or places[-1]
    ends = [first, *places, last]
    driven = [(stop.travel_s, stop.distance_m) for stop in plan.stops] + [(plan.home_travel_s, plan.home_distance_m)]
    return [
        {"seconds": seconds, "metres": metres} | line
        for (seconds, metres), line in zip(driven, _lines(ends, travel_times), strict=True)
    ]


def _lines(ends: Sequence[LonLat], travel_times: TravelTimes) -> list[Document]:
    """The way of each leg; a straight line, marked as guessed, where the router has none."""
    try:
        return [{"line": _rounded(leg.line.coords)} for leg in travel_times.route(as_points(ends))]
    except GcrmError:
        return [_line(a, b, travel_times) for a, b in pairwise(ends)]


def _line(a: LonLat, b: LonLat, travel_times: TravelTimes) -> Document:
    try:
        return {"line": _rounded(travel_times.route(as_points([a, b]))[0].line.coords)}
    except GcrmError:
        return {"line": _rounded([a, b]), "guessed": True}


def _rounded(coordinates: Any) -> list[list[float]]:
    """Seven decimals are a centimetre."""
    return [[round(float(lon), 7), round(float(lat), 7)] for lon, lat, *_ in coordinates]
