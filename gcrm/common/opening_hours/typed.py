"""Opening hours as people type them, in one language, read as week tables.

What is read is never wider than what was typed: a text of which a single word is not understood, or that could mean
two things, is not understood at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gcrm.common.opening_hours.clock_times import HALF_DAY
from gcrm.common.opening_hours.items import Item, NotUnderstood, items_of
from gcrm.common.opening_hours.lexer import tokens_of
from gcrm.common.opening_hours.table import DAY_MINUTES, Content, Span, WeekTable
from gcrm.common.opening_hours.vocabulary import DAYS, Vocabulary

_PAYLOADS = {"times", "off", "appointment"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. tables: one a season. fallback: by appointment beside the hours. always: round the clock.

    closed: for good. school: it speaks of school holidays. comments: what stood in quotes.
    """

    tables: tuple[WeekTable, ...]
    fallback: bool = False
    always: bool = False
    closed: bool = False
    school: bool = False
    comments: tuple[str, ...] = ()


@dataclass(slots=True)
class _Rule:
    days: tuple[str, ...]
    content: Content
    season: str


def read_typed(written: str, vocabulary: Vocabulary) -> Reading | None:
    """What the text says in that language, None where it does not make sense in it."""
    cut = tokens_of(written, vocabulary)
    if not cut:
        return None
    try:
        return _Reader(items_of(cut)).reading()
    except NotUnderstood:
        return None


class _Reader:
    """Puts days and what holds on them together, rule by rule."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = list(items)
        self.rules: list[_Rule] = []
        self.season = ""
        self.last_days: tuple[str, ...] = ()
        self.fallback = self.always = self.closed = self.school = False
        self.comments: list[str] = []

    def reading(self) -> Reading:
        """Everything read. Raises NotUnderstood."""
        for segment in _segments(self.items):
            self._segment(segment)
        if sum((self.always, self.closed, bool(self.rules))) > 1:
            raise NotUnderstood
        tables = self._tables()
        if not any(table.expression for table in tables) and not (self.always or self.closed or self.fallback):
            raise NotUnderstood
        return Reading(tables, self.fallback, self.always, self.closed, self.school, tuple(filter(None, self.comments)))

    def _segment(self, items: list[Item]) -> None:  # noqa: C901, PLR0912 - one arm for each kind of item
        at = 0
        while at < len(items):
            item = items[at]
            after = items[at + 1] if at + 1 < len(items) else Item("end")
            if item.kind in {"comma", "and", "or"}:
                at += 1
            elif item.kind == "comment":
                self._comment(item.value)
                at += 1
            elif item.kind == "season":
                if after.kind == "end":
                    raise NotUnderstood
                self.season, self.last_days = item.value, ()
                at += 1
            elif item.kind == "always":
                self._always(items, at)
                at += 1
            elif item.kind == "days":
                at = self._days_first(items, at)
            elif item.kind == "part":
                if after.kind != "times":
                    raise NotUnderstood
                at += 1
            elif item.kind in _PAYLOADS:
                at = self._payload_first(items, at)
            elif item.kind == "pause":
                at = self._pause(items, at)
            elif item.kind == "except":
                at = self._except(items, at)
            elif item.kind == "otherwise":
                following = _next(items, at + 1)
                if following is None or items[following].kind != "off":
                    raise NotUnderstood
                at = following + 1
            else:
                raise NotUnderstood

    def _days_first(self, items: list[Item], at: int) -> int:
        """Days, then what holds on them; returns the position after."""
        days = items[at].days
        at += 1
        while at < len(items) and items[at].kind in {"dash", "comma"}:
            if items[at].kind == "dash" and _next(items, at + 1) is None:
                # A table with a dash for a day without hours.
                self._add(days, [Item("off")])
                return at + 1
            at += 1
        if at < len(items) and items[at].kind == "except":
            days, at = self._without_days(days, items, at + 1)
        part = ""
        if at < len(items) and items[at].kind == "part":
            part = items[at].value
            at += 1
        if at >= len(items) or items[at].kind not in {*_PAYLOADS, "always"}:
            raise NotUnderstood
        if items[at].kind == "always":
            self._add(days, [Item("times", spans=[(0, DAY_MINUTES)])])
        elif part and items[at].kind == "off":
            self._half_day(days, part)
        elif items[at].kind == "times":
            return self._times_of(days, items, at)
        elif items[at].kind == "off" and self._closes_between(days, items, at):
            # "Mo-Fr closed 12-13", after the hours of those days.
            self._without(days, items[at + 1].spans)
            return at + 2
        else:
            self._add(days, [items[at]])
        return at + 1

    def _without_days(self, days: list[str], items: list[Item], at: int) -> tuple[list[str], int]:
        """Of "daily except Sunday": the days that are left, and the position after those that are not."""
        if at >= len(items) or items[at].kind != "days":
            raise NotUnderstood
        out = items[at].days
        if "PH" in out:
            self._add(["PH"], [Item("off")])
        return [day for day in days if day not in out], at + 1

    def _closes_between(self, days: list[str], items: list[Item], at: int) -> bool:
        return at + 1 < len(items) and items[at + 1].kind == "times" and any(self._content_of(day) for day in days)

    def _times_of(self, days: list[str], items: list[Item], at: int) -> int:
        """The hours of days: further ones, a pause, or that they are by appointment may follow."""
        spans = items[at].spans
        at += 1
        while (more := _more_times(items, at)) is not None:
            spans = [*spans, *items[more].spans]
            at = more + 1
        payload = [Item("times", spans=spans)]
        if at < len(items) and items[at].kind == "appointment":
            self._add(days, [*payload, items[at]])
            return at + 1
        if at < len(items) and items[at].kind == "off":
            following = _next(items, at + 1)
            if following is None and len(spans) > 1 and _inside(spans[-1], spans[:-1]):
                # A pause in brackets behind the hours.
                self._add(days, [Item("times", spans=_cut(spans[:-1], spans[-1:]))])
                return at + 1
            if following is None or items[following].kind != "days":
                raise NotUnderstood
        self._add(days, payload)
        return at

    def _payload_first(self, items: list[Item], at: int) -> int:
        """What holds, then its days: "9-5 Monday to Friday", "closed Sundays"; without days, of those named last."""
        payload = items[at]
        following = _next(items, at + 1)
        kind = items[following].kind if following is not None else ""
        if kind == "off" and following == at + 1 and _next(items, at + 2) is None:
            # A pause in brackets behind the hours.
            if payload.kind != "times" or len(payload.spans) < 2 or not _inside(payload.spans[-1], payload.spans[:-1]):
                raise NotUnderstood
            cut = Item("times", spans=_cut(payload.spans[:-1], payload.spans[-1:]))
            self._add(self.last_days or DAYS, [cut])
            return following + 1
        if payload.kind == "off" and kind == "times" and self.rules:
            assert following is not None
            self._without(self.last_days or self._all_open(), items[following].spans)
            return following + 1
        if kind == "days" and following is not None and _has_own_payload(items, following):
            # "closed Sundays, Mon-Sat 8-6": what stands behind the last comma has hours of its own.
            days = items[following]
            others = [day for day in days.days if day not in days.last]
            if not others:
                raise NotUnderstood
            self._add(others, [payload])
            items[following] = Item("days", days=days.last, last=days.last)
            return following
        if kind == "days" and following is not None:
            self._add(items[following].days, [payload])
            return following + 1
        if payload.kind == "appointment":
            self.fallback = True
        elif payload.kind == "off":
            if self.rules:
                raise NotUnderstood
            self.closed = True
        elif kind == "appointment" and following == at + 1:
            self._add(self.last_days or DAYS, [payload, items[following]])
            return following + 1
        else:
            self._add(self.last_days or DAYS, [payload])
        return at + 1

    def _pause(self, items: list[Item], at: int) -> int:
        """A pause that is cut out of the hours named before: "lunch 12-13", "12-13 Mittagspause"."""
        following = _next(items, at + 1)
        if following is not None and items[following].kind == "off":
            following = _next(items, following + 1)
        if following is not None and items[following].kind == "times":
            self._without(self.last_days or self._all_open(), items[following].spans)
            return following + 1
        last = self.rules[-1].content.spans if self.rules else ()
        if len(last) > 1 and _inside(last[-1], last[:-1]):
            rule = self.rules[-1]
            self.rules[-1] = _Rule(rule.days, Content(tuple(_cut(last[:-1], last[-1:]))), rule.season)
            return at + 1
        raise NotUnderstood

    def _except(self, items: list[Item], at: int) -> int:
        following = _next(items, at + 1)
        if following is None or items[following].kind != "days" or not self.rules:
            raise NotUnderstood
        days = items[following].days
        if _has_own_payload(items, following):
            return following
        self._add(days, [Item("off")])
        return following + 1

    def _always(self, items: list[Item], at: int) -> None:
        others = [item.kind for place, item in enumerate(items) if place != at and item.kind not in {"comma", "and"}]
        if self.rules or any(kind not in {"days", "always"} for kind in others):
            raise NotUnderstood
        self.always = True

    def _comment(self, text: str) -> None:
        self.comments.append(text)

    def _add(self, days: Iterable[str], payload: list[Item]) -> None:
        """One rule. What a later one says of a day that an earlier one spoke of is joined in `_tables`."""
        chosen = tuple(days)
        if "SH" in chosen:
            self.school = True
            chosen = tuple(day for day in chosen if day != "SH")
            if not chosen:
                return
        spans = tuple(sorted(payload[0].spans))
        if any(one[1] > other[0] for one, other in pairwise(spans)):
            raise NotUnderstood
        by_appointment = payload[-1].kind == "appointment"
        self.rules.append(_Rule(chosen, Content(_joined(spans), by_appointment), self.season))
        self.last_days = chosen

    def _half_day(self, days: list[str], part: str) -> None:
        """As "Wednesday afternoons closed": the hours of that day end, or begin, at noon."""
        noon = ((HALF_DAY, DAY_MINUTES),) if part in {"afternoon", "evening"} else ((0, HALF_DAY),)
        if part == "evening" or not any(self._content_of(day) for day in days):
            raise NotUnderstood
        self._without(days, noon, inside=False)

    def _without(self, days: Iterable[str], gaps: Sequence[Span], *, inside: bool = True) -> None:
        """Cut gaps out of what holds on days so far."""
        for day in days:
            content = self._content_of(day)
            if content is None or (inside and not all(_inside(gap, content.spans) for gap in gaps)):
                raise NotUnderstood
            cut = Content(tuple(_cut(content.spans, gaps)), content.by_appointment)
            self.rules.append(_Rule((day,), cut, f"={self.season}"))
        self.last_days = tuple(days)

    def _content_of(self, day: str) -> Content | None:
        table = self._day_contents().get(self.season, {})
        found = table.get(day)
        return found if found and found.spans else None

    def _all_open(self) -> tuple[str, ...]:
        return tuple(day for day, content in self._day_contents().get(self.season, {}).items() if content.spans)

    def _day_contents(self) -> dict[str, dict[str, Content]]:
        """What holds on each day, by season: the narrower of two rules wins, stretches apart add up."""
        seasons: dict[str, dict[str, Content]] = {}
        width: dict[tuple[str, str], int] = {}
        for rule in self.rules:
            final = rule.season.startswith("=")
            season = rule.season.removeprefix("=")
            days = seasons.setdefault(season, {})
            for day in rule.days:
                before = days.get(day)
                if before is None or final:
                    days[day] = rule.content
                else:
                    days[day] = _both(before, rule.content, len(rule.days) > width[season, day])
                width[season, day] = min(len(rule.days), width.get((season, day), 9))
        return seasons

    def _tables(self) -> tuple[WeekTable, ...]:
        return tuple(WeekTable(days, season) for season, days in self._day_contents().items())


def _both(before: Content, now: Content, broader: bool) -> Content:
    """Two rules for one day: stretches that lie apart add up, else what is said of fewer days holds, else the later."""
    if before.spans and now.spans and before.by_appointment == now.by_appointment and _apart(before.spans, now.spans):
        return Content(_joined(sorted((*before.spans, *now.spans))), now.by_appointment)
    return before if broader else now


def _apart(one: Sequence[Span], other: Sequence[Span]) -> bool:
    return all(a[1] <= b[0] or b[1] <= a[0] for a in one for b in other)


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _inside(gap: Span, spans: Sequence[Span]) -> bool:
    return any(start <= gap[0] and gap[1] <= end for start, end in spans)


def _cut(spans: Sequence[Span], gaps: Sequence[Span]) -> list[Span]:
    left = list(spans)
    for start, end in gaps:
        left = [
            piece
            for one in left
            for piece in ((one[0], min(one[1], start)), (max(one[0], end), one[1]))
            if piece[0] < piece[1]
        ]
    return left


def _segments(items: Sequence[Item]) -> list[list[Item]]:
    segments: list[list[Item]] = [[]]
    for item in items:
        if item.kind in {"sep", "fallback"}:
            segments.append([])
        else:
            segments[-1].append(item)
    return [segment for segment in segments if segment]


def _more_times(items: Sequence[Item], at: int) -> int | None:
    """The position of further hours of the same days: "mornings 8-12, afternoons 14-18"."""
    place = at
    while place < len(items) and items[place].kind in {"comma", "and", "part"}:
        place += 1
    return place if at < place < len(items) and items[place].kind == "times" else None


def _next(items: Sequence[Item], at: int) -> int | None:
    """The position of the next item that is no comma."""
    return next((place for place in range(at, len(items)) if items[place].kind not in {"comma", "and", "or"}), None)


def _has_own_payload(items: Sequence[Item], at: int) -> bool:
    """Whether days at a position are followed by hours of their own."""
    following = _next(items, at + 1)
    if following is None:
        return False
    if items[following].kind in {"part", "dash", "always", "except"}:
        return True
    if items[following].kind not in _PAYLOADS:
        return False
    # "9-17 Mo-Fr, 10-14 Sa": the hours that follow have days of their own.
    after = _next(items, following + 1)
    return after is None or items[after].kind != "days" or items[at - 1].kind in {"comma", "and"}
