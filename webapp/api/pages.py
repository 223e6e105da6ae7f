"""A page of a list: what comes after a number, so that what is added meanwhile moves nothing."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from webapp.api.operation import Given, Reply

T = TypeVar("T")


def page_of(
    given: Given,
    found: Callable[[int, int], Sequence[T]],
    written: Callable[[T], dict[str, Any]],
    number: Callable[[T], int],
) -> Reply:
    """One page. found: the next ones beyond a number, at most so many; written: one as JSON; number: its own."""
    limit = int(given.query["limit"])
    rows = found(int(given.query.get("cursor", 0)), limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    return Reply({"items": [written(one) for one in rows], "next": str(number(rows[-1])) if more else None})


def paged(given: Given, rows: Sequence[T], written: Callable[[T], dict[str, Any]], number: Callable[[T], int]) -> Reply:
    """One page of a list that is in hand."""

    def beyond(after: int, most: int) -> Sequence[T]:
        return sorted((one for one in rows if number(one) > after), key=number)[:most]

    return page_of(given, beyond, written, number)
