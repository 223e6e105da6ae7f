"""One account as the card that a map shows, and many as points."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

import numpy as np
from flask import url_for

from gcrm.accounts.columns import LEVELS, PRIORITIES, AccountColumns
from gcrm.accounts.model import Account, Kind, Level
from gcrm.common.language import say, to_say
from gcrm.planning.due_of_many import is_overdue
from maps.points import encode, flags
from webapp.access import may_write
from webapp.accounts.standing import standing_of
from webapp.phone import call_address, navigation_address

APPROXIMATE = {
    Level.INTERPOLATED: to_say("Placed between two known houses"),
    Level.STREET: to_say("Placed only to its street"),
    Level.POSTCODE: to_say("Placed only to its postcode"),
    Level.PLACE: to_say("Placed only to its town"),
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
            for part in (
                say(account.kind.value.capitalize()),
                say("priority {value}", value=account.priority.value),
                account.segment,
            )
            if part
        ),
        "due": standing.due_words.capitalize(),
        "overdue": standing.overdue,
        "address": account.address.text,
        "placed": say(APPROXIMATE[account.placement.level])
        if account.placement.level in APPROXIMATE and place
        else ""
        if place
        else say("Not placed on the map"),
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "flag": _flag(account, overdue=standing.overdue) if place else 0,
        "url": url_for("accounts.show", account_id=account.id),
        "check_in_url": url_for("check_in.show", account_id=account.id) if may_write() else "",
        "navigate_url": navigation_address(place.lon, place.lat, account.name) if place else "",
        "phone_url": call_address(account.phone),
    }


def encoded(accounts: AccountColumns, today: date, gone: frozenset[int] = frozenset()) -> bytes:
    """Accounts that have a place for the browser, 13 bytes each. gone: those closed down, of which no visit is due."""
    is_near = np.array([level in APPROXIMATE for level in LEVELS])
    looks = flags(
        accounts.is_prospect, accounts.priorities, is_overdue(accounts, today, gone), is_near[accounts.levels]
    )
    return encode(accounts.ids, accounts.places[:, 0], accounts.places[:, 1], looks)


def _flag(account: Account, *, overdue: bool) -> int:
    is_near = account.placement.level in APPROXIMATE
    (look,) = flags([account.kind is Kind.PROSPECT], [PRIORITIES.index(account.priority)], [overdue], [is_near])
    return int(look)
