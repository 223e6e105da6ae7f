"""Tokens of typed opening hours joined to what rules are made of: lists of days, lists of stretches, seasons, words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gcrm.common.opening_hours.clock_times import stretch
from gcrm.common.opening_hours.lexer import Token
from gcrm.common.opening_hours.table import Span
from gcrm.common.opening_hours.vocabulary import DAYS, MONTHS

SETS = {"daily": DAYS, "weekdays": DAYS[:5], "weekend": DAYS[5:]}
PARTS = {"morning", "afternoon", "evening"}
PAYLOADS = {"times", "off", "appointment"}
"""The kinds of items that say what holds on days."""
_DAY_LIKE = {"day", "ordinal", *SETS}


class NotUnderstood(Exception):
    """A text that this language does not make sense of; never leaves the reader."""


@dataclass(slots=True)
class Item:
    """One piece of a rule: "days", "times", "season", or a word by its kind.

    days: of days, all of them; last: those behind the last comma. spans: of times. value: of a season or a comment.
    """

    kind: str
    days: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    value: str = ""


def items_of(tokens: Sequence[Token]) -> list[Item]:
    """The items in order. Raises NotUnderstood."""
    return _Joiner(tokens).items()


class _Joiner:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.found: list[Item] = []
        self.after: int | None = None
        self.part = ""
        self.between = False

    def items(self) -> list[Item]:
        at = 0
        while at < len(self.tokens):
            at = self._take(at)
        return self.found

    def _take(self, at: int) -> int:
        token = self.tokens[at]
        if token.kind in _DAY_LIKE:
            days, last, at = _days(self.tokens, at)
            self.found.append(Item("days", days=days, last=last))
            self.after, self.part = None, ""
            return at
        if token.kind in {"month", "date"} or _is_date(self.tokens, at):
            season, at = _season(self.tokens, at)
            self.found.append(Item("season", value=season))
            self.after, self.part = None, ""
            return at
        if token.kind == "time":
            return self._times(at)
        if token.kind == "between":
            self.between = True
            return at + 1
        if token.kind == "otherwise":
            self.after, self.part = None, ""
        if token.kind in PARTS:
            self.part = token.kind
        self.found.append(Item("part" if token.kind in PARTS else token.kind, value=token.value or token.kind))
        return at + 1

    def _times(self, at: int) -> int:
        """A stretch, joined to the one before it where only a comma is between them."""
        tokens = self.tokens
        if _slashed(tokens, at):
            # As in Italy, "8.30/12.30 - 14.00/18.00": a slash within a stretch, a dash between two.
            tokens = [*tokens]
            tokens[at + 1], tokens[at + 3], tokens[at + 5] = tokens[at + 3], tokens[at + 1], tokens[at + 3]
            self.tokens = tokens
        if at + 2 >= len(tokens) or tokens[at + 2].kind != "time":
            raise NotUnderstood
        if tokens[at + 1].kind != "dash" and not (self.between and tokens[at + 1].kind == "and"):
            raise NotUnderstood
        span = stretch(tokens[at], tokens[at + 2], self.after, self.part)
        if span is None:
            raise NotUnderstood
        self.after, self.between = span[1], False
        if len(self.found) > 1 and self.found[-1].kind in {"comma", "and"} and self.found[-2].kind == "times":
            self.found.pop()
        if self.found and self.found[-1].kind == "times":
            self.found[-1].spans.append(span)
        else:
            self.found.append(Item("times", spans=[span]))
        return at + 3


def _slashed(tokens: Sequence[Token], at: int) -> bool:
    """Whether two stretches stand here with the signs the other way round: slashes within, a dash between them."""
    five = tokens[at + 1 : at + 7]
    if [token.kind for token in five] != ["comma", "time", "dash", "time", "comma", "time"]:
        return False
    hours = [token.hour * 60 + token.minute for token in (tokens[at], five[1], five[3], five[5])]
    return five[0].value == five[4].value == "/" and hours == sorted(set(hours))


def _is_date(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number is the day of a month: "15 April"."""
    return tokens[at].kind == "time" and at + 1 < len(tokens) and tokens[at + 1].kind == "month"


def _days(tokens: Sequence[Token], at: int) -> tuple[list[str], list[str], int]:
    """Days in a row, "Mo-Fr, Su and holidays", those behind the last comma, and the position after them."""
    days: list[str] = []
    last: list[str] = []
    while True:
        found, at = _day_range(tokens, at)
        days += [day for day in found if day not in days]
        last += found
        joined = at
        while joined < len(tokens) and tokens[joined].kind in {"comma", "and"}:
            joined += 1
        if joined >= len(tokens) or tokens[joined].kind not in _DAY_LIKE:
            return days, last, at
        if any(token.kind == "comma" for token in tokens[at:joined]):
            last = []
        at = joined


def _day_range(tokens: Sequence[Token], at: int) -> tuple[list[str], int]:
    token = tokens[at]
    if token.kind in SETS:
        return list(SETS[token.kind]), at + 1
    if token.kind == "ordinal":
        number, at = token.value, at + 1
        if at >= len(tokens) or tokens[at].kind != "day" or tokens[at].value not in DAYS:
            raise NotUnderstood
        return [f"{tokens[at].value}[{number}]"], at + 1
    first = token.value
    if at + 2 < len(tokens) and tokens[at + 1].kind == "dash" and tokens[at + 2].kind == "day":
        last = tokens[at + 2].value
        if first not in DAYS or last not in DAYS:
            raise NotUnderstood
        begin, end = DAYS.index(first), DAYS.index(last)
        return [DAYS[(begin + step) % 7] for step in range((end - begin) % 7 + 1)], at + 3
    return [first], at + 1


def _season(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """A season: "Apr-Oct", "Apr 01-Sep 30" or "Apr", and the position after it."""
    first, at = _date(tokens, at)
    if at + 1 >= len(tokens) or tokens[at].kind != "dash":
        return first, at
    if tokens[at + 1].kind not in {"month", "date"} and not _is_date(tokens, at + 1):
        return first, at
    last, at = _date(tokens, at + 1)
    if (" " in first) != (" " in last):
        raise NotUnderstood
    return f"{first}-{last}", at


def _date(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    token = tokens[at]
    if token.kind == "date":
        month, day = token.value.split("-")
        return f"{MONTHS[int(month) - 1]} {day}", at + 1
    if token.kind == "time":
        if token.minute or token.half or not 1 <= token.hour <= 31:
            raise NotUnderstood
        return f"{tokens[at + 1].value} {token.hour:02}", at + 2
    return token.value, at + 1


def segments_of(items: Sequence[Item]) -> list[list[Item]]:
    """The items between semicolons and line breaks."""
    segments: list[list[Item]] = [[]]
    for item in items:
        if item.kind in {"sep", "fallback"}:
            segments.append([])
        else:
            segments[-1].append(item)
    return [segment for segment in segments if segment]


def more_times(items: Sequence[Item], at: int) -> int | None:
    """The position of further hours of the same days: "mornings 8-12, afternoons 14-18"."""
    place = at
    while place < len(items) and items[place].kind in {"comma", "and", "part"}:
        place += 1
    return place if at < place < len(items) and items[place].kind == "times" else None


def is_part(items: Sequence[Item], at: int) -> bool:
    """Whether a half of a day stands at a position, with no hours of its own behind it."""
    if at >= len(items) or items[at].kind != "part":
        return False
    return at + 1 == len(items) or items[at + 1].kind not in PAYLOADS


def next_item(items: Sequence[Item], at: int) -> int | None:
    """The position of the next item that is no comma."""
    return next((place for place in range(at, len(items)) if items[place].kind not in {"comma", "and", "or"}), None)


def has_own_payload(items: Sequence[Item], at: int) -> bool:
    """Whether days at a position are followed by hours of their own."""
    following = next_item(items, at + 1)
    if following is None:
        return False
    if items[following].kind in {"part", "dash", "always", "except"}:
        return True
    if items[following].kind == "days" and following == at + 1:
        # "closed Mon. Tue-Sun 10-6": the second days have hours of their own, and the first have what stood before.
        return False
    if items[following].kind not in PAYLOADS:
        return False
    # "9-17 Mo-Fr, 10-14 Sa": the hours that follow have days of their own.
    after = next_item(items, following + 1)
    return after is None or items[after].kind != "days" or items[at - 1].kind in {"comma", "and"}
