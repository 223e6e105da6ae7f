"""Nights away in a plan of weeks: where they could be spent, which are worth it, and how the plan tells of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gcrm.common.language import say, to_say
from gcrm.people.model import Hotel
from gcrm.planning.cycles import day_number
from gcrm.planning.demand import Wanted
from gcrm.planning.horizon_problem import Span, first_bed, row_of_home
from gcrm.planning.search import refuse_faults
from gcrm.planning.week_plan import PlannedNight
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.progress import Progress
from gcrm.workspace import Workspace
from routing.planner.check_horizon import check_horizon
from routing.planner.check_nights import check_nights
from routing.planner.nights import Away, NightRule, sleep_away
from routing.points import LonLat

TOWNS = ("city", "town", "village")
"""Kinds of places that have somewhere to sleep. Source: OSM wiki, Key:place."""
LOOKING = to_say("Looking for nights away")
"""What is told meanwhile, a search of a moment included."""


def area_towns(workspace: Workspace) -> tuple[Hotel, ...]:
    """The towns of the current area as places to sleep. Raises NotReady without an area."""
    places = workspace.areas.current().places()
    return tuple(
        Hotel(str(name), LonLat(float(point.x), float(point.y)))
        for name, kind, point in zip(places["name"], places["kind"], places.geometry, strict=True)
        if kind in TOWNS and name
    )


def sleeping(
    span: Span,
    wanted: Sequence[Wanted],
    home: Away,
    beds: Sequence[Sequence[Hotel]],
    *,
    seconds: float | None,
    steps: int | None = None,
    seed: int,
    progress: Progress,
) -> Away:
    """The plan with the nights away that save enough, checked; as it is where nobody may sleep away.

    beds: of each rep. Raises Cancelled if `progress` does, AssertionError if a rule is broken.
    """
    rules = _rules(span, wanted, beds)
    if not rules or (seconds is not None and seconds <= 0):
        return home
    progress(say(LOOKING))
    with until_stopped(progress, lambda: say(LOOKING), seconds) as stop:
        away = sleep_away(
            home.problem, home.plan, rules, _weeks(span), seconds=seconds, steps=steps, seed=seed, stop=stop
        )
    refuse_faults(check_horizon(away.problem, away.plan))
    refuse_faults(check_nights(away.problem, away.plan, away.nights, rules, _weeks(span)))
    return away


def with_nights(span: Span, wanted: Sequence[Wanted], away: Away, beds: Sequence[Hotel]) -> Span:
    """The span whose working days begin and end where the rep sleeps. beds: in the order of their rows."""
    working = dict(span.working)
    for night in away.nights:
        hotel = beds[night.bed - first_bed(span, wanted)]
        evening, morning = (night.rep, night.day), (night.rep, night.day + 1)
        working[evening] = replace(working[evening], ends=hotel)
        working[morning] = replace(working[morning], begins=hotel)
    return replace(span, working=working)


def planned_nights(span: Span, wanted: Sequence[Wanted], away: Away, beds: Sequence[Hotel]) -> tuple[PlannedNight, ...]:
    """The nights away."""
    hotels = [beds[night.bed - first_bed(span, wanted)] for night in away.nights]
    return tuple(
        PlannedNight(
            span.reps[night.rep].key, day_number(span.first, night.day), hotel.place, hotel.name, night.saved_s
        )
        for night, hotel in zip(away.nights, hotels, strict=True)
    )


def _rules(span: Span, wanted: Sequence[Wanted], beds: Sequence[Sequence[Hotel]]) -> Mapping[int, NightRule]:
    places = list({bed.place: bed for own in beds for bed in own})
    first = first_bed(span, wanted)
    return {
        number: NightRule(
            row_of_home(span, wanted, number),
            tuple(first + places.index(bed.place) for bed in own),
            rep.nights.most,
            rep.nights.in_a_row,
            rep.nights.saves_minutes * 60,
        )
        for number, (rep, own) in enumerate(zip(span.reps, beds, strict=True))
        if rep.nights and own
    }


def _weeks(span: Span) -> list[int]:
    """For each day the number of its calendar week, Monday to Sunday."""
    return [(span.first.weekday() + number) // 7 for number in range(span.days)]
