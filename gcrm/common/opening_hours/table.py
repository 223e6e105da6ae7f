"""A week as a table: what holds on each weekday, on public holidays, and on "first Saturdays"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gcrm.common.opening_hours.vocabulary import DAYS

DAY_MINUTES = 24 * 60
APPOINTMENT = "by appointment"

Span = tuple[int, int]
"""(start, end) in minutes since midnight; an end after midnight is past 24:00, as in (22:00, 30:00)."""


@dataclass(frozen=True, slots=True)
class Content:
    """What holds on a day: the open stretches, none for closed; by_appointment: nobody drops in then.

    A day that is by appointment without a time has no stretches.
    """

    spans: tuple[Span, ...] = ()
    by_appointment: bool = False

    @property
    def closed(self) -> bool:
        """Whether nobody is there at all."""
        return not self.spans and not self.by_appointment


CLOSED = Content()


@dataclass(frozen=True, slots=True)
class WeekTable:
    """What holds on each day of a week, for as long as a season lasts.

    days: by "Mo" to "Su", "PH" for public holidays, "Sa[1]" for the first Saturday of a month; a weekday that is not
    there is closed, public holidays that are not there are not spoken of. season: "Apr-Oct", "" for all year.
    """

    days: Mapping[str, Content] = field(default_factory=dict, hash=False)
    season: str = ""

    @property
    def opens(self) -> bool:
        """Whether it says of any time that somebody is there."""
        return any(not content.closed for content in self.days.values())

    @property
    def expression(self) -> str:
        """The table in OpenStreetMap's syntax, the same for the same table; "" for an empty one."""
        if self.season and not self.opens:
            return f"{self.season} off"
        groups: list[tuple[list[str], Content]] = []
        for day in DAYS:
            content = self.days.get(day, CLOSED)
            same = next((days for days, other in groups if other == content), None)
            if not content.closed and same is None:
                groups.append(([day], content))
            elif not content.closed and same is not None:
                same.append(day)
        rules = [f"{_day_list(days)} {_content(content)}" for days, content in groups]
        rules += [
            f"{day} {_content(content)}"
            for day, content in sorted(self.days.items())
            if day not in DAYS and (day != "PH" or rules or not content.closed)
        ]
        prefix = f"{self.season} " if self.season else ""
        return "; ".join(prefix + rule for rule in rules)


def spans_words(spans: Sequence[Span]) -> str:
    """Stretches as OpenStreetMap writes them: "08:00-12:00,13:30-18:00"."""
    return ",".join(f"{clock_of(start)}-{clock_of(end)}" for start, end in spans)


def clock_of(minutes: int) -> str:
    """A time of day: "08:30"; an end after midnight as the clock shows it then."""
    if minutes > DAY_MINUTES:
        minutes -= DAY_MINUTES
    return f"{minutes // 60:02}:{minutes % 60:02}"


def day_runs(days: Sequence[str]) -> list[tuple[str, str]]:
    """Weekdays in order as runs (first, last): Mo, Tu, We, Fr is (Mo, We), (Fr, Fr)."""
    runs: list[tuple[str, str]] = []
    for day in days:
        if runs and DAYS.index(day) == DAYS.index(runs[-1][1]) + 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _day_list(days: Sequence[str]) -> str:
    return ",".join(first if first == last else f"{first}-{last}" for first, last in day_runs(days))


def _content(content: Content) -> str:
    if content.by_appointment:
        return f'{spans_words(content.spans)} unknown "{APPOINTMENT}"'.strip()
    return spans_words(content.spans) or "off"
