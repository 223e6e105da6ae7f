"""The positions that are held of a rep: every one shown to the rep, with who else looked, and gone after a set time.

Positions come with check-ins and check-outs and nowhere else; nobody is followed between them. When a position has
gone, the verdict that it was judged by stays.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from gcrm.common.language import say, to_say
from gcrm.platform.errors import NotFound
from gcrm.privacy.model import HeldPoint, Look
from gcrm.privacy.repository import SEEN
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


_WHAT = {"check_in": to_say("check-in"), "check_out": to_say("check-out")}


def held_points(workspace: Workspace, tx: "Transaction", rep_id: int) -> list[HeldPoint]:
    """Every position that is held of a rep, newest first."""
    kept_for = timedelta(days=workspace.settings.position_days)
    return [
        HeldPoint(
            row["id"],
            row["account_name"],
            say(_WHAT[name]),
            row[f"{name}_at"],
            LonLat(row[f"{name}_lon"], row[f"{name}_lat"]),
            row[f"{name}_accuracy_m"],
            row["at"] + kept_for,
        )
        for row in tx.privacy.points_of(rep_id)
        for name in SEEN
        if row[f"{name}_lon"] is not None
    ]


def looks_at(tx: "Transaction", rep_id: int) -> list[tuple[Look, str]]:
    """Who looked at a rep's positions, each with the name, newest first."""
    names = {user.id: user.name for user in tx.users.all()}
    return [
        (replace(one, why=say(one.why)), names.get(one.user_id or 0, say("the command line")))
        for one in tx.privacy.looks_at(rep_id)
    ]


def look_at_points(workspace: Workspace, rep_key: str, user_id: int | None, why: str) -> list[HeldPoint]:
    """The positions of a rep for somebody else, who is noted for the rep to see. Raises NotFound."""
    with workspace.store.write() as tx:
        rep = tx.reps.get(rep_key)
        found = held_points(workspace, tx, rep.id)
        tx.privacy.looked(Look(rep.id, user_id, workspace.clock(), why[:200], len(found)))
    return found


def look_at_visit(workspace: Workspace, activity_id: int, user_id: int) -> list[HeldPoint]:
    """The positions of one visit; noted unless it is the looker's own. Raises NotFound."""
    with workspace.store.write() as tx:
        visit = tx.activities.get(activity_id)
        if visit.rep_id is None:
            raise NotFound(say("No position is held of this visit."), say("Positions go after a while."))
        found = [one for one in held_points(workspace, tx, visit.rep_id) if one.activity_id == activity_id]
        if tx.users.get(user_id).rep_id != visit.rep_id:
            tx.privacy.looked(Look(visit.rep_id, user_id, workspace.clock(), to_say("one visit"), len(found)))
    return found
