"""Try a change of a planned day: pin a visit, move it to another time or place, forbid it, take it out.

What changes, and what it costs, is known before anything is kept (`gcrm.planning.apply_change` keeps it).
"""

import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from gcrm.accounts.model import Account
from gcrm.common.language import say, to_say
from gcrm.common.wording import day_in_words
from gcrm.people.working_week import WorkingDay, working_day
from gcrm.planning.candidates import Candidate, LeftOut, choose
from gcrm.planning.changes import changes_between
from gcrm.planning.day_plan import Change, DayPlan, Stop
from gcrm.planning.few_changes import replanned
from gcrm.planning.overrides import pin_of
from gcrm.planning.pins import Ban, Pins
from gcrm.planning.plan_in_hand import planned_candidate
from gcrm.planning.plan_inputs import PlanInputs, plan_inputs
from gcrm.planning.planned_day import as_planned, day_without_stops
from gcrm.planning.preselect import preselect
from gcrm.planning.proposal import Cost, Lost, Override, ProposedDay, Wish
from gcrm.planning.replan import FILLERS
from gcrm.planning.rest_of_day import RestOfDay, rest_of_day
from gcrm.planning.search import checked_seconds
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

REASONS = {
    Wish.PIN: to_say("pinned"),
    Wish.MOVE: to_say("moved by hand"),
    Wish.FORBID: to_say("not on this day, as you decided"),
    Wish.FREE: to_say("no longer pinned"),
    Wish.OUT: to_say("taken out by hand"),
}


@dataclass(frozen=True, slots=True)
class _Choice:
    """Who is planned with: the `coming` first are planned and come in that order, then the others."""

    candidates: tuple[Candidate, ...]
    coming: int
    out: tuple[LeftOut, ...]


def simulate_change(
    workspace: Workspace,
    rep_key: str,
    day: date,
    override: Override,
    *,
    on_empty_day: bool = False,
    seconds: float = 1.5,
    seed: int = 1,
    progress: Progress = quiet,
) -> ProposedDay:
    """What the day would be with one more override. Nothing is kept.

    Stops that are behind stay, the others keep their order as far as they can. on_empty_day: whether a day that is not
    planned is taken as one without visits.
    Raises NotFound for the rep or the account, NotReady where the day is not planned or is a day off, InputRejected for
    a stop that is behind, promised, or not there to be taken out, and for a place that cannot be.
    """
    began = time.monotonic()
    checked_seconds(seconds)
    if override.what is not Wish.MOVE and (override.start or override.place):
        raise InputRejected(say("That change is not possible."), say("Use the menu of the stop."))
    inputs = plan_inputs(workspace, rep_key, day)
    with workspace.store.read() as tx:
        before = tx.plans.current(inputs.rep.id, day)
        account = tx.accounts.get(override.account_id)
        stops = tx.accounts.by_ids([stop.account_id for stop in before.stops]) if before else []
        promised = [one for one in tx.appointments.between(day, day) if one.account_id == account.id and not one.till]
    working = working_day(inputs.rep, day)
    if working.off:
        raise NotReady(say("{off}.", off=working.off), say("Choose another day."))
    if before is None and on_empty_day:
        before = day_without_stops(inputs.rep, working, [], seed=seed, router=workspace.travel_times.name)
    if before is None:
        raise NotReady(
            say("{rep} has no plan for {day}.", rep=inputs.rep.name, day=day_in_words(day)),
            say("Plan the day first: `gcrm plan day --rep {rep_key} --date {day}`.", rep_key=rep_key, day=day),
        )
    _refuse_nonsense(before, account, override)
    if promised:
        raise InputRejected(
            say("{account} was promised a visit that day.", account=account.name),
            say("Take the appointment back first, or offer another time."),
        )
    inputs = replace(inputs, pins=_overridden(inputs.pins, override, day))
    rest = rest_of_day(
        before,
        as_planned(working, before),
        workspace.clock(),
        0,
        frozenset(),
        frozenset(inputs.seen.visited or {}) - {account.id},
    )
    if override.account_id in {stop.account_id for stop in rest.done}:
        raise InputRejected(
            say("{account} is already over, or under way.", account=account.name), say("Choose a later stop.")
        )
    known = {one.id: one for one in (*inputs.accounts, *stops, account)}
    choice = _placed(_choice(rest, override, account, known, inputs), rest, override)
    if override.place is not None:
        # Its own planned time does not hold any more.
        rest = replace(rest, planned_s={key: at for key, at in rest.planned_s.items() if key != account.id})
    plan = replanned(
        inputs.rep,
        before,
        rest,
        choice.candidates,
        choice.coming,
        choice.out,
        workspace.travel_times,
        seconds=seconds,
        seed=seed,
        progress=progress,
    )
    now = workspace.clock()
    plan = replace(plan, replaces=before.id, at=now, changes=_changes(before, plan, override))
    plan = plan.with_remarks(inputs.notes, now, time.monotonic() - began)
    given_up = {account.id} if override.what in {Wish.FORBID, Wish.OUT} else set()
    return ProposedDay(
        rep_key=rep_key,
        day=day,
        replaces=before.id,
        plan=plan,
        override=override,
        name=account.name,
        cost=cost_between(before, plan, given_up),
        changes=plan.changes or (),
        refused=_refused(plan, override),
        warning=_warning(choice, override, rest.working),
    )


def _overridden(pins: Pins, override: Override, day: date) -> Pins:
    """The pins with the override in the place of what was decided before about its account that day."""
    here = (override.account_id, day)
    wanted = (pin_of(override, day),) if override.what in {Wish.PIN, Wish.MOVE} else ()
    refused = (Ban(*here),) if override.what is Wish.FORBID else ()
    return Pins(
        (*wanted, *(pin for pin in pins.pins if (pin.account_id, pin.day) != here)),
        (*refused, *(ban for ban in pins.bans if (ban.account_id, ban.day) != here)),
        pins.days_off,
    )


def _choice(
    rest: RestOfDay, override: Override, account: Account, known: Mapping[int, Account], inputs: PlanInputs
) -> _Choice:
    stay = [stop for stop in rest.coming if stop.account_id != account.id or override.what in {Wish.PIN, Wish.FREE}]
    length = next((stop for stop in rest.coming if stop.account_id == account.id), None)
    coming = [one for stop in stay if (one := _still(stop, override, known, rest.working, inputs.pins))]
    inside = {one.account.id for one in coming} | {stop.account_id for stop in rest.done}
    others: list[Candidate] = []
    out: list[LeftOut] = []
    if override.what is Wish.FORBID:
        out.append(LeftOut(account, say(REASONS[Wish.FORBID]), say("let it be planned again"), "forbidden"))
    elif override.what is Wish.OUT:
        out.append(LeftOut(account, override.said or say(REASONS[Wish.OUT]), say("put it back"), "by hand"))
    elif account.id not in inside:
        others, out = choose([account], rest.working, inputs.seen, inputs.pins)
        if length is not None:  # a visit that was planned keeps its length
            service_s = planned_candidate(account, length, rest.working).service_s
            others = [replace(one, service_s=service_s) for one in others]
    if override.what is Wish.FORBID:
        free = [one for one in inputs.accounts if one.id not in inside and one.id != account.id]
        fillers, _ = choose(free, rest.working, inputs.seen, inputs.pins)
        span_s = rest.working.end_s - rest.working.start_s
        others = [
            fillers[place] for place in preselect(fillers, rest.here or rest.working.leaves_from, span_s, FILLERS)
        ]
    return _Choice((*coming, *others), len(coming), tuple(out))


def _placed(choice: _Choice, rest: RestOfDay, override: Override) -> _Choice:
    """The choice with the visit that is moved among those to come, at the place that was asked for."""
    if override.place is None or len(choice.candidates) == choice.coming:
        return choice
    *others, moved = choice.candidates
    number = override.place - 1 - len(rest.done)
    if not 0 <= number <= len(others):
        raise InputRejected(
            say("Stop {place} is behind already.", place=override.place),
            say("Choose a position among the later stops."),
        )
    return replace(choice, candidates=(*others[:number], moved, *others[number:]), coming=choice.coming + 1)


def _refuse_nonsense(before: DayPlan, account: Account, override: Override) -> None:
    planned = account.id in before.account_ids
    if override.what is Wish.OUT and not planned:
        raise InputRejected(say("{account} is not planned that day.", account=account.name), say("See the day's plan."))
    most = len(before.stops) + (0 if planned else 1)
    if override.place is not None and not 1 <= override.place <= most:
        raise InputRejected(
            say("There is no place {place} in a day of {most} stops.", place=override.place, most=most),
            say("Give 1 to {most}.", most=most),
        )


def _still(
    stop: Stop, override: Override, known: Mapping[int, Account], working: WorkingDay, pins: Pins
) -> Candidate | None:
    """A stop that was planned as a candidate again, pinned or not as was decided."""
    account = known.get(stop.account_id)
    if account is None or account.place is None:
        return None
    one = planned_candidate(account, stop, working)
    pin = pins.on(account.id, working.day)
    if account.id == override.account_id:  # pinned to the day, or free again: at whatever time
        one = replace(one, fixed_start=None)
    return replace(one, required=pin is not None, said=pin.said if pin else "")


def _changes(before: DayPlan, plan: DayPlan, override: Override) -> tuple[Change, ...]:
    said = {override.account_id: override.said or say(REASONS[override.what])}
    return changes_between(
        before,
        plan,
        added=dict.fromkeys((stop.account_id for stop in plan.stops), say("fills free time")) | said,
        removed=said if override.what in {Wish.FORBID, Wish.OUT} else {},
        moved="",
    )


def cost_between(before: DayPlan, now: DayPlan, given_up: AbstractSet[int]) -> Cost:
    """What it costs to put one plan of a day in the place of another.

    given_up: accounts whose visit nobody wants any more.
    """
    reasons = {one.account_id: one.reason for one in now.omissions}
    return Cost(
        travel_s=now.travel_s - before.travel_s,
        distance_m=now.distance_m - before.distance_m,
        home_s=round((now.home_arrive - before.home_arrive).total_seconds()),
        prize=now.prize - before.prize,
        lost=tuple(
            Lost(stop.account_id, stop.name, reasons.get(stop.account_id, ""))
            for stop in before.stops
            if stop.account_id not in now.account_ids and stop.account_id not in given_up
        ),
        added=tuple(stop.name for stop in now.stops if stop.account_id not in before.account_ids),
    )


def _refused(plan: DayPlan, override: Override) -> str:
    """Why a visit that was wanted is not in the day after all, "" if it is or was not wanted."""
    if override.what not in {Wish.PIN, Wish.MOVE}:
        return ""
    order = [stop.account_id for stop in plan.stops]
    if override.account_id in order:
        if override.place in {None, order.index(override.account_id) + 1}:
            return ""
        return say(
            "as stop {place} it is not within opening and working hours, or makes others miss theirs",
            place=override.place,
        )
    omitted = plan.omission_of(override.account_id)
    if omitted is None:
        return say("it does not fit")
    return f"{omitted.reason}{f': {omitted.remedy}' if omitted.remedy else ''}"


def _warning(choice: _Choice, override: Override, working: WorkingDay) -> str:
    """What speaks against the time that was chosen, "" for nothing."""
    one = next((one for one in choice.candidates if one.account.id == override.account_id), None)
    if one is None or one.fixed_start is None or not one.hours.known:
        return ""
    if any(opens <= one.fixed_start and one.fixed_start + one.service_s <= closes for opens, closes in one.windows):
        return ""
    spans = ", ".join(f"{working.clock(opens)}-{working.clock(closes)}" for opens, closes in one.windows)
    if spans:
        return say("It is open {spans} that day.", spans=spans)
    return say("It is not open that day: {closed}.", closed=one.hours.closed)
