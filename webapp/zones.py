"""Whose clock a page shows."""

from datetime import date

from gcrm.common.today import rep_today, today_in
from gcrm.people.model import Rep
from gcrm.people.queries import all_reps
from webapp.access import me
from webapp.context import snapshot, workspace


def zone_of_user() -> str:
    """The zone of the signed-in rep; for people at a desk that of the reps, where all share one; else UTC."""
    rep_id = me().rep_id
    reps = all_reps(snapshot())
    own = {rep.zone for rep in reps if rep.id == rep_id} or {rep.zone for rep in reps}
    return own.pop() if len(own) == 1 else "UTC"


def today(zone: str) -> date:
    """The day that it is in a zone."""
    return today_in(zone, workspace().clock())


def today_of(rep: Rep) -> date:
    """The day that it is for a rep."""
    return rep_today(rep, workspace().clock())
