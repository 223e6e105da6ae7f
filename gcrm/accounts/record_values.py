"""People, deals, interactions and what is known of accounts as plain values, to keep and undo changes of them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, cast

from gcrm.accounts.person import AccountExtra, Person
from gcrm.activities.model import Interaction
from gcrm.common.text import joined, tokens
from gcrm.sales.model import SCALE, Deal

PASSING = frozenset({"id", "account_id", "import_id", "revised", "updated_at"})
"""Fields that no change is kept of. account_id passes only of what is known of an account."""
_DATES = frozenset({"created_on", "close_date", "closed_on", "day"})
Rec = Person | Deal | Interaction | AccountExtra


@cache
def _names(of: Any) -> tuple[str, ...]:
    passing = PASSING if of is AccountExtra else PASSING - {"account_id"}
    return tuple(each.name for each in fields(of) if each.name not in passing)


def document_of(one: Rec) -> dict[str, Any]:
    """All that counts of a record, as JSON can hold it."""
    return {name: _plain(getattr(one, name)) for name in _names(cast("Any", type(one)))}


_SIMPLE = frozenset({str, int, float, bool, type(None)})


def _plain(value: Any) -> Any:
    if type(value) in _SIMPLE:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.0001")))
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return dict(value) if isinstance(value, dict) else value


def name_key(*parts: str) -> str:
    """How a record is sorted and found by name."""
    return joined(tokens(" ".join(parts)))


def row_values(kind: str, told: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The columns of a record, and the rows that link it, from plain values."""
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _DATES and value else value
        for name, value in told.items()
        if name not in {"accounts", "consents", "people"}
    }
    values["custom"] = values.get("custom") or None
    if kind == "account":
        return values, {}
    if kind == "person":
        values["name_key"] = name_key(values["last_name"], values["first_name"])
        values["more"] = values.get("more") or None
        accounts = [
            {"account_id": number, "role": role, "position": at} for at, (number, role) in enumerate(told["accounts"])
        ]
        consents = [
            {
                "channel": channel,
                "purpose": purpose,
                "state": state,
                "source": source,
                "day": date.fromisoformat(day) if day else None,
            }
            for channel, purpose, state, source, day in told["consents"]
        ]
        return values, {"accounts": accounts, "consents": consents}
    people = [{"person_id": number, "position": at} for at, number in enumerate(told["people"])]
    if kind == "deal":
        amount = values.pop("amount")
        values["amount_e4"] = None if amount is None else int(Decimal(amount) * SCALE)
        values["name_key"] = name_key(values["name"])
        return values, {"deal_people": people}
    values["at"] = datetime.fromisoformat(values["at"]) if values["at"] else None
    return values, {"interaction_people": people}


def difference(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields in which two documents differ, as they were and as they are."""
    names: Sequence[str] = [name for name in before if before[name] != after.get(name)]
    return {name: before[name] for name in names}, {name: after.get(name) for name in names}
