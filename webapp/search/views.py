"""Search: one box over accounts, reps, territories, regions, scenarios, addresses and pages."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say, to_say
from gcrm.common.text import tokens
from gcrm.geocoding.find_address import suggest_address
from gcrm.people.visibility import Viewer
from gcrm.platform.errors import GcrmError
from gcrm.search.find_records import Found, RecordKind, find_records, meant
from webapp.access import EVERYONE, allow, me, sees_all
from webapp.context import snapshot, workspace
from webapp.navigation import FURTHER_PAGES, ME, PAGES
from webapp.phone import navigation_address
from webapp.zones import today, zone_of_user

MOST_OF_A_KIND = 6
MOST_ADDRESSES = 4
LEAST_LETTERS_OF_AN_ADDRESS = 3

HEADINGS = {
    RecordKind.ACCOUNT: to_say("Accounts"),
    RecordKind.CASE: to_say("Cases"),
    RecordKind.REP: to_say("Reps"),
    RecordKind.TERRITORY: to_say("Territories"),
    RecordKind.REGION: to_say("Regions"),
    RecordKind.SCENARIO: to_say("Scenarios"),
}

blueprint = Blueprint("search", __name__, url_prefix="/search", template_folder="templates")


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer: where it leads, what it says, and what tells it from others of its name."""

    url: str
    name: str
    detail: str = ""


@blueprint.get("/")
@allow(*EVERYONE)
def show() -> ResponseReturnValue:
    """What the typed words may mean, kind by kind; only the answer where a script asks."""
    text = " ".join(request.args.get("q", "").replace("\0", "").split())[:200]
    groups = _answer(text) if text else []
    page = "search/found.html" if request.headers.get("HX-Request") else "search/show.html"
    return render_template(page, text=text, groups=groups)


def _answer(text: str) -> list[tuple[str, list[Hit]]]:
    records = find_records(snapshot(), Viewer(me()), text, MOST_OF_A_KIND)
    groups = [(say(heading), [_hit(one) for one in records if one.kind is kind]) for kind, heading in HEADINGS.items()]
    pages = [
        (rank, entry)
        for entry in (*PAGES[me().role], *FURTHER_PAGES[me().role], ME)
        if (rank := meant(tokens(text), entry.label)) is not None
    ]
    groups.append((say("Pages"), [Hit(entry.url, entry.label) for _, entry in sorted(pages, key=lambda pair: pair[0])]))
    groups.append((say("Addresses"), _addresses(text)))
    return [(heading, hits) for heading, hits in groups if hits]


def _hit(one: Found) -> Hit:
    if one.kind is RecordKind.ACCOUNT:
        url = url_for("accounts.show", account_id=int(one.key))
    elif one.kind is RecordKind.CASE:
        url = url_for("cases.show", case_id=int(one.key))
    elif one.kind is RecordKind.REP:
        url = url_for("day.show", key=one.key, day=today(zone_of_user()).isoformat())
    elif one.kind is RecordKind.TERRITORY:
        url = url_for("accounts.list_accounts", territory=one.key)
    elif one.kind is RecordKind.REGION:
        url = url_for("regions.show", set=one.key)
    else:
        url = url_for("scenarios.show", scenario_id=int(one.key))
    return Hit(url, one.name, one.detail)


def _addresses(text: str) -> list[Hit]:
    """Addresses that the words may begin: what is within reach of one for a desk, the way there for a rep."""
    if len(text) < LEAST_LETTERS_OF_AN_ADDRESS:
        return []
    try:
        found = suggest_address(workspace(), text, MOST_ADDRESSES)
    except GcrmError:  # without an area there are no addresses, and everything else is found all the same
        return []
    return [
        Hit(url_for("catchment.show", at=f"{one.lon},{one.lat},{one.label}"), one.label, say("What is within reach"))
        if sees_all()
        else Hit(navigation_address(one.lon, one.lat, one.label), one.label, say("Navigate there"))
        for one in found
    ]
