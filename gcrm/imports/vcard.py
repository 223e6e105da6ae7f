"""Business cards as a table: vCard 2.1 to 4.0. Source: RFC 6350, RFC 2426."""

import re
from pathlib import Path
from typing import Any

from gcrm.common.language import number, say
from gcrm.imports.table import AS_FOUND, MOST_ROWS, ReadAs, Row, Table, read_text
from gcrm.platform.errors import InputRejected

HEADINGS = (
    "external_id",
    "name",
    "contact",
    "street",
    "postcode",
    "city",
    "country",
    "phone",
    "email",
    "website",
    "segment",
    "note",
    "coordinates",
)


def read_vcards(path: Path, read_as: ReadAs = AS_FOUND) -> Table:
    """One row a card: the organisation is the account and the person its contact; without one, the person is it.

    Raises InputRejected for a file that is damaged.
    """
    import vobject

    found = read_text(path, read_as.encoding)
    rows: list[Row] = []
    try:
        for place, card in enumerate(vobject.readComponents(found.text, allowQP=True, ignoreUnreadable=True), start=1):
            if place > MOST_ROWS:
                raise InputRejected(
                    say("{path} has over {most_rows} cards.", path=path.name, most_rows=number(MOST_ROWS)),
                    say("Split it into smaller files."),
                )
            if card.name == "VCARD":
                rows.append(Row(place, tuple(_cells(card))))
    except (vobject.base.ParseError, ValueError) as error:
        if isinstance(error, InputRejected):
            raise
        raise InputRejected(
            say("{path} is damaged after card {count}: {error}.", path=path.name, count=len(rows), error=error),
            say("Export it anew as vCard or CSV."),
        ) from error
    if not rows:
        raise InputRejected(say("{path} holds no card.", path=path.name), say("Export it anew as vCard or CSV."))
    return Table(HEADINGS, tuple(rows), found.encoding, "", encodings=found.encodings)


def _cells(card: Any) -> list[str]:
    person = _first(card, "fn")
    organisation = _organisation(card)
    address = _address(card)
    geo = re.sub(r"^geo:|;.*=.*$", "", _first(card, "geo")).replace(";", ",")
    return [
        _first(card, "uid"),
        organisation or person,
        person if organisation and person != organisation else "",
        address.get("street", ""),
        address.get("code", ""),
        address.get("city", ""),
        address.get("country", ""),
        "; ".join(_values(card, "tel")),
        _first(card, "email"),
        _first(card, "url"),
        _first(card, "categories"),
        "\n".join(_values(card, "note")),
        geo,
    ]


def _values(card: Any, name: str) -> list[str]:
    found = []
    for each in card.contents.get(name, []):
        value = each.value
        if isinstance(value, (list, tuple)):
            value = ", ".join(str(part) for part in value if part)
        text = str(value).removeprefix("tel:").strip()
        if text:
            found.append(text)
    return found


def _first(card: Any, name: str) -> str:
    return next(iter(_values(card, name)), "")


def _organisation(card: Any) -> str:
    for each in card.contents.get("org", []):
        parts = each.value if isinstance(each.value, (list, tuple)) else [each.value]
        if parts and str(parts[0]).strip():
            return str(parts[0]).strip()
    return ""


def _address(card: Any) -> dict[str, str]:
    """The address at work if there is one, else the first."""
    cards = card.contents.get("adr", [])
    chosen = next((each for each in cards if "work" in [kind.lower() for kind in each.params.get("TYPE", [])]), None)
    chosen = chosen or next(iter(cards), None)
    if chosen is None:
        return {}
    found = {}
    for part in ("street", "extended", "code", "city", "country"):
        value = getattr(chosen.value, part, "")
        found[part] = " ".join(value) if isinstance(value, (list, tuple)) else str(value or "")
    found["street"] = ", ".join(part.strip() for part in (found["street"], found["extended"]) if part.strip())
    return found
