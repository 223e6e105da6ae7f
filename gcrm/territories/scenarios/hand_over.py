"""The list that goes with an alignment: for each rep what comes and goes, and what has to be known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gcrm.activities.model import Activity
from gcrm.common.language import say
from gcrm.common.today import today_in
from gcrm.territories.scenarios.compare import HandOver, compare, hand_overs
from gcrm.workspace import Workspace

NOTES_SHOWN = 3
"""The last entries of an account's history that its new rep reads."""


@dataclass(frozen=True, slots=True)
class Item:
    """One account to hand over: whom to ask for, what was said last, what is promised and planned, what to know."""

    move: HandOver
    contact: str
    phone: str
    address: str
    note: str
    last: tuple[str, ...]
    promised: tuple[str, ...]
    first_visit: date | None


@dataclass(frozen=True, slots=True)
class RepList:
    """What one rep gets and gives. routes: days of the first two weeks, where the scenario was simulated."""

    rep: str
    gets: tuple[Item, ...]
    gives: tuple[Item, ...]
    routes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class HandOverList:
    """For every rep whose accounts change."""

    scenario: int
    name: str
    reps: tuple[RepList, ...]


def hand_over_list(workspace: Workspace, scenario_id: int) -> HandOverList:
    """What changes hands under a scenario, against today's alignment, or what did when it was applied.

    Raises NotFound.
    """
    with workspace.store.read() as tx:
        scenario = tx.scenarios.get(scenario_id)
        simulated = tx.scenarios.simulation(scenario_id) or {}
    moves = _applied_moves(workspace, scenario_id) if scenario.before else compare(workspace, None, scenario_id).moves
    routes = {one["name"]: tuple(one["first_weeks"]) for one in simulated.get("territories", [])}
    first_day = _first_days(simulated)
    items = _items(workspace, moves, first_day)
    names = sorted({one.before for one in moves if one.before} | {one.after for one in moves if one.after})
    return HandOverList(
        scenario_id,
        scenario.name,
        tuple(
            RepList(
                name,
                tuple(item for item in items if item.move.after == name),
                tuple(item for item in items if item.move.before == name),
                routes.get(name, ()),
            )
            for name in names
        ),
    )


def _applied_moves(workspace: Workspace, scenario_id: int) -> tuple[HandOver, ...]:
    """The moves that were made when the scenario was applied."""
    with workspace.store.read() as tx:
        before = tx.scenarios.get(scenario_id).before or {}
        reps = {rep.id: rep.name for rep in tx.reps.all()}
        names = {one.id: reps.get(one.rep_id, "") for one in tx.territories.all()}
        moved = {
            account: (names.get(was or 0, ""), names.get(became or 0, ""))
            for account, was, became in before["accounts"]
        }
        moved = {account: pair for account, pair in moved.items() if pair[0] != pair[1]}
        return hand_overs(tx, moved, today_in("UTC", workspace.clock()))


def _first_days(simulated: Mapping[str, Any]) -> dict[int, date]:
    found: dict[int, date] = {}
    for territory in simulated.get("territories", []):
        for day in territory["first_weeks"]:
            for stop in day["stops"]:
                found.setdefault(stop["account"], date.fromisoformat(day["date"]))
    return found


def _items(workspace: Workspace, moves: tuple[HandOver, ...], first_day: Mapping[int, date]) -> list[Item]:
    with workspace.store.read() as tx:
        accounts = {one.id: one for one in tx.accounts.by_ids([move.account for move in moves])}
        promised = tx.appointments.of_accounts([move.account for move in moves])
        today = today_in("UTC", workspace.clock())
        found = []
        for move in moves:
            account = accounts[move.account]
            found.append(
                Item(
                    move,
                    account.contact,
                    account.phone,
                    account.address.text,
                    account.note,
                    tuple(_entry(one) for one in tx.activities.of_account(account.id, NOTES_SHOWN)),
                    tuple(
                        f"{one.day:%Y-%m-%d}{f' {one.note}' if one.note else ''}"
                        for one in promised
                        if one.account_id == account.id and one.last >= today
                    ),
                    first_day.get(account.id),
                )
            )
    return found


def _entry(one: Activity) -> str:
    next_step = ""
    if one.next_step and one.next_date:
        next_step = say("next: {step} by {day}", step=one.next_step, day=one.next_date)
    elif one.next_step:
        next_step = say("next: {step}", step=one.next_step)
    outcome = say(one.outcome.value.replace("_", " ")) if one.outcome.value else ""
    said = ", ".join(part for part in (outcome, one.note.strip(), next_step) if part)
    return f"{one.at:%Y-%m-%d} {say(one.kind.value)}{f': {said}' if said else ''}"
