"""Keep a change of days that was tried, put it aside, or take it back.

What is kept is to the minute what was shown. A change is one or several days of one rep, each as `try_change` or
`preview_news` says it: {"rep", "date", "replaces", "document"}, with "account", "what", "start" of what was decided,
and "day_off" where the rep does not work after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from gcrm.people.model import DayOff
from gcrm.planning.overrides import FREE, Decision, decided_on, key_of, with_decision
from gcrm.planning.plan_day import kept_within
from gcrm.platform.errors import Conflict
from gcrm.store import Transaction
from gcrm.workspace import Workspace

Tried = Mapping[str, Any]


def hold_change(workspace: Workspace, user_id: int, tried: Sequence[Tried]) -> None:
    """Keep what a person tried last until that person has chosen."""
    with workspace.store.write() as tx:
        tx.settings.set(_held(user_id), [dict(one) for one in tried])


def apply_change(workspace: Workspace, user_id: int, rep_key: str, day: date) -> list[dict[str, Any]]:
    """Make the change that a person tried last the current plan of its days; returns their documents.

    day: one of them. What was decided holds whenever the days are planned again; all of it can be taken back.
    Raises NotFound for the rep, Conflict where nothing was tried for that day, or it was planned anew meanwhile.
    """
    with workspace.store.write() as tx:
        tried: list[Tried] = tx.settings.get(_held(user_id)) or []
        if (rep_key, day.isoformat()) not in {(one["rep"], one["date"]) for one in tried}:
            raise Conflict("There is no change of this day to keep.", "Try one, then keep it.")
        documents, undo = _keep(tx, rep_key, tried, workspace.clock().date())
        tx.settings.set(_held(user_id), None)
        tx.settings.set(_undoable(user_id), {"rep": rep_key, "days": undo})
    return documents


def apply_simulated(workspace: Workspace, tried: Tried) -> dict[str, Any]:
    """Keep what was tried just now, for whoever need not look at it first; returns the document. Raises as above."""
    with workspace.store.write() as tx:
        (document,), _ = _keep(tx, tried["rep"], [tried], workspace.clock().date())
    return document


def _keep(
    tx: Transaction, rep_key: str, tried: Sequence[Tried], today: date
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The documents as they are kept, and what it takes to undo that."""
    rep = tx.reps.get(rep_key)
    for one in tried:
        if _current(tx, rep.id, one) != one["replaces"]:
            raise Conflict("The day was planned again in the meantime.", "Try the change once more.")
    documents, undo = [], []
    for one in tried:
        kept = one["replaces"]
        if one["document"]:
            documents.append(kept_within(tx, rep.id, date.fromisoformat(one["date"]), one["document"]))
            kept = documents[-1]["id"]
        undo.append(
            {"date": one["date"], "kept": kept, "replaces": one["replaces"], "account": one.get("account")}
            | {"decided": _decided(tx, rep.id, one), "day_off": one.get("day_off", "")}
        )
        if one.get("what"):
            _decide(tx, rep.id, one, one, today)
    _days_off(tx, rep_key, add=undo)
    return documents, undo


def _days_off(tx: Transaction, rep_key: str, add: Sequence[Tried] = (), remove: Sequence[Tried] = ()) -> None:
    """Add the days off of a change to the rep's, or take them away again."""
    added, removed = (
        [DayOff(*2 * (date.fromisoformat(one["date"]),), one["day_off"]) for one in tried if one["day_off"]]
        for tried in (add, remove)
    )
    if added or removed:
        rep = tx.reps.get(rep_key)
        kept = [one for one in rep.days_off if one not in removed]
        tx.reps.update(replace(rep, days_off=(*kept, *(one for one in added if one not in kept))))


def drop_change(workspace: Workspace, user_id: int) -> None:
    """Forget what a person tried last."""
    with workspace.store.write() as tx:
        tx.settings.set(_held(user_id), None)


def undoable(workspace: Workspace, user_id: int, rep_key: str, days: Sequence[date]) -> bool:
    """Whether the change that a person kept last is of one of these days, and its days are still as it left them."""
    with workspace.store.read() as tx:
        last = tx.settings.get(_undoable(user_id))
        if not last or last["rep"] != rep_key:
            return False
        rep = tx.reps.get(rep_key)
        of_these = {one["date"] for one in last["days"]} & {day.isoformat() for day in days}
        return bool(of_these) and all(_current(tx, rep.id, one) == one["kept"] for one in last["days"])


def undo_kept(workspace: Workspace, user_id: int, rep_key: str) -> list[date]:
    """Take the change that a person kept last back: plans and decisions are as before; returns the days.

    Raises Conflict where there is none of that rep, or its days were planned again since.
    """
    with workspace.store.write() as tx:
        last = tx.settings.get(_undoable(user_id))
        rep = tx.reps.get(rep_key)
        if not last or last["rep"] != rep_key:
            raise Conflict("There is no change to take back.", "Plan the day again, or change it by hand.")
        if any(_current(tx, rep.id, one) != one["kept"] for one in last["days"]):
            raise Conflict("The day was planned again since.", "Plan the day again, or change it by hand.")
        for one in last["days"]:
            if one["kept"] != one["replaces"]:
                tx.plans.drop(one["kept"])
            if one["account"]:
                _decide(tx, rep.id, one, one["decided"] or {"what": FREE}, workspace.clock().date())
        _days_off(tx, rep_key, remove=last["days"])
        tx.settings.set(_undoable(user_id), None)
    return [date.fromisoformat(one["date"]) for one in last["days"]]


def decisions_on(workspace: Workspace, rep_id: int, day: date) -> dict[int, Decision]:
    """What was decided by hand about a rep's day, by account."""
    with workspace.store.read() as tx:
        return decided_on(tx.settings.get(key_of(rep_id)), day)


def _current(tx: Transaction, rep_id: int, one: Tried) -> int | None:
    """The number of the plan that holds for the day of a change."""
    current = tx.plans.current(rep_id, date.fromisoformat(one["date"]))
    return current.get("id") if current else None


def _decide(tx: Transaction, rep_id: int, of: Tried, what: Tried, today: date) -> None:
    start = time.fromisoformat(what["start"]) if what.get("start") else None
    decision = Decision(of["account"], what["what"], start)
    kept = with_decision(tx.settings.get(key_of(rep_id)), date.fromisoformat(of["date"]), decision, today)
    tx.settings.set(key_of(rep_id), kept or None)


def _decided(tx: Transaction, rep_id: int, one: Tried) -> dict[str, Any] | None:
    """What had been decided about the account of a change on its day."""
    known = decided_on(tx.settings.get(key_of(rep_id)), date.fromisoformat(one["date"]))
    before = known.get(one.get("account") or 0)
    start = f"{before.start:%H:%M}" if before and before.start else None
    return {"what": before.what, "start": start} if before else None


def _held(user_id: int) -> str:
    return f"tried:{user_id}"


def _undoable(user_id: int) -> str:
    return f"undoable:{user_id}"
