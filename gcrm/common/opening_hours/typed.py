"""Opening hours as people type them, in one language, read as week tables.

What is read is never wider than what was typed: a text of which a single word is not understood, or that could mean
two things, is not understood at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gcrm.common.opening_hours.clock_times import HALF_DAY
from gcrm.common.opening_hours.items import (
    PAYLOADS,
    Item,
    NotUnderstood,
    has_own_payload,
    is_part,
    items_of,
    more_times,
    next_item,
    segments_of,
)
from gcrm.common.opening_hours.lexer import tokens_of
from gcrm.common.opening_hours.spans import apart, cut, inside, joined
from gcrm.common.opening_hours.table import DAY_MINUTES, Content, Span, WeekTable
from gcrm.common.opening_hours.vocabulary import DAYS, Vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. tables: one a season. fallback: by appointment beside the hours. always: round the clock.

    closed: for good. only_closed: the days of which it says that nobody is there, where it says no more. school: it
    speaks of school holidays. comments: what stood in quotes.
    """

    tables: tuple[WeekTable, ...]
    fallback: bool = False
    always: bool = False
    closed: bool = False
    only_closed: tuple[str, ...] = ()
    school: bool = False
    comments: tuple[str, ...] = ()


@dataclass(slots=True)
class _Rule:
    days: tuple[str, ...]
    content: Content
    season: str


def read_typed(written: str, vocabulary: Vocabulary) -> Reading | None:
    """What the text says in that language, None where it does not make sense in it."""
    tokens = tokens_of(written, vocabulary)
    if not tokens:
        return None
    try:
        return _Reader(items_of(tokens)).reading()
    except NotUnderstood:
        return None


class _Reader:
    """Puts days and what holds on them together, rule by rule."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = list(items)
        self.rules: list[_Rule] = []
        self.season = ""
        self.last_days: tuple[str, ...] = ()
        self.pauses: list[Span] = []
        self.fallback = self.always = self.closed = self.school = False
        self.comments: list[str] = []

    def reading(self) -> Reading:
        """Everything read. Raises NotUnderstood."""
        for segment in segments_of(self.items):
            self._segment(segment)
        if self.pauses:
            # "Lunch 12-1, Mon-Fri 9-5": the pause was named before the hours.
            self._without(self._all_open(), self.pauses)
        if sum((self.always, self.closed, bool(self.rules))) > 1:
            raise NotUnderstood
        tables = self._tables()
        comments = tuple(filter(None, self.comments))
        if self.always or self.closed or self.fallback or any(table.opens for table in tables):
            return Reading(tables, self.fallback, self.always, self.closed, school=self.school, comments=comments)
        if len(tables) != 1 or tables[0].season:
            raise NotUnderstood
        return Reading((), only_closed=tuple(tables[0].days), school=self.school, comments=comments)

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
                if after.kind == "off" and next_item(items, at + 1) is None:
                    self._closed_season()
                    at += 1
            elif item.kind == "always":
                self._always(items, at)
                at += 1
            elif item.kind == "days":
                at = self._days_first(items, at)
            elif item.kind == "part":
                if after.kind == "off":
                    # "Mon-Fri 9-5, afternoons closed".
                    self._half_day(list(self.last_days or self._all_open()), item.value)
                    at += 1
                elif after.kind != "times":
                    raise NotUnderstood
                at += 1
            elif item.kind in PAYLOADS:
                at = self._payload_first(items, at)
            elif item.kind == "pause":
                at = self._pause(items, at)
            elif item.kind == "except":
                at = self._except(items, at)
            elif item.kind == "otherwise":
                at = self._otherwise(items, at)
            else:
                raise NotUnderstood

    def _days_first(self, items: list[Item], at: int) -> int:
        """Days, then what holds on them; returns the position after."""
        days = items[at].days
        at += 1
        while at < len(items) and items[at].kind in {"dash", "comma"}:
            if items[at].kind == "dash" and next_item(items, at + 1) is None:
                # A table with a dash for a day without hours.
                self._add(days, [Item("off")])
                return at + 1
            at += 1
        if at < len(items) and items[at].kind == "except":
            days, at = self._without_days(days, items, at + 1)
            at += at < len(items) and items[at].kind == "comma"
        part = ""
        if at < len(items) and items[at].kind == "part":
            part = items[at].value
            at += 1
        if at >= len(items) or items[at].kind not in {*PAYLOADS, "always"}:
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
        while (more := more_times(items, at)) is not None:
            spans = [*spans, *items[more].spans]
            at = more + 1
        payload = [Item("times", spans=spans)]
        if at < len(items) and items[at].kind == "appointment":
            self._add(days, [*payload, items[at]])
            return at + 1
        if at < len(items) and items[at].kind == "off":
            following = next_item(items, at + 1)
            if following is None and len(spans) > 1 and inside(spans[-1], spans[:-1]):
                # A pause in brackets behind the hours.
                self._add(days, [Item("times", spans=cut(spans[:-1], spans[-1:]))])
                return at + 1
            if following is None or items[following].kind != "days":
                raise NotUnderstood
        self._add(days, payload)
        return at

    def _payload_first(self, items: list[Item], at: int) -> int:
        """What holds, then its days: "9-5 Monday to Friday", "closed Sundays"; without days, of those named last."""
        payload = items[at]
        following = next_item(items, at + 1)
        kind = items[following].kind if following is not None else ""
        if following is not None:
            placed = self._closed_then(items, at, following) if payload.kind == "off" else None
            placed = self._then_days(items, at, following) if placed is None else placed
            if placed is not None:
                return placed
        if payload.kind == "appointment":
            self.fallback = True
        elif payload.kind == "off":
            if self.rules:
                raise NotUnderstood
            self.closed = True
        elif kind == "appointment" and following == at + 1:
            self._add(self.last_days or self._usual_days(), [payload, items[following]])
            return following + 1
        else:
            self._add(self.last_days or self._usual_days(), [payload])
        return at + 1

    def _closed_then(self, items: list[Item], at: int, following: int) -> int | None:
        """That nobody is there, and then hours, a season or half a day: the position after, None for anything else."""
        then = items[following]
        if then.kind == "off" and following == at + 1 and next_item(items, at + 2) is None:
            raise NotUnderstood
        if then.kind == "times" and self.rules:
            self._without(self.last_days or self._all_open(), then.spans)
            return following + 1
        if then.kind == "season" and next_item(items, following + 1) is None:
            # "fermé en août".
            self.season = then.value
            self._closed_season()
            return following + 1
        if then.kind == "days" and is_part(items, following + 1):
            # "closed Wednesday afternoons".
            self._half_day(then.days, items[following + 1].value)
            return following + 2
        return None

    def _then_days(self, items: list[Item], at: int, following: int) -> int | None:
        """What holds, and then the days that it holds on: the position after, None where no days follow."""
        payload, then = items[at], items[following]
        if then.kind == "off" and following == at + 1 and next_item(items, at + 2) is None:
            # A pause in brackets behind the hours.
            if payload.kind != "times" or len(payload.spans) < 2 or not inside(payload.spans[-1], payload.spans[:-1]):
                raise NotUnderstood
            shorter = Item("times", spans=cut(payload.spans[:-1], payload.spans[-1:]))
            self._add(self.last_days or self._usual_days(), [shorter])
            return following + 1
        if then.kind == "otherwise" and payload.kind == "times":
            # "closed weekends; 9-5 otherwise".
            self._add(self._unnamed(), [payload])
            return following + 1
        if then.kind != "days":
            return None
        if not has_own_payload(items, following):
            self._add(then.days, [payload])
            return following + 1
        # "closed Sundays, Mon-Sat 8-6": what stands behind the last comma has hours of its own.
        others = [day for day in then.days if day not in then.last]
        if not others and payload.kind != "times":
            raise NotUnderstood
        self._add(others or self.last_days or self._usual_days(), [payload])
        items[following] = Item("days", days=then.last, last=then.last)
        return following

    def _pause(self, items: list[Item], at: int) -> int:
        """A pause that is cut out of the hours named before: "lunch 12-13", "12-13 Mittagspause"."""
        following = next_item(items, at + 1)
        if following is not None and items[following].kind == "off":
            following = next_item(items, following + 1)
        if following is not None and items[following].kind == "times":
            if self.rules:
                self._without(self._with_room_for(items[following].spans), items[following].spans)
            else:
                self.pauses += items[following].spans
            return following + 1
        last = self.rules[-1].content.spans if self.rules else ()
        if len(last) > 1 and inside(last[-1], last[:-1]):
            rule = self.rules[-1]
            self.rules[-1] = _Rule(rule.days, Content(tuple(cut(last[:-1], last[-1:]))), rule.season)
            return at + 1
        raise NotUnderstood

    def _except(self, items: list[Item], at: int) -> int:
        following = next_item(items, at + 1)
        if following is None or items[following].kind != "days" or not self.rules:
            raise NotUnderstood
        days = items[following].days
        if has_own_payload(items, following):
            return following
        self._add(days, [Item("off")])
        return following + 1

    def _otherwise(self, items: list[Item], at: int) -> int:
        """What holds on all days that nothing was said of: hours, or that nobody is there."""
        following = next_item(items, at + 1)
        if following is None or not self.rules:
            raise NotUnderstood
        if items[following].kind == "days" and len(items[following].days) == len(DAYS):
            # "otherwise daily 11-23": what is said of fewer days holds anyhow.
            return following
        if items[following].kind == "times":
            self._add(self._unnamed(), [items[following]])
        elif items[following].kind != "off":
            raise NotUnderstood
        return following + 1

    def _unnamed(self) -> list[str]:
        named = {day for rule in self.rules if not rule.season for day in rule.days}
        left = [day for day in DAYS if day not in named]
        if not left or self.season:
            raise NotUnderstood
        return left

    def _usual_days(self) -> tuple[str, ...]:
        """The days of hours without any: in a season those on which it is open else, or all."""
        usual = self._day_contents().get("", {}) if self.season else {}
        return tuple(day for day in DAYS if (content := usual.get(day)) and not content.closed) or DAYS

    def _closed_season(self) -> None:
        self._add(DAYS, [Item("off")])
        self.last_days = ()

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
        self.rules.append(_Rule(chosen, Content(joined(spans), by_appointment), self.season))
        self.last_days = chosen

    def _half_day(self, days: list[str], part: str) -> None:
        """As "Wednesday afternoons closed": the hours of that day end, or begin, at noon."""
        noon = ((HALF_DAY, DAY_MINUTES),) if part in {"afternoon", "evening"} else ((0, HALF_DAY),)
        if part == "evening" or not any(self._content_of(day) for day in days):
            raise NotUnderstood
        self._without(days, noon, wholly=False)

    def _without(self, days: Iterable[str], gaps: Sequence[Span], *, wholly: bool = True) -> None:
        """Cut gaps out of what holds on days so far."""
        for day in days:
            content = self._content_of(day)
            if content is None or (wholly and not all(inside(gap, content.spans) for gap in gaps)):
                raise NotUnderstood
            left = Content(tuple(cut(content.spans, gaps)), content.by_appointment)
            self.rules.append(_Rule((day,), left, f"={self.season}"))
        self.last_days = tuple(days)

    def _with_room_for(self, gaps: Sequence[Span]) -> tuple[str, ...]:
        """The days that a pause is of: those named last, or else all whose hours go on behind it."""
        near = tuple(self.last_days) or self._all_open()
        fits = {
            day: (content := self._content_of(day)) is not None and all(inside(gap, content.spans) for gap in gaps)
            for day in (*near, *self._all_open())
        }
        if all(fits[day] for day in near) or not any(fits.values()):
            return near
        return tuple(day for day, fitting in fits.items() if fitting)

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
    if before.spans and now.spans and before.by_appointment == now.by_appointment and apart(before.spans, now.spans):
        return Content(joined(sorted((*before.spans, *now.spans))), now.by_appointment)
    return before if broader else now
