"""Try a change of a planned day: pin a visit, move it to another time or place, forbid it, take it out.

What changes, and what it costs, is known before anything is kept (`gcrm.planning.apply_change` keeps it).
"""

import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from gcrm.accounts.model import Account
from gcrm.common.wording import day_in_words
from gcrm.people.working_week import WorkingDay, working_day
from gcrm.planning.candidates import Candidate, LeftOut, choose
from gcrm.planning.changes import changes_between
from gcrm.planning.day_document import as_planned, day_document, day_without_stops, with_remarks
from gcrm.planning.joined_day import joined_day
from gcrm.planning.overrides import FORBID, FREE, MOVE, OUT, PIN, WHAT, Decision, pin_of
from gcrm.planning.pins import Ban, Pins
from gcrm.planning.plan_day import checked_seconds
from gcrm.planning.plan_in_hand import planned_candidate
from gcrm.planning.plan_inputs import PlanInputs, plan_inputs
from gcrm.planning.preselect import preselect
from gcrm.planning.problem import state_day
from gcrm.planning.reasons import left_out
from gcrm.planning.replan import FILLERS, LOYALTY, as_before, few_changes, legs_to
from gcrm.planning.rest_of_day import RestOfDay, rest_of_day
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

REASONS = {
    PIN: "pinned",
    MOVE: "moved by hand",
    FORBID: "not on this day, as you decided",
    FREE: "no longer pinned",
    OUT: "taken out by hand",
}


@dataclass(frozen=True, slots=True)
class _Choice:
    """Who is planned with: those to come in their order first, then the others; `coming` counts the former."""

    candidates: tuple[Candidate, ...]
    rest: RestOfDay
    out: tuple[LeftOut, ...]


def simulate_change(
    workspace: Workspace,
    rep_key: str,
    day: date,
    decision: Decision,
    *,
    on_empty_day: bool = False,
    seconds: float = 1.5,
    seed: int = 1,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """What the day would be with one more decision. Nothing is kept.

    Stops that are behind stay, the others keep their order as far as they can. on_empty_day: whether a day that is not
    planned is taken as one without visits. Returns {"rep", "date", "account", "name", "what", "start", "place",
    "replaces": number of the current plan or None, "document": the day as `plan_day` returns it, "changes": [{account,
    name, change, reason, before, now}], "cost": as `cost_between`, "refused": why it cannot be, or "", "warning"}.
    Raises NotFound for the rep or the account, NotReady where the day is not planned or is a day off, InputRejected for
    a stop that is behind, promised, or not there to be taken out, and for a place that cannot be.
    """
    began = time.monotonic()
    checked_seconds(seconds)
    if decision.what not in WHAT or (decision.what != MOVE and (decision.start or decision.place)):
        raise InputRejected("The change is not one that can be made.", "Use the menu of the stop.")
    inputs = plan_inputs(workspace, rep_key, day)
    with workspace.store.read() as tx:
        before = tx.plans.current(inputs.rep.id, day)
        account = tx.accounts.get(decision.account_id)
        stops = tx.accounts.by_ids([stop["account"] for stop in before["stops"]]) if before else []
        promised = [one for one in tx.appointments.between(day, day) if one.account_id == account.id and not one.till]
    working = working_day(inputs.rep, day)
    if working.off:
        raise NotReady(f"{working.off}.", "Choose another day.")
    if before is None and on_empty_day:
        before = day_without_stops(inputs.rep, working, [], seed=seed, router=workspace.travel_times.name)
    if before is None:
        raise NotReady(
            f"{inputs.rep.name} has no plan for {day_in_words(day)}.",
            f"Plan the day first: `gcrm plan day --rep {rep_key} --date {day}`.",
        )
    _refuse_nonsense(before, account, decision)
    if promised:
        raise InputRejected(
            f"{account.name} was promised a visit that day.", "Take the appointment back first, or offer another time."
        )
    inputs = replace(inputs, pins=_decided(inputs.pins, decision, day))
    rest = rest_of_day(
        before,
        as_planned(working, before),
        workspace.clock(),
        0,
        frozenset(),
        frozenset(inputs.seen.visited or {}) - {account.id},
    )
    if decision.account_id in {stop["account"] for stop in rest.done}:
        raise InputRejected(f"{account.name} is behind already, or under way.", "Change what is still to come.")
    known = {one.id: one for one in (*inputs.accounts, *stops, account)}
    choice = _placed(_choice(rest, decision, account, known, inputs), decision)
    progress("Computing travel times")
    start = rest.here or rest.working.leaves_from
    times = workspace.travel_times
    problem = state_day(choice.candidates, rest.working, times, start=start)
    problem, plan = few_changes(problem, choice.rest, seconds=seconds, seed=seed, progress=progress)
    out = [*choice.out, *left_out(choice.candidates, problem, plan, rest.working, times)]
    plain = [replace(one, prize=one.prize % LOYALTY) for one in choice.candidates]
    plan = replace(plan, prize=sum(plain[stop.visit].prize for stop in plan.stops), bound=None, proven=False)
    after = day_document(inputs.rep, rest.working, plain, problem, plan, out, times, start=start)
    after["dropped"] += as_before(before, after)
    document = joined_day(rest.done, legs_to(before, rest), after, rest.pause)
    changes = _changes(before, document, decision)
    document |= {"replaces": before.get("id"), "at": workspace.clock().isoformat(), "changes": changes}
    document = with_remarks(document, inputs.notes, workspace.clock(), time.monotonic() - began)
    return {
        "rep": rep_key,
        "date": day.isoformat(),
        "account": account.id,
        "name": account.name,
        "what": decision.what,
        "start": f"{decision.start:%H:%M}" if decision.start else None,
        "place": decision.place,
        "replaces": before.get("id"),
        "document": document,
        "changes": changes,
        "cost": cost_between(before, document, {account.id} if decision.what in {FORBID, OUT} else set()),
        "refused": _refused(document, decision),
        "warning": _warning(choice, decision, rest.working),
    }


def _decided(pins: Pins, decision: Decision, day: date) -> Pins:
    """The pins with the decision in the place of what was decided before about its account that day."""
    here = (decision.account_id, day)
    wanted = (pin_of(decision, day),) if decision.what in {PIN, MOVE} else ()
    refused = (Ban(*here),) if decision.what == FORBID else ()
    return Pins(
        (*wanted, *(pin for pin in pins.pins if (pin.account_id, pin.day) != here)),
        (*refused, *(ban for ban in pins.bans if (ban.account_id, ban.day) != here)),
        pins.days_off,
    )


def _choice(
    rest: RestOfDay, decision: Decision, account: Account, known: Mapping[int, Account], inputs: PlanInputs
) -> _Choice:
    coming = [stop for stop in rest.coming if stop["account"] != account.id or decision.what in {PIN, FREE}]
    length = next((stop for stop in rest.coming if stop["account"] == account.id), None)
    candidates = [one for stop in coming if (one := _still(stop, decision, known, rest.working, inputs.pins))]
    rest = replace(rest, coming=tuple(stop for stop in coming if known[stop["account"]].place))
    inside = {one.account.id for one in candidates} | {stop["account"] for stop in rest.done}
    out: list[LeftOut] = []
    if decision.what == FORBID:
        out.append(LeftOut(account, REASONS[FORBID], "let it be planned again", "forbidden"))
    elif decision.what == OUT:
        out.append(LeftOut(account, decision.said or REASONS[OUT], "put it back", "by hand"))
    elif account.id not in inside:
        found, out = choose([account], rest.working, inputs.seen, inputs.pins)
        if length is not None:  # a visit that was planned keeps its length
            service_s = planned_candidate(account, dict(length), rest.working).service_s
            found = [replace(one, service_s=service_s) for one in found]
        candidates += [replace(one, prize=one.prize + LOYALTY * one.required) for one in found]
    if decision.what == FORBID:
        others = [one for one in inputs.accounts if one.id not in inside and one.id != account.id]
        fillers, _ = choose(others, rest.working, inputs.seen, inputs.pins)
        span_s = rest.working.end_s - rest.working.start_s
        candidates += [
            fillers[place] for place in preselect(fillers, rest.here or rest.working.leaves_from, span_s, FILLERS)
        ]
    return _Choice(tuple(candidates), rest, tuple(out))


def _placed(choice: _Choice, decision: Decision) -> _Choice:
    """The choice with the visit that is moved among those to come, at the place that was asked for."""
    if decision.place is None or len(choice.candidates) == len(choice.rest.coming):
        return choice
    *others, moved = choice.candidates
    number = decision.place - 1 - len(choice.rest.done)
    if not 0 <= number <= len(others):
        raise InputRejected(f"Stop {decision.place} is behind already.", "Give a place among those still to come.")
    coming = [*choice.rest.coming[:number], {"account": moved.account.id}, *choice.rest.coming[number:]]
    # Its own planned time does not hold any more.
    planned_s = {key: at_s for key, at_s in choice.rest.planned_s.items() if key != moved.account.id}
    rest = replace(choice.rest, coming=tuple(coming), planned_s=planned_s)
    return replace(choice, candidates=(*others[:number], moved, *others[number:]), rest=rest)


def _refuse_nonsense(before: Mapping[str, Any], account: Account, decision: Decision) -> None:
    planned = any(stop["account"] == account.id for stop in before["stops"])
    if decision.what == OUT and not planned:
        raise InputRejected(f"{account.name} is not planned that day.", "See the day's plan.")
    most = len(before["stops"]) + (0 if planned else 1)
    if decision.place is not None and not 1 <= decision.place <= most:
        raise InputRejected(f"There is no place {decision.place} in a day of {most} stops.", f"Give 1 to {most}.")


def _still(
    stop: Mapping[str, Any], decision: Decision, known: Mapping[int, Account], working: WorkingDay, pins: Pins
) -> Candidate | None:
    """A stop that was planned as a candidate again, pinned or not as was decided."""
    account = known.get(stop["account"])
    if account is None or account.place is None:
        return None
    one = planned_candidate(account, dict(stop), working)
    pin = pins.on(account.id, working.day)
    if account.id == decision.account_id:  # pinned to the day, or free again: at whatever time
        one = replace(one, fixed_start=None)
    return replace(one, prize=one.prize + LOYALTY, required=pin is not None, said=pin.said if pin else "")


def _changes(before: dict[str, Any], document: dict[str, Any], decision: Decision) -> list[dict[str, Any]]:
    changes = changes_between(
        before,
        document,
        added={stop["account"]: "fills time that came free" for stop in document["stops"]}
        | {decision.account_id: decision.said or REASONS[decision.what]},
        removed={decision.account_id: decision.said or REASONS[decision.what]}
        if decision.what in {FORBID, OUT}
        else {},
        moved="",
    )
    return [asdict(one) for one in changes]


def cost_between(before: Mapping[str, Any], now: Mapping[str, Any], given_up: AbstractSet[int]) -> dict[str, Any]:
    """What it costs to put one plan of a day in the place of another.

    given_up: accounts whose visit nobody wants any more. Returns {"travel_s", "distance_m", "prize", "home_s": how much
    later the day ends, each the difference, "lost": [{account, name, reason}], "added": [names]}.
    """
    stays, was = ({stop["account"] for stop in one["stops"]} for one in (now, before))
    reasons = {one["account"]: one["reason"] for one in now["dropped"]}
    home_s = (
        datetime.fromisoformat(now["home_arrive"]) - datetime.fromisoformat(before["home_arrive"])
    ).total_seconds()
    return {
        "travel_s": now["travel_s"] - before["travel_s"],
        "distance_m": now["distance_m"] - before["distance_m"],
        "home_s": round(home_s),
        "prize": now["prize"] - before["prize"],
        "lost": [
            {"account": stop["account"], "name": stop["name"], "reason": reasons.get(stop["account"], "")}
            for stop in before["stops"]
            if stop["account"] not in stays and stop["account"] not in given_up
        ],
        "added": [stop["name"] for stop in now["stops"] if stop["account"] not in was],
    }


def _refused(document: dict[str, Any], decision: Decision) -> str:
    """Why a visit that was wanted is not in the day after all, "" if it is or was not wanted."""
    order = [stop["account"] for stop in document["stops"]]
    if decision.what not in {PIN, MOVE}:
        return ""
    if decision.account_id in order:
        if decision.place in {None, order.index(decision.account_id) + 1}:
            return ""
        return f"as stop {decision.place} it is not within opening and working hours, or makes others miss theirs"
    dropped = next((one for one in document["dropped"] if one["account"] == decision.account_id), None)
    if dropped is None:
        return "it does not fit"
    return f"{dropped['reason']}{': ' + dropped['remedy'] if dropped.get('remedy') else ''}"


def _warning(choice: _Choice, decision: Decision, working: WorkingDay) -> str:
    """What speaks against the time that was chosen, "" for nothing."""
    one = next((one for one in choice.candidates if one.account.id == decision.account_id), None)
    if one is None or one.fixed_start is None or not one.hours.known:
        return ""
    if any(opens <= one.fixed_start and one.fixed_start + one.service_s <= closes for opens, closes in one.windows):
        return ""
    spans = ", ".join(f"{working.clock(opens)}-{working.clock(closes)}" for opens, closes in one.windows)
    return f"It is open {spans} that day." if spans else f"It is not open that day: {one.hours.closed}."
