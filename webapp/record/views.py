"""People and deals in lists, and of an account its people, its deals and the timeline of all channels."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from gcrm.accounts.list_people import list_people as people_page
from gcrm.accounts.record_queries import extra_of
from gcrm.activities.timeline import KINDS, timeline
from gcrm.common.language import say
from gcrm.sales.list_deals import list_deals as deals_page
from gcrm.sales.model import DealOutcome
from webapp.access import EVERYONE, account_to_see, allow, visible_territories
from webapp.context import snapshot
from webapp.phone import call_address
from webapp.zones import today, zone_of_user

blueprint = Blueprint("record", __name__, template_folder="templates")

PAGE = 50
ENTRIES = 30
"""Entries of a timeline shown at a time."""


@blueprint.get("/people/")
@allow(*EVERYONE)
def list_people() -> ResponseReturnValue:
    """People by name, a page at a time; a rep sees those at the own accounts."""
    text, page = _text(), _page()
    refuses = request.args.get("refuses", "")
    refuses = refuses if refuses in {"email", "phone"} else ""
    tx = snapshot()
    found = people_page(tx, visible_territories(tx), text=text, refuses=refuses, after=(page - 1) * PAGE, limit=PAGE)
    return render_template(
        "record/people.html",
        people=found.people,
        text=text,
        refuses=refuses,
        choices=[("", say("All")), ("email", say("refuse e-mail")), ("phone", say("refuse calls"))],
        call=call_address,
        **_paging(found.total, page),
    )


@blueprint.get("/deals/")
@allow(*EVERYONE)
def list_deals() -> ResponseReturnValue:
    """Deals, open ones first, with the sums of each currency by itself; a rep sees those of the own accounts."""
    text, page = _text(), _page()
    given = request.args.get("outcome", "")
    outcome = DealOutcome(given) if given in set(DealOutcome) else None
    tx = snapshot()
    found = deals_page(tx, visible_territories(tx), text=text, outcome=outcome, after=(page - 1) * PAGE, limit=PAGE)
    return render_template(
        "record/deals.html",
        deals=found.deals,
        sums=found.sums,
        text=text,
        outcome=given if outcome else "",
        choices=[("", say("All")), *((one.value, outcome_words()[one.value]) for one in DealOutcome)],
        words=outcome_words(),
        today=today(zone_of_user()),
        **_paging(found.total, page),
    )


@blueprint.get("/accounts/<int:account_id>/people")
@allow(*EVERYONE)
def of_account(account_id: int) -> ResponseReturnValue:
    """The people and deals of an account, and what else is known of it: a piece of its page."""
    tx = snapshot()
    account = account_to_see(tx, account_id)
    seen = visible_territories(tx)
    return render_template(
        "record/of_account.html",
        account=account,
        people=people_page(tx, seen, account_id=account_id, limit=100),
        deals=deals_page(tx, seen, account_id=account_id, limit=30),
        extra=extra_of(tx, account_id, seen),
        words=outcome_words(),
        call=call_address,
        today=today(zone_of_user()),
    )


@blueprint.get("/accounts/<int:account_id>/timeline")
@allow(*EVERYONE)
def of_all_channels(account_id: int) -> ResponseReturnValue:
    """What happened with an account over all channels, newest first: a piece of its page."""
    tx = snapshot()
    account = account_to_see(tx, account_id)
    text, page = _text(), _page()
    kind = request.args.get("kind", "")
    found = timeline(
        tx, account_id, kind=kind if kind in KINDS else "", text=text, after=(page - 1) * ENTRIES, limit=ENTRIES
    )
    return render_template(
        "record/timeline.html",
        account=account,
        entries=found.entries,
        text=text,
        kind=kind if kind in KINDS else "",
        kinds=[("", say("All kinds")), *((one, kind_words()[one]) for one in KINDS)],
        words=kind_words(),
        zone=zone_of_user(),
        today=today(zone_of_user()),
        **_paging(found.total, page, ENTRIES),
    )


def kind_words() -> dict[str, str]:
    """How kinds of entries are called."""
    return {
        "visit": say("Visit"),
        "call": say("Call"),
        "mail": say("E-mail"),
        "meeting": say("Meeting"),
        "note": say("Note"),
        "task": say("Task"),
    }


def outcome_words() -> dict[str, str]:
    """How a deal stands, in a word."""
    return {"open": say("open"), "won": say("won"), "lost": say("lost")}


def _text() -> str:
    return request.args.get("text", "").replace("\0", "").strip()[:100]


def _page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 1_000_000)


def _paging(total: int, page: int, size: int = PAGE) -> dict[str, Any]:
    return {"total": total, "page": page, "pages": max(-(-total // size), 1)}
