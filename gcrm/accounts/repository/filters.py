"""Which accounts, and in what order: the same answers on both backends."""

from collections.abc import Sequence
from typing import Literal, TypedDict

from sqlalchemy import ColumnElement, and_, case, func, or_, true

from gcrm.accounts.model import Kind, Level
from gcrm.accounts.repository.folding import words
from gcrm.common.language import say
from gcrm.platform.database.backend import Backend
from gcrm.platform.database.schema import account
from gcrm.platform.errors import InputRejected

TELEPHONE = "0123456789 +-/()."
"""What a telephone number is written with."""
LEAST_DIGITS = 5

Sort = Literal["name", "priority", "city", "last_visit"]

_SORTS: dict[str, tuple[ColumnElement[object], ...]] = {
    "name": (account.c.name_key,),
    "priority": (account.c.priority, account.c.name_key),
    "city": (account.c.city_key, account.c.name_key),
    "last_visit": (account.c.last_visit, account.c.name_key),
}


class Filters(TypedDict, total=False):
    """What `page`, `find` and `frame` may be narrowed by.

    text: words that must all occur in name, address, contact or external id, case and accents aside. territory_id:
    one, several, or "none" for accounts in no territory. external_id: exactly that one.
    """

    text: str
    kind: Kind | None
    territory_id: int | Sequence[int] | Literal["none"] | None
    level: Level | None
    external_id: str


def conditions(backend: Backend, filters: Filters) -> list[ColumnElement[bool]]:
    """The filters as conditions that must all hold."""
    found = [backend.contains_word(account.c.search_key, word) for word in words(filters.get("text", ""))]
    kind, level, territory_id = filters.get("kind"), filters.get("level"), filters.get("territory_id")
    if kind is not None:
        found.append(account.c.kind == kind.value)
    if level is not None:
        found.append(account.c.level == level.value)
    if filters.get("external_id"):
        found.append(account.c.external_id == filters["external_id"])
    if territory_id == "none":
        found.append(account.c.territory_id.is_(None))
    elif isinstance(territory_id, int):
        found.append(account.c.territory_id == territory_id)
    elif territory_id is not None:
        found.append(account.c.territory_id.in_([int(one) for one in territory_id]))
    return found


def badly_placed(least: float, settled_by: str) -> ColumnElement[bool]:
    """Without a place, or on none that can be driven to, or placed with less confidence than `least`.

    settled_by: the source whose places nobody has to look at.
    """
    return and_(
        account.c.source != settled_by,
        or_(
            account.c.geom.is_(None),
            account.c.level.not_in([Level.HOUSE.value, Level.INTERPOLATED.value]),
            account.c.confidence < least,
        ),
    )


def worst_first() -> list[ColumnElement[object]]:
    """Those placed worst, of them priority A and customers before the others, then the least sure."""
    ranks = {level.value: rank for rank, level in enumerate(reversed(Level))}
    return [
        case(ranks, value=account.c.level, else_=0),
        account.c.priority,
        case((account.c.kind == Kind.CUSTOMER.value, 0), else_=1),
        account.c.confidence,
        account.c.id,
    ]


def order(sort: str, *, descending: bool) -> list[ColumnElement[object]]:
    """By what to sort: what is not known comes last either way, equals by name and then by id.

    Raises InputRejected for an order that there is not.
    """
    if sort not in _SORTS:
        raise InputRejected(
            say("Accounts cannot be sorted by {sort!r}.", sort=sort),
            say("Sort by one of {columns}.", columns=", ".join(_SORTS)),
        )
    first, *rest = _SORTS[sort]
    return [
        (first.desc() if descending else first.asc()).nulls_last(),
        *(column.asc().nulls_last() for column in rest),
        account.c.id.asc(),
    ]


def means(backend: Backend, text: str) -> ColumnElement[bool]:
    """Whether a typed text may mean an account: all its words occur in it, or it is its e-mail address or telephone."""
    ways = [and_(true(), *(backend.contains_word(account.c.search_key, word) for word in words(text)))]
    if "@" in text:
        ways.append(backend.contains_word(func.lower(account.c.email), text.strip().lower()))
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdecimal())
    if len(digits) >= LEAST_DIGITS and not set(text) - set(TELEPHONE):
        # As it is dialled within the country, without the 0 in front: a number is kept with or without its prefix.
        ways.append(backend.contains_word(_digits(account.c.phone), digits.lstrip("0")))
    return or_(*ways)


def best_named_first(backend: Backend, text: str) -> list[ColumnElement[object]]:
    """Whose number it is, whose name begins so, where a word of the name does, then the others; each by name."""
    typed = " ".join(words(text))
    rank = case(
        (func.lower(account.c.external_id) == typed, 0),
        (func.substr(account.c.name_key, 1, len(typed)) == typed, 1),
        (backend.contains_word(account.c.name_key, f" {typed}"), 2),
        (backend.contains_word(account.c.name_key, typed), 3),
        else_=4,
    )
    return [rank, account.c.name_key, account.c.id]


def _digits(column: ColumnElement[str]) -> ColumnElement[str]:
    for letter in TELEPHONE:
        if not letter.isdecimal():
            column = func.replace(column, letter, "")
    return column
