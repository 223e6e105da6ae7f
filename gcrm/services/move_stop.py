"""Change a planned day by hand: put a stop elsewhere, bring one in, or take one out, and see at once what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from gcrm.bootstrap import Workspace
from gcrm.domain.account import Account
from gcrm.errors import InputRejected, NotReady
from gcrm.services.plan_day import kept, refuse_faults
from gcrm.services.plan_in_hand import planned_candidate
from gcrm.services.plan_inputs import PlanInputs, plan_inputs
from gcrm.visits.candidates import Candidate, LeftOut, choose
from gcrm.visits.document import Document, day_document, dropped_document, with_remarks
from gcrm.visits.pins import Pin, Pins
from gcrm.visits.problem import state_day
from gcrm.visits.words import day_in_words, minutes_in_words
from gcrm.visits.working_week import WorkingDay, working_day
from routing.planner.check import check_day
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.planner.schedule import schedule
from routing.planner.timeline import Clock


@dataclass(frozen=True, slots=True)
class Move:
    """What is wanted of one account on the day.

    place: its number among the stops, from 1, None where it costs least; start: its time on the rep's wall, None for
    when it comes; out: take it out instead.
    """

    account_id: int
    place: int | None = None
    start: time | None = None
    out: bool = False


def move_stop(workspace: Workspace, rep_key: str, day: date, move: Move, *, apply: bool = False) -> dict[str, Any]:
    """Try a change to the current plan of a day, the other stops keeping their order; with `apply` it is kept.

    Returns {"possible", "reason", "cost": {"travel_s", "distance_m", "home_s", "prize"}, "moved": [{account, name,
    before, now}], "plan": the document of the day as it would be}: `cost` is the difference to the plan as it is,
    home_s by how much later the day ends. Where it is not possible, `reason` says why, `plan` is None, nothing is kept.
    Raises NotFound for the rep or the account, NotReady where the day is not planned, InputRejected for a place that
    cannot be, or for an account that is to be taken out and is not in.
    """
    inputs = plan_inputs(workspace, rep_key, day)
    working = working_day(inputs.rep, day)
    with workspace.store.read() as tx:
        before = tx.plans.current(inputs.rep.id, day)
        account = tx.accounts.get(move.account_id)
        stops = tx.accounts.by_ids([stop["account"] for stop in before["stops"]]) if before else []
    if before is None or working.off:
        raise NotReady(
            f"{inputs.rep.name} has no plan for {day_in_words(day)}.",
            f"Plan the day first: `gcrm plan day --rep {rep_key} --date {day}`.",
        )
    _refuse_nonsense(before, account, move)
    kept_stops = [
        planned_candidate(one, stop, working)
        for stop in before["stops"]
        if (one := {each.id: each for each in stops}.get(stop["account"])) and one.place and one.id != account.id
    ]
    wanted, refused = _wanted(account, before, move, working, inputs)
    if refused is not None:
        return _impossible(refused.reason)
    candidates = [*kept_stops, *wanted]
    times = workspace.travel_times
    problem = state_day(candidates, inputs.rep.home, working, times)
    plan = _placed(problem, len(kept_stops), bool(wanted), move.place)
    if plan is None:
        return _impossible(_why_not(account, kept_stops, move))
    refuse_faults(check_day(problem, plan))
    document = day_document(inputs.rep, working, candidates, problem, plan, [], times)
    document["dropped"] = _dropped(before, document, account)
    document = with_remarks(document, inputs.notes, workspace.clock(), 0.0) | {"replaces": before.get("id")}
    if apply:
        document = kept(workspace, inputs.rep.id, day, document)
    return {
        "possible": True,
        "reason": "",
        "cost": _cost(before, document, working),
        "moved": _moved(before, document),
        "plan": document,
    }


def cost_words(answer: dict[str, Any]) -> str:
    """What a change costs, as a person says it."""
    if not answer["possible"]:
        return f"Not possible: {answer['reason']}."
    cost = answer["cost"]
    parts = [_more(cost["travel_s"], "driving"), _later(cost["home_s"])]
    return ", ".join(part for part in parts if part) or "It costs nothing."


def _refuse_nonsense(before: Document, account: Account, move: Move) -> None:
    planned = any(stop["account"] == account.id for stop in before["stops"])
    if move.out and not planned:
        raise InputRejected(f"{account.name} is not planned that day.", "See the day's plan.")
    most = len(before["stops"]) + (0 if planned else 1)
    if move.place is not None and not 1 <= move.place <= most:
        raise InputRejected(f"There is no place {move.place} in a day of {most} stops.", f"Give 1 to {most}.")


def _wanted(
    account: Account, before: Document, move: Move, working: WorkingDay, inputs: PlanInputs
) -> tuple[list[Candidate], LeftOut | None]:
    """The visit as it is wanted; nothing where it is to be taken out, and the reason where it cannot be."""
    if move.out:
        return [], None
    stop = next((one for one in before["stops"] if one["account"] == account.id), None)
    minutes = None
    if stop is not None:
        minutes = planned_candidate(account, stop, working).service_s // 60
    pins = Pins((Pin(account.id, working.day, move.start, minutes, "wanted"),))
    candidates, out = choose([account], working, inputs.seen, pins)
    if out:
        return [], replace(out[0], reason=out[0].reason.removeprefix("wanted, but "))
    return [replace(candidates[0], required=False, said="moved by hand" if stop is None else "")], None


def _placed(problem: DayProblem, stops: int, has_one: bool, place: int | None) -> DayPlan | None:
    """The plan with the last visit put in at a place, or where it costs least; None where it cannot be."""
    clock = Clock(problem)
    order = list(range(stops))
    if not has_one:
        return schedule(clock, order)
    places = [place - 1] if place is not None else range(stops + 1)
    plans = [plan for at in places if (plan := schedule(clock, [*order[:at], stops, *order[at:]])) is not None]
    return min(plans, key=lambda plan: (plan.travel_s, plan.home_arrive), default=None)


def _why_not(account: Account, stops: Sequence[Candidate], move: Move) -> str:
    if move.start is not None:
        return f"{account.name} at {move.start:%H:%M} leaves no time for the other visits in their opening hours"
    if move.place is not None and stops:
        after = stops[move.place - 2].account.name if 2 <= move.place <= len(stops) + 1 else "home"
        return f"{account.name} after {after} is not within opening and working hours, or makes others miss theirs"
    return f"{account.name} fits nowhere between the visits that are planned"


def _dropped(before: Document, now: Document, account: Account) -> list[Document]:
    planned = {stop["account"] for stop in now["stops"]}
    dropped = [one for one in before["dropped"] if one["account"] not in planned]
    if account.id not in planned and all(one["account"] != account.id for one in dropped):
        dropped.insert(0, dropped_document(LeftOut(account, "taken out by hand", "put it back", "by hand")))
    return dropped


def _cost(before: Document, now: Document, working: WorkingDay) -> dict[str, int]:
    home = [working.second(datetime.fromisoformat(one["home_arrive"])) for one in (before, now)]
    return {
        "travel_s": now["travel_s"] - before["travel_s"],
        "distance_m": now["distance_m"] - before["distance_m"],
        "home_s": home[1] - home[0],
        "prize": now["prize"] - before["prize"],
    }


def _moved(before: Document, now: Document) -> list[Document]:
    old = {stop["account"]: stop["start"] for stop in before["stops"]}
    return [
        {"account": stop["account"], "name": stop["name"], "before": old.get(stop["account"]), "now": stop["start"]}
        for stop in now["stops"]
        if old.get(stop["account"]) != stop["start"]
    ]


def _impossible(reason: str) -> dict[str, Any]:
    return {"possible": False, "reason": reason, "cost": None, "moved": [], "plan": None}


def _more(seconds: int, what: str) -> str:
    if abs(seconds) < 30:
        return f"no more {what}"
    return f"{minutes_in_words(abs(seconds))} {'more' if seconds > 0 else 'less'} {what}"


def _later(seconds: int) -> str:
    return (
        f"home {minutes_in_words(abs(seconds))} {'later' if seconds > 0 else 'earlier'}" if abs(seconds) >= 30 else ""
    )
