"""What happened to a day, as a form says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from routing.late import late

if TYPE_CHECKING:
    from gcrm.planning import replan
    from gcrm.planning.replan import News
else:
    # It brings the planner, which a page does without.
    replan = late("gcrm.planning.replan")

LATE_MINUTES = (15, 30, 45, 60, 90, 120, 180)
"""What is offered to somebody who is late; any whole number of minutes up to a day is taken."""


def read_news(workspace: Workspace, form: Mapping[str, str]) -> News:
    """The news of a form: `what` of `WHAT`, with `minutes` for late, `account` for cancelled and urgent.

    Raises InputRejected for what cannot be.
    """
    now, what = workspace.clock(), form.get("what", "")
    if what == "free":
        return replan.News(now, fill=True)
    if what == "late":
        return replan.News(
            now, late_s=60 * _whole(form, "minutes", 24 * 60, say("Enter how many minutes late the day is."))
        )
    if what in {"cancelled", "urgent"}:
        account_id = _whole(form, "account", 2**31, say("Choose an account."))
        if what == "urgent":
            return replan.News(now, urgent=(account_id,))
        return replan.News(now, cancelled=frozenset({account_id}))
    raise InputRejected(say("Choose what happened."), say("Use the buttons of the page."))


def _whole(form: Mapping[str, str], name: str, most: int, remedy: str) -> int:
    text = form.get(name, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else 0
    if not 1 <= number <= most:
        raise InputRejected(say("{typed} is not possible.", typed=repr(text[:20])), remedy)
    return number
