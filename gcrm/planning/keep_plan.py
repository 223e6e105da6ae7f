"""Keep what a search found, unless the day got another plan while it ran."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from gcrm.common.language import say, say_n
from gcrm.common.wording import day_in_words, listed, minutes_in_words
from gcrm.planning.day_plan import DayPlan
from gcrm.platform.errors import Conflict
from gcrm.workspace import Workspace

TOLD = 3
"""Days of which both versions are told; a team has many."""
Known = Mapping[tuple[int, date], int]
"""The plans that were current when a search began, by rep id and day."""


def known_plans(workspace: Workspace, rep_ids: Sequence[int], days: Sequence[date]) -> Known:
    """The numbers of the current plans of some days; days without a plan are left out."""
    with workspace.store.read() as tx:
        return {
            (rep_id, day): number for rep_id in rep_ids for day, number in tx.plans.current_ids(rep_id, days).items()
        }


def keep_plans(workspace: Workspace, plans: Sequence[tuple[int, DayPlan]], known: Known) -> list[DayPlan]:
    """Make plans the current ones of their reps' days, all or none; returned with their numbers.

    plans: rep id and plan; known: as `known_plans` said when the search began.
    Raises Conflict with both versions where one of the days was changed by hand or planned by somebody else since then:
    what was kept stays, since nobody has seen that it would be replaced.
    """
    with workspace.store.write() as tx:
        changed, both = [], []
        for rep_id, plan in plans:
            current = tx.plans.current_ids(rep_id, [plan.day]).get(plan.day)
            if current is None or current == known.get((rep_id, plan.day)):
                continue
            other = tx.plans.get(current)
            if other.changes is not None:
                changed.append(day_in_words(plan.day))
            elif _timetable(other) != _timetable(plan):
                day = f"{day_in_words(plan.day)} ({plan.rep_key})"
                told = {"now": _in_figures(other), "then": _in_figures(plan)}
                both.append(say("{day} has {now} now, and would have {then}", day=day, **told))
        if changed:
            raise Conflict(
                say(
                    "Somebody changed {names} while it was planned, so the new plan was not kept.",
                    names=listed(changed),
                ),
                say("Look at what was changed, then plan again if you still want to."),
            )
        if both:
            days = "; ".join(both[:TOLD])
            if len(both) > TOLD:
                days = say("{days}, and {more} more days", days=days, more=len(both) - TOLD)
            raise Conflict(
                say(
                    "Another plan was kept while this one was made, so this one was not: {days}.",
                    days=days,
                ),
                say("Look at the plan that is kept, then plan again if you still want another."),
            )
        return [tx.plans.save(rep_id, plan) for rep_id, plan in plans]


def _timetable(plan: DayPlan) -> list[tuple[int, datetime]]:
    return [(stop.account_id, stop.start) for stop in plan.stops]


def _in_figures(plan: DayPlan) -> str:
    """A plan told by what sets it apart from another: "5 visits, 1 h 20 min of driving"."""
    visits = len(plan.stops)
    driving = minutes_in_words(plan.travel_s)
    return say_n("{n} visit, {driving} of driving", "{n} visits, {driving} of driving", visits, driving=driving)
