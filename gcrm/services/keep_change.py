"""Keep a change of a day that was tried, or put it aside: what is kept is to the minute what was shown."""

from datetime import date, time
from typing import Any

from gcrm.bootstrap import Workspace
from gcrm.errors import Conflict
from gcrm.services.plan_day import kept
from gcrm.visits.decisions import Decision, decided_on, key_of, with_decision


def hold_change(workspace: Workspace, user_id: int, tried: dict[str, Any]) -> None:
    """Keep what a person tried last until that person has chosen."""
    with workspace.store.write() as tx:
        tx.settings.set(_key(user_id), tried)


def keep_change(workspace: Workspace, user_id: int, rep_key: str, day: date) -> dict[str, Any]:
    """Make the change that a person tried last the current plan; returns its document.

    The decision is kept for whenever the day is planned again.

    Raises NotFound for the rep, Conflict where nothing was tried for that day, or it was planned anew meanwhile.
    """
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        tried = tx.settings.get(_key(user_id))
        current = tx.plans.current(rep.id, day)
    if not tried or (tried["rep"], tried["date"]) != (rep_key, day.isoformat()):
        raise Conflict("There is no change of this day to keep.", "Try one, then keep it.")
    if current is None or current.get("id") != tried["replaces"]:
        raise Conflict("The day was planned again in the meantime.", "Try the change once more.")
    decision = Decision(tried["account"], tried["what"], time.fromisoformat(tried["start"]) if tried["start"] else None)
    document = kept(workspace, rep.id, day, tried["document"])
    with workspace.store.write() as tx:
        decided = with_decision(tx.settings.get(key_of(rep.id)), day, decision, workspace.clock().date())
        tx.settings.set(key_of(rep.id), decided or None)
        tx.settings.set(_key(user_id), None)
    return document


def drop_change(workspace: Workspace, user_id: int) -> None:
    """Forget what a person tried last."""
    with workspace.store.write() as tx:
        tx.settings.set(_key(user_id), None)


def decisions_on(workspace: Workspace, rep_id: int, day: date) -> dict[int, Decision]:
    """What was decided by hand about a rep's day, by account."""
    with workspace.store.read() as tx:
        return decided_on(tx.settings.get(key_of(rep_id)), day)


def _key(user_id: int) -> str:
    return f"tried:{user_id}"
