"""An account as one row of a file: the columns of our own exports, which the import understands again."""

from collections.abc import Sequence
from typing import Any

from gcrm.accounts.model import Account

COLUMNS = (
    "gcrm_id",
    "external_id",
    "name",
    "kind",
    "segment",
    "priority",
    "address",
    "street",
    "house_number",
    "postcode",
    "city",
    "country",
    "contact",
    "phone",
    "email",
    "website",
    "opening_hours",
    "visit_every_days",
    "visit_minutes",
    "skills",
    "languages",
    "holiday_region",
    "last_visit",
    "note",
    "territory",
    "lon",
    "lat",
    "placement_level",
    "placement_confidence",
    "placement_matched",
    "placement_ignored",
    "placement_source",
    "placement_reason",
)
"""Columns of an exported file, in order. lon and lat are EPSG:4326, empty where an account has no place."""


def flat(account: Account, territory: str = "") -> dict[str, Any]:
    """An account as column to value: text, numbers, or None where nothing is known."""
    address, placement = account.address, account.placement
    return {
        "gcrm_id": account.id,
        "external_id": account.external_id,
        "name": account.name,
        "kind": account.kind.value,
        "segment": account.segment,
        "priority": account.priority.value,
        "address": address.line,
        "street": address.street,
        "house_number": address.house_number,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
        "contact": account.contact,
        "phone": account.phone,
        "email": account.email,
        "website": account.website,
        "opening_hours": account.opening_hours,
        "visit_every_days": account.visit_every_days,
        "visit_minutes": account.visit_minutes,
        "skills": ", ".join(account.skills),
        "languages": ", ".join(account.languages),
        "holiday_region": account.holiday_region,
        "last_visit": account.last_visit.isoformat() if account.last_visit else None,
        "note": account.note,
        "territory": territory,
        "lon": account.place.lon if account.place else None,
        "lat": account.place.lat if account.place else None,
        "placement_level": placement.level.value,
        "placement_confidence": placement.confidence,
        "placement_matched": placement.matched,
        "placement_ignored": placement.ignored,
        "placement_source": placement.source,
        "placement_reason": placement.reason,
    }


def cells(account: Account, territory: str = "") -> Sequence[str]:
    """The row as text, in the order of COLUMNS; numbers in full, so that they read back as they were."""
    return ["" if value is None else str(value) for value in flat(account, territory).values()]
