"""What would let an account into weeks that are planned: tried on their days, and said only where it works."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gcrm.common.language import say
from gcrm.common.wording import day_in_words
from gcrm.people.working_week import WorkingDay
from gcrm.planning.candidates import Candidate, LeftOut
from gcrm.planning.day_plan import OmissionCode
from gcrm.planning.reasons import tried_beside
from routing.travel_times.protocol import TravelTimes

TRIED = 12
"""So many accounts are tried, those worth most first; of the others nothing is said."""
DAYS = 10
"""On so many of the days, the first ones."""

PlannedDays = Sequence[tuple[int, WorkingDay, Sequence[Candidate]]]
"""Of each day: its rep's number, the working day, and who is visited, in order."""


def with_tried_week_remedies(
    out: Sequence[LeftOut],
    visits: Mapping[int, Mapping[tuple[int, int], Candidate]],
    days: PlannedDays,
    first_day: int,
    travel_times: TravelTimes,
) -> list[LeftOut]:
    """Those left out, with the least change of one of the days that would let each in.

    visits: account to the visit that it would be, by rep and day number; first_day: the ordinal of day number 0.
    """
    asked = sorted(
        (one for one in out if visits.get(one.account.id)),
        key=lambda one: (-max(each.prize for each in visits[one.account.id].values()), one.account.id),
    )[:TRIED]
    best: dict[int, tuple[tuple[bool, bool, int], LeftOut]] = {}
    for rep, working, planned in days[:DAYS] if asked else ():
        key = rep, working.day.toordinal() - first_day
        here = [visit for one in asked if (visit := visits[one.account.id].get(key))]
        for tried in tried_beside(here, planned, working, travel_times):
            fits = tried.code == OmissionCode.FITS
            if not fits and not tried.remedy:
                continue
            # What fits as it is comes first, then what gives no other visit up, then what lacks least.
            merit = (not fits, bool(tried.instead_of), tried.lacking_s)
            known = best.get(tried.account.id)
            if known is None or merit < known[0]:
                what = say("fits as the day is planned") if fits else tried.remedy
                said = say("on {day}: {what}", day=day_in_words(working.day), what=what)
                best[tried.account.id] = merit, replace(tried, remedy=said)
    return [
        replace(one, remedy=best[one.account.id][1].remedy, instead_of=best[one.account.id][1].instead_of)
        if one.account.id in best
        else one
        for one in out
    ]
