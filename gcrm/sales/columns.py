"""What the columns of a file of orders mean."""

import re
import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gcrm.common.language import say, to_say
from gcrm.common.text import tokens
from gcrm.imports.columns import fold_heading
from gcrm.imports.headings import meanings_of
from gcrm.imports.table import HeadingScore, Subject
from gcrm.platform.errors import InputRejected
from gcrm.sales.currencies import is_currency

WHOSE = ("gcrm_id", "external_id", "account", "city")
"""Fields that say whose an order is: our number, the company's own number, its number or name, and the town."""
FIELDS = (*WHOSE, "date", "number", "line", "product", "quantity", "amount", "currency", "type")
GENERAL = frozenset({"id", "key", "ref", "reference", "uuid", "recordid", "name"})
"""Headings that mean the account only where nothing else does."""


@dataclass(frozen=True, slots=True)
class OrderColumns:
    """Field to the position of its column, headings that were not used, and the currency that the amount's names."""

    columns: dict[str, int]
    unused: tuple[str, ...]
    currency: str = ""

    def cell(self, cells: Sequence[str], field: str) -> str:
        """The text of a field in a row, without spaces around it; "" where the file has no such column."""
        position = self.columns.get(field)
        return cells[position].strip() if position is not None and position < len(cells) else ""


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("gcrm.sales").joinpath("headings.toml").read_text(encoding="utf-8"))


@cache
def credit_words() -> frozenset[str]:
    """What a type of document is called, folded, whose amounts are given back."""
    return frozenset(_tables()["words"]["credits"])


@cache
def currency_words() -> dict[str, str]:
    """Currencies as people name them, folded, to their codes."""
    return dict(_tables()["words"]["currencies"])


@cache
def _exact() -> dict[str, tuple[str, int]]:
    """Folded heading to its field and its place among the headings of that field."""
    found: dict[str, tuple[str, int]] = {}
    for field, words in _tables()["fields"].items():
        for place, word in enumerate(words):
            found.setdefault(word, (field, place + 500 * (field == "account")))
    return found


def meaning_of(heading: str) -> tuple[str, int, str]:
    """The field of a heading, how far down the list of that field it stands, and a currency that it names; "" for none.

    Words that files of orders have for a column go before those that files of accounts have.
    """
    if not heading or len(heading) > 80:
        return "", 0, ""
    heading = re.sub(r"[°º]", " ", heading)
    folded = fold_heading(heading)
    if folded in _exact():
        return (*_exact()[folded], "")
    words = tokens(heading)
    codes = {code.lower() for code in re.findall(r"\b[A-Z]{3}\b", heading) if is_currency(code)}
    named = next((word for word in words if word in codes or word in currency_words()), "")
    rest = "".join(word for word in words if word != named)
    if named and _exact().get(rest, ("",))[0] == "amount":
        return (*_exact()[rest], currency_words().get(named, named.upper()))
    if folded == "gcrmid":
        return "gcrm_id", 0, ""
    for one in meanings_of(folded):
        if one.taken_off <= 1 and one.field in {"external_id", "name", "city"}:
            field = "account" if one.field == "name" else one.field
            return field, one.place + 1_000 * one.taken_off + 10_000 * (folded in GENERAL), ""
    return "", 0, ""


@cache
def of_orders() -> Subject:
    """What files of orders are read for."""
    score = HeadingScore(lambda folded: bool(meaning_of(folded)[0]), fold_heading)
    return Subject(to_say("orders"), score, _tell_of_orders)


def _tell_of_orders(headings: Sequence[str]) -> bool:
    try:
        map_orders(headings)
    except InputRejected:
        return False
    return True


def map_orders(headings: Sequence[str], chosen: AnyMapping[str, str] | None = None) -> OrderColumns:
    """Find the field of each column; chosen: field to heading, "" for a field that is read from none.

    Raises InputRejected where no column says whose the orders are, when they were or what they amount to, and where a
    chosen field or heading does not exist.
    """
    columns = _chosen(headings, chosen or {})
    decided = {*columns, *(chosen or {})}
    taken = set(columns.values())
    found: dict[str, list[tuple[int, int, str]]] = {}
    for at, heading in enumerate(headings):
        field, place, currency = meaning_of(heading)
        if field and at not in taken:
            found.setdefault(field, []).append((place, at, currency))
    for field, some in found.items():
        if field not in decided:
            columns[field] = min(some)[1]
    _number_among_orders(headings, columns, decided)
    if "amount" in columns and not headings[columns["amount"]]:
        del columns["amount"]
    missing = [
        say(what)
        for what, fields in (
            (to_say("whose the orders are"), WHOSE[:3]),
            (to_say("the day of an order"), ("date",)),
            (to_say("the amount"), ("amount",)),
        )
        if not columns.keys() & set(fields)
    ]
    if missing:
        seen = ", ".join(heading for heading in headings if heading) or say("none")
        raise InputRejected(
            say(
                "No column tells {missing}. The columns are: {seen}.",
                missing=say(" or ").join(missing),
                seen=seen[:500],
            ),
            say("Say which does: `--column date=HEADING`; fields are {fields}.", fields=", ".join(FIELDS)),
        )
    used = set(columns.values())
    unused = tuple(heading for at, heading in enumerate(headings) if heading and at not in used)
    return OrderColumns(columns, unused, meaning_of(headings[columns["amount"]])[2])


def _chosen(headings: Sequence[str], chosen: AnyMapping[str, str]) -> dict[str, int]:
    columns = {}
    for field, heading in chosen.items():
        if field not in FIELDS:
            raise InputRejected(
                say("There is no field {field!r}.", field=field[:60]),
                say("Fields are {fields}.", fields=", ".join(FIELDS)),
            )
        if not heading:
            continue
        if heading not in headings:
            raise InputRejected(
                say("The file has no column {heading!r}.", heading=heading[:60]),
                say("Its columns are {headings}.", headings=", ".join(headings)),
            )
        columns[field] = list(headings).index(heading)
    return columns


def _number_among_orders(headings: Sequence[str], columns: dict[str, int], decided: set[str]) -> None:
    """A column "Nr" or "ID" numbers the orders where another says whose they are."""
    general = _tables()["with_an_account"]["number"]
    at = columns.get("external_id")
    others = columns.keys() & {"gcrm_id", "account"}
    if at is not None and "external_id" not in decided and fold_heading(headings[at]) in general and others:
        del columns["external_id"]
    if "number" in columns or "number" in decided:
        return
    used = set(columns.values())
    free = [(general.index(folded), at) for at, folded in enumerate(map(fold_heading, headings)) if folded in general]
    free = [(place, at) for place, at in free if at not in used]
    if free and columns.keys() & set(WHOSE[:3]):
        columns["number"] = min(free)[1]
