"""Keep what a search found, unless a person changed a day by hand while it ran."""

from collections.abc import Mapping, Sequence
from datetime import date

from gcrm.common.wording import day_in_words, listed
from gcrm.planning.day_plan import DayPlan
from gcrm.platform.errors import Conflict
from gcrm.workspace import Workspace

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
    Raises Conflict where a person changed one of the days by hand since then: that change stays.
    """
    with workspace.store.write() as tx:
        changed = []
        for rep_id, plan in plans:
            current = tx.plans.current_ids(rep_id, [plan.day]).get(plan.day)
            if current is not None and current != known.get((rep_id, plan.day)):
                other = tx.plans.get(current)
                changed += [day_in_words(plan.day)] if other.changes is not None else []
        if changed:
            raise Conflict(
                f"Somebody changed {listed(changed)} while it was planned, so the new plan was not kept.",
                "Look at what was changed, then plan again if you still want to.",
            )
        return [tx.plans.save(rep_id, plan) for rep_id, plan in plans]
