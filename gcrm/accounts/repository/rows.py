"""Accounts as rows of the table, and back."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from gcrm.accounts.model import Account, Address, Kind, Level, Placement, Priority
from gcrm.accounts.repository.folding import keys
from gcrm.platform.database.repository import listed, refuse_nul, words_of
from gcrm.platform.database.schema import account

COLUMNS = tuple(column for column in account.columns if not column.name.endswith("_key"))
"""What a row holds, in the order in which `account_of` takes it."""

_KINDS = {kind.value: kind for kind in Kind}
_PRIORITIES = {priority.value: priority for priority in Priority}
_LEVELS = {level.value: level for level in Level}

kind_of, priority_of = _KINDS.__getitem__, _PRIORITIES.__getitem__


def level_of(text: str) -> Level:
    """Another program may have written a level that nobody knows: then nobody knows how well it is placed."""
    return _LEVELS.get(text, Level.NONE)


def account_of(row: Sequence[Any]) -> Account:
    """The account in a row of COLUMNS."""
    (
        row_id,
        place,
        external_id,
        name,
        kind,
        line,
        street,
        house_number,
        postcode,
        city,
        country,
        level,
        confidence,
        matched,
        ignored,
        source,
        reason,
        placed_at,
        contact,
        phone,
        email,
        website,
        segment,
        opening_hours,
        priority,
        visit_every_days,
        visit_minutes,
        last_visit,
        note,
        territory_id,
        territory_locked,
        created_at,
        updated_at,
        skills,
        languages,
        holiday_region,
    ) = row
    return Account(
        name,
        kind_of(kind),
        row_id,
        external_id,
        Address(line, street, house_number, postcode, city, country),
        place,
        Placement(level_of(level), confidence, matched, ignored, source, reason, placed_at),
        contact,
        phone,
        email,
        website,
        segment,
        opening_hours,
        priority_of(priority),
        visit_every_days,
        visit_minutes,
        last_visit,
        note,
        territory_id,
        territory_locked,
        created_at,
        updated_at,
        words_of(skills),
        words_of(languages),
        holiday_region,
    )


def row_of(one: Account) -> dict[str, Any]:
    """The account's columns, all but the id. Raises InputRejected for a NUL letter."""
    address, placement = one.address, one.placement
    texts = {
        "external_id": one.external_id,
        "name": one.name,
        "address_line": address.line,
        "street": address.street,
        "house_number": address.house_number,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
        "matched": placement.matched,
        "ignored": placement.ignored,
        "source": placement.source,
        "reason": placement.reason,
        "contact": one.contact,
        "phone": one.phone,
        "email": one.email,
        "website": one.website,
        "segment": one.segment,
        "opening_hours": one.opening_hours,
        "note": one.note,
        "skills": listed(one.skills),
        "languages": listed(one.languages),
        "holiday_region": one.holiday_region,
    }
    refuse_nul(*texts.values())
    return {
        **texts,
        "geom": one.place,
        "kind": one.kind.value,
        "level": placement.level.value,
        "confidence": placement.confidence,
        "placed_at": placement.placed_at,
        "priority": one.priority.value,
        "visit_every_days": one.visit_every_days,
        "visit_minutes": one.visit_minutes,
        "last_visit": one.last_visit,
        "territory_id": one.territory_id,
        "territory_locked": one.territory_locked,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        **keys(one),
    }


_FOLDED = ("name_key", "city_key", "search_key")
_PARTS = {
    "address": ("address_line", "street", "house_number", "postcode", "city", "country", *_FOLDED),
    "placement": ("level", "confidence", "matched", "ignored", "source", "reason", "placed_at"),
    "place": ("geom",),
    "name": ("name", *_FOLDED),
    "external_id": ("external_id", *_FOLDED),
    "contact": ("contact", *_FOLDED),
}
_FIELDS = tuple(each.name for each in fields(Account) if each.name != "id")


def columns_between(before: Account, after: Account) -> Iterator[str]:
    """The columns in which the rows of two accounts may differ."""
    for name in _FIELDS:
        if getattr(before, name) != getattr(after, name):
            yield from _PARTS.get(name, (name,))
