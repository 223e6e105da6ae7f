"""Which accounts are chosen: one selection that list, map and paging share. It is the query of the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode

from gcrm.accounts.model import Kind, Level
from gcrm.accounts.queries import Selection
from gcrm.common.language import say, to_say
from gcrm.platform.errors import InputRejected
from webapp.given import whole

SORTS = {
    "name": to_say("Name"),
    "priority": to_say("Priority"),
    "city": to_say("Town"),
    "last_visit": to_say("Last visit"),
}
PAGE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """A selection of accounts. Empty fields choose all."""

    text: str = ""
    kind: str = ""
    level: str = ""
    territory: str = ""
    sort: str = "name"
    descending: bool = False
    page: int = 1

    def address(self, **changes: Any) -> str:
        """The query of this selection with some fields changed, without those that choose all."""
        changed, plain = replace(self, **changes), Filter()
        names = ("text", "kind", "level", "territory", "sort", "page")
        fields = {name: getattr(changed, name) for name in names if getattr(changed, name) != getattr(plain, name)}
        if changed.descending:
            fields["descending"] = 1
        return urlencode(fields)

    def sorted_by(self, sort: str) -> str:
        """The query that sorts by a column: again to turn it round."""
        return self.address(sort=sort, descending=self.sort == sort and not self.descending, page=1)


def read_filter(query: Mapping[str, str]) -> Filter:
    """The selection that an address names. Raises InputRejected for a field that cannot be."""

    def one_of(name: str, allowed: set[str], default: str = "") -> str:
        value = query.get(name) or default
        if value not in allowed:
            raise InputRejected(
                say("There is no {name} {value}.", name=name, value=repr(value[:40])), say("Choose one of the list.")
            )
        return value

    territory = query.get("territory", "")
    if (
        territory
        and territory != "none"
        and not (territory.isascii() and territory.isdecimal() and len(territory) < 18)
    ):
        raise InputRejected(
            say("There is no territory {territory}.", territory=repr(territory[:40])), say("Choose one of the list.")
        )
    page = query.get("page", "1")
    return Filter(
        text=" ".join(query.get("text", "").replace("\0", "").split())[:200],
        kind=one_of("kind", {"", *Kind}),
        level=one_of("level", {"", *Level}),
        territory=territory,
        sort=one_of("sort", set(SORTS), "name"),
        descending=query.get("descending", "") in {"1", "true", "on"},
        page=min(max(int(page), 1), 1_000_000) if page.isascii() and page.isdecimal() and len(page) < 8 else 1,
    )


def _territory(text: str) -> int | Literal["none"] | None:
    """The territory that is asked for, "none" for accounts in none, None for all; 0 is the number of no territory."""
    if text in {"", "none"}:
        return "none" if text else None
    try:
        return whole(text)
    except ValueError:
        return 0


def selection(chosen: Filter) -> Selection:
    """The selection as the queries take it."""
    return Selection(
        text=chosen.text,
        kind=Kind(chosen.kind) if chosen.kind else None,
        level=Level(chosen.level) if chosen.level else None,
        territory_id=_territory(chosen.territory),
        sort=chosen.sort,
        descending=chosen.descending,
    )
