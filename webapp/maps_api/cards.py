"""One account as the card that a map shows, and many as points."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from flask import url_for

from gcrm.accounts.model import Account, AccountPoint, Kind, Level
from gcrm.accounts.queries import point_of
from gcrm.planning.due import days_to_due
from maps.points import encode, flags
from webapp.access import may_write
from webapp.accounts.standing import standing_of
from webapp.phone import call_address, navigation_address

APPROXIMATE = {
    Level.INTERPOLATED: "Placed between two known houses",
    Level.STREET: "Placed only to its street",
    Level.POSTCODE: "Placed only to its postcode",
    Level.PLACE: "Placed only to its town",
}


def card_of(account: Account, today: date, gone: AbstractSet[int] = frozenset()) -> dict[str, Any]:
    """What `map-accounts.js` writes on a card, all of it plain text; links only to our own pages and the phone.

    gone: the accounts that are closed down.
    """
    standing = standing_of(account, today, gone)
    place = account.place
    return {
        "id": account.id,
        "name": account.name,
        "summary": ", ".join(
            part
            for part in (account.kind.value.capitalize(), f"priority {account.priority.value}", account.segment)
            if part
        ),
        "due": standing.due_words.capitalize(),
        "overdue": standing.overdue,
        "address": account.address.text,
        "placed": APPROXIMATE.get(account.placement.level, "") if place else "Not placed on the map",
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "flag": int(_flags([point_of(account)], today, gone)[0]) if place else 0,
        "url": url_for("accounts.show", account_id=account.id),
        "check_in_url": url_for("check_in.show", account_id=account.id) if may_write() else "",
        "navigate_url": navigation_address(place.lon, place.lat, account.name) if place else "",
        "phone_url": call_address(account.phone),
    }


def encoded(points: Sequence[AccountPoint], today: date, gone: AbstractSet[int] = frozenset()) -> bytes:
    """Accounts for the browser, 13 bytes each. gone: those that are closed down, of which no visit is due."""
    return encode(
        [point.id for point in points],
        [point.place.lon for point in points],
        [point.place.lat for point in points],
        _flags(points, today, gone),
    )


def _flags(points: Sequence[AccountPoint], today: date, gone: AbstractSet[int]) -> Any:
    return flags(
        [point.kind is Kind.PROSPECT for point in points],
        [point.priority.value for point in points],
        [point.id not in gone and days_to_due(point, today) < 0 for point in points],
        [point.level in APPROXIMATE for point in points],
    )
