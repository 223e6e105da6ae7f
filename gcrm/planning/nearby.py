"""On the way: who near a day's route is worth the most for each extra minute on that very day."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.wording import day_in_words
from gcrm.people.working_week import working_day
from gcrm.planning.answers import Fitting, Nearby
from gcrm.planning.candidates import LeftOut, account_words, choose
from gcrm.planning.day_plan import Stop
from gcrm.planning.due_status import due_words
from gcrm.planning.omission_reasons import nearly, why_empty
from gcrm.planning.pins import Pins
from gcrm.planning.plan_in_hand import DayInHand, day_in_hand
from gcrm.planning.plan_inputs import plan_inputs
from gcrm.planning.planned_day import omissions_of
from gcrm.planning.reasons import left_out
from gcrm.platform.errors import NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace
from routing.geodesy import distances_m
from routing.planner.schedule import schedule
from routing.points import as_points

MOST = 150
"""So many of the nearest, as the crow flies, are looked at on the streets."""
ASKED = 12
"""Of so many it is asked what would let them in, where nobody fits."""


def nearby(workspace: Workspace, rep_key: str, day: date, *, limit: int = 10, progress: Progress = quiet) -> Nearby:
    """Customers and prospects that still fit into the planned day, the most value for each extra minute first.

    Those of the rep's territories, and those that nobody looks after. Extra minutes are those of driving and of the
    visit.
    Raises NotFound for the rep, NotReady where the day is not planned or has no stops.
    """
    progress(say("Reading the accounts"))
    inputs = plan_inputs(workspace, rep_key, day)
    with workspace.store.read() as tx:
        plan = tx.plans.current(inputs.rep.id, day)
        unowned = tx.accounts.find(territory_id="none")
    if not plan or not plan.stops:
        raise NotReady(
            say("{rep} has no visits planned on {day}.", rep=inputs.rep.name, day=day_in_words(day)),
            say("Plan the day first: `gcrm plan day --rep {rep_key} --date {day}`.", rep_key=rep_key, day=day),
        )
    everyone = (*inputs.accounts, *unowned)
    near = _nearest([one for one in everyone if one.id not in plan.account_ids and one.place], plan.stops)
    working = working_day(inputs.rep, day)
    candidates, out = choose(near, working, inputs.seen, inputs.pins)
    progress(say("Computing travel times"))
    hand = day_in_hand(workspace, inputs.rep, working, candidates, inputs.pins)
    fitting = [found for visit in hand.others if (found := _worth(hand, visit))]
    fitting.sort(key=lambda one: (-one.per_minute, one.extra_s, one.account_id))
    holds = hand.line.possible
    reason, remedy = ("", "") if fitting else why_empty(len(near), out, len(candidates), holds=holds)
    missing = _nearly(workspace, hand, inputs.pins) if not fitting and holds else []
    return Nearby(
        rep_key=rep_key,
        day=day,
        fitting=tuple(fitting[:limit]),
        fitting_count=len(fitting),
        looked_at=len(near),
        reason=reason,
        remedy=remedy,
        nearly=omissions_of(missing),
    )


def _nearly(workspace: Workspace, hand: DayInHand, pins: Pins) -> list[LeftOut]:
    """Who misses fitting by least, with what would let them in: of those with the smallest detour."""
    found = [
        (detour_s, visit)
        for visit in hand.others
        for position in range(hand.stops + 1)
        if (detour_s := hand.clock.detour(hand.line, position, visit)) is not None
    ]
    nearest = dict.fromkeys(visit for _, visit in sorted(found))
    few = [hand.candidates[visit] for visit in [*nearest, *(v for v in hand.others if v not in nearest)][:ASKED]]
    if not few:
        return []
    small = day_in_hand(workspace, hand.rep, hand.working, few, pins)
    problem = small.clock.problem
    plan = schedule(small.clock, small.line.order)
    assert plan is not None, "the plan holds, so it has times"
    return nearly(left_out(small.candidates, problem, plan, small.working, workspace.travel_times))


def _nearest(others: list[Account], stops: Sequence[Stop]) -> list[Account]:
    """Those nearest to any stop in a straight line."""
    if len(others) <= MOST:
        return others
    here = as_points(account.place for account in others if account.place)
    least = np.full(len(here), np.inf)
    for stop in stops:
        least = np.minimum(least, distances_m(stop.place, here))
    return [others[int(position)] for position in np.argsort(least, kind="stable")[:MOST]]


def _worth(hand: DayInHand, visit: int) -> Fitting | None:
    """What a candidate would bring and cost where it is cheapest; None where it fits nowhere."""
    slots = hand.slots(visit)
    if not slots:
        return None
    slot, candidate = slots[0], hand.candidates[visit]
    account = candidate.account
    assert account.place, "accounts that are not placed have been left out before"
    extra_s = max(0, slot.extra_s)
    return Fitting(
        account_id=account.id,
        name=account.name,
        kind=account.kind,
        priority=account.priority,
        place=account.place,
        extra_s=extra_s,
        extra_m=max(0, slot.extra_m),
        visit_s=candidate.service_s,
        prize=candidate.prize,
        per_minute=round(candidate.prize / ((extra_s + candidate.service_s) / 60), 2),
        after=slot.after,
        first=hand.working.instant(slot.first_s),
        last=hand.working.instant(slot.last_s),
        why=f"{due_words(account, hand.working.day)}, {account_words(account)}",
    )
