"""How many reps the work of some accounts takes: visits and driving against working time."""

from dataclasses import dataclass

import numpy as np

from gcrm.common.language import number, say, say_n
from gcrm.planning.due import visit_minutes
from gcrm.platform.errors import InputRejected
from gcrm.territories.scenarios.gather import MOST_TERRITORIES, Gathered, leg_factor

USUAL_WEEK_MIN = 2_400.0
"""40 hours, where nobody's hours are known."""
AROUND = 2
"""So many rows are told on each side of the answer."""


@dataclass(frozen=True, slots=True)
class TeamSize:
    """So many reps: their work in hours a week all together; load: of their hours, 1.0 where they are full."""

    reps: int
    visits_h: float
    travel_h: float
    load: float


@dataclass(frozen=True, slots=True)
class Staffing:
    """needed: the fewest reps whose hours hold the work of a coverage, None where there is no work or no number does.

    coverage: the share of the visits that the call cycles ask for. have: reps who look after these accounts now.
    hours_h: of one rep a week. sizes: rows around the answer. remarks: what the numbers leave out.
    """

    needed: int | None
    have: int
    coverage: float
    hours_h: float
    sizes: tuple[TeamSize, ...]
    remarks: tuple[str, ...]


def staffing_of(gathered: Gathered, coverage: float) -> Staffing:
    """The reps that the gathered accounts take. Raises InputRejected for a coverage that is not above 0 and at most 1.

    More reps drive less, because each has fewer accounts between which a day is laid out (`gather.leg_factor`).
    """
    if not 0 < coverage <= 1:
        raise InputRejected(
            say("A coverage of {coverage:.0%} is not possible.", coverage=coverage),
            say("Enter more than 0 and at most 100 %."),
        )
    reps = [post for post in gathered.posts if post.rep is not None]
    known = [post.minutes_a_week for post in reps if post.minutes_a_week]
    minutes = sum(known) / len(known) if known else USUAL_WEEK_MIN
    units = gathered.units
    length = np.array([visit_minutes(one) for one in gathered.accounts], dtype=np.float64)
    now = leg_factor(length, len(gathered.posts))

    def size(count: int) -> TeamSize:
        visits = coverage * float(units.visits_min.sum())
        travel = coverage * float(units.travel_min.sum()) * leg_factor(length, count) / max(now, 1e-9)
        load = (visits + travel) / (count * minutes)
        return TeamSize(count, round(visits / 60, 2), round(travel / 60, 2), round(load, 4))

    has_work = float(units.visits_min.sum()) > 0
    needed = next((one for one in range(1, MOST_TERRITORIES + 1) if size(one).load <= 1), None) if has_work else None
    middle = needed or len(reps) or 1
    first = max(1, middle - AROUND)
    remarks = [say("The way from home and back is not counted; simulate a scenario for whole days.")]
    if not known:
        remarks.append(say("Nobody's hours are known: {hours:g} hours a week are taken.", hours=USUAL_WEEK_MIN / 60))
    if not has_work:
        remarks.append(say("No account on the map asks for visits, so there is no work to share out."))
    sizes = tuple(size(one) for one in range(first, middle + AROUND + 1)) if has_work else ()
    return Staffing(needed, len(reps), coverage, round(minutes / 60, 2), sizes, tuple(remarks))


def needed_in_words(found: Staffing) -> str:
    """The answer in a sentence."""
    if found.needed is None:
        return say("There are no visits to share out.")
    row = next(one for one in found.sizes if one.reps == found.needed)
    values = {
        "work": number(row.visits_h + row.travel_h),
        "driving": number(row.travel_h),
        "reps": say_n("{n} rep", "{n} reps", found.needed),
        "hours": found.hours_h,
        "load": row.load,
    }
    if found.coverage == 1:
        said = say(
            "All visits take {work} h a week ({driving} h driving): {reps} of {hours:g} h, {load:.0%} full.", **values
        )
    else:
        said = say(
            "{coverage:.0%} of the visits take {work} h a week ({driving} h driving): {reps} of {hours:g} h, {load:.0%}"
            " full.",
            coverage=found.coverage,
            **values,
        )
    more = found.needed - found.have
    if more > 0:
        beside = say("That is {count} more than the {have} there are.", count=more, have=found.have)
        return f"{said} {beside}"
    if more < 0:
        beside = say("That is {count} fewer than the {have} there are.", count=-more, have=found.have)
        return f"{said} {beside}"
    return said
