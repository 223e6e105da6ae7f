"""The rest of a day planned again with as few changes as can be."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.planning.candidates import Candidate, LeftOut
from gcrm.planning.day_plan import DayPlan, Omission
from gcrm.planning.joined_day import joined_day
from gcrm.planning.planned_day import planned_day
from gcrm.planning.problem import state_day
from gcrm.planning.reasons import left_out
from gcrm.planning.rest_of_day import RestOfDay, give_way, keep_order, with_break
from gcrm.planning.search import refuse_faults, solved
from gcrm.platform.progress import Progress
from routing.planner.check import check_day
from routing.planner.plan import DayPlan as SolvedDay
from routing.planner.problem import DayProblem
from routing.points import LonLat
from routing.travel_times.protocol import TravelTimes


def replanned(
    rep: Rep,
    before: DayPlan,
    rest: RestOfDay,
    candidates: Sequence[Candidate],
    coming: int,
    out: Sequence[LeftOut],
    travel_times: TravelTimes,
    *,
    here: LonLat | None = None,
    seconds: float,
    seed: int,
    progress: Progress,
) -> DayPlan:
    """The whole day: what is behind as it was, the rest with as few changes as can be, checked.

    candidates: the `coming` first are those that are planned, in the order wanted; then who must come in (required),
    then who may fill time that is free. out: who is not even a candidate. here: where the rest begins.
    """
    progress(say("Computing travel times"))
    start = here or rest.here or rest.working.leaves_from
    problem = state_day(candidates, rest.working, travel_times, start=start)
    kept, plan = few_changes(problem, coming, rest.planned_s, seconds=seconds, seed=seed, progress=progress)
    left = [*out, *left_out(candidates, kept, plan, rest.working, travel_times)]
    after = planned_day(rep, rest.working, candidates, kept, plan, left, travel_times, start=start)
    after = replace(after, omissions=(*after.omissions, *_as_before(before, after)))
    behind = {stop.account_id for stop in rest.done}
    legs = [leg for stop, leg in zip(before.stops, before.legs, strict=False) if stop.account_id in behind]
    return joined_day(rest.done, legs, with_break(after, rest, planned=before.break_ is not None), rest.pause)


def few_changes(
    problem: DayProblem,
    coming: int,
    planned_s: Mapping[int, int],
    *,
    seconds: float,
    seed: int,
    progress: Progress,
) -> tuple[DayProblem, SolvedDay]:
    """The problem, with no visit earlier than planned where that can be, and its plan with as few changes as can be.

    coming, planned_s: as `keep_order` takes them.
    """
    found = keep_order(problem, coming, planned_s)
    if found is None:
        found = give_way(problem, coming, planned_s)
        loyal = {*range(coming), *(number for number, visit in enumerate(problem.visits) if visit.required)}
        anew = solved(_loyal_to(problem, loyal), seconds=seconds, seed=seed, progress=progress)
        # Another order is a change to everybody: only where it keeps more of what was planned or is urgent.
        if found is None or len(loyal.intersection(anew.order)) > len(loyal.intersection(found[1].order)):
            found = problem, replace(anew, prize=sum(problem.visits[visit].prize for visit in anew.order))
    kept, plan = found
    refuse_faults(check_day(kept, plan))
    return kept, replace(plan, bound=None, proven=False)


def _loyal_to(problem: DayProblem, loyal: AbstractSet[int]) -> DayProblem:
    """The problem in which no number of other visits is worth one of the loyal: they give way to time alone."""
    more = 1 + sum(visit.prize for visit in problem.visits)
    visits = (
        replace(visit, prize=visit.prize + more) if number in loyal else visit
        for number, visit in enumerate(problem.visits)
    )
    return replace(problem, visits=tuple(visits))


def _as_before(before: DayPlan, after: DayPlan) -> list[Omission]:
    """Who was left out before, and is not told of anew."""
    told = after.account_ids | {one.account_id for one in after.omissions}
    return [one for one in before.omissions if one.account_id not in told]
