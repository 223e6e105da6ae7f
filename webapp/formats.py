"""Numbers, times and distances as people read them; the template filters of the same names."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import Undefined
from markupsafe import Markup, escape

from gcrm.activities.phone_clock import spoken
from gcrm.activities.verdict import on_record, spoken_distance
from gcrm.common.language import ENGLISH, language, say, say_n
from gcrm.common.language import number as written
from gcrm.common.wording import MONTHS, WEEKDAYS, ago_in_words, days_in_words, due_in_words

NOTHING = "\N{EN DASH}"


def duration(seconds: float) -> str:
    """Seconds as "12 min" or "2 h 10"; anything that takes time takes a minute."""
    minutes = max(round(seconds / 60), 1 if seconds > 0 else 0)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"


def kilometres(metres: float) -> str:
    """Metres driven as "350 m", "6.2 km" or "123 km"."""
    return spoken_distance(metres)


def spoken_time(seconds: float) -> str:
    """A length of time in its largest unit: "3 days", "26 hours"."""
    return spoken(seconds)


def instant(value: datetime | str) -> datetime:
    """An instant from itself or from its ISO text; without a zone it is UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def clock_time(value: datetime | str, zone: str = "UTC", day: date | None = None) -> str:
    """The wall-clock time of an instant in a zone: "08:41"; of another day than the one spoken of, with its date."""
    at = instant(value).astimezone(ZoneInfo(zone))
    return f"{at:%H:%M}" if day is None or at.date() == day else f"{long_day(at.date())}, {at:%H:%M}"


def long_day(value: date | str) -> str:
    """A day as "Tue 24 Nov", "Di 24. Nov."."""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    weekday, month = say(WEEKDAYS[day.weekday()]), say(MONTHS[day.month - 1])
    return say("{weekday} {day} {month}", weekday=weekday, day=day.day, month=month)


def full_day(value: date | str) -> str:
    """A day with its year: "24 Nov 2026", "24. Nov. 2026"."""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return say("{day} {month} {year}", day=day.day, month=say(MONTHS[day.month - 1]), year=day.year)


def day_and_time(value: datetime | str, zone: str = "UTC") -> str:
    """An instant as "24 Nov 2026, 08:41" in a zone."""
    at = instant(value).astimezone(ZoneInfo(zone))
    return f"{full_day(at.date())}, {at:%H:%M}"


def ago(days: int) -> str:
    """How long ago, in the largest unit that fits: "today", "yesterday", "5 days ago", "3 weeks ago"."""
    return ago_in_words(days)


def span(days: int) -> str:
    """A number of days as everywhere else: "1 day", "13 days", "3 weeks", "4 months"."""
    return days_in_words(days)


def due(days: int) -> str:
    """How a visit stands: "due in 5 days", "due today", "3 weeks overdue"."""
    return due_in_words(days)


def counted(n: int, one: str, many: str) -> str:
    """A number with its noun, both literals: "1 visit", "1,204 visits", "1.204 Besuche"."""
    return f"{written(n)} {say_n(one, many, n)}"


def number(value: float | Undefined | None, digits: int = 0) -> str:
    """A number with separators, or a dash where there is none."""
    return NOTHING if value is None or isinstance(value, Undefined) else written(value, digits)


def percent(share: float | None) -> str:
    """A share of 1 as whole per cent, or a dash."""
    return NOTHING if share is None else f"{100 * share:.0f} %"


def size(n_bytes: int) -> str:
    """A file's size: "812 kB", "13 MB"."""
    return f"{written(n_bytes / 1e6)} MB" if n_bytes >= 1e6 else f"{written(max(n_bytes, 1) / 1e3)} kB"


def said(text: str) -> str:
    """A text of a constant or a list of choices, in the language at hand."""
    return say(text)


def capital(text: str) -> str:
    """A text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: in English without its capital, which German nouns keep."""
    return label.lower() if language() == ENGLISH else label


def commands(text: str) -> Markup:
    """A sentence with its commands, which stand in back-ticks, as code; all else is escaped."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def working_day_after(day: date) -> date:
    """The next Monday to Friday after a day."""
    after = day + timedelta(days=1)
    while after.weekday() >= 5:
        after += timedelta(days=1)
    return after


def register(app: Flask) -> None:
    """Make them filters of the templates."""
    times = (duration, clock_time, long_day, full_day, day_and_time, ago, span, due)
    words = (counted, said, capital, in_sentence, commands)
    for filter_ in (*times, *words, on_record, spoken_time, kilometres, number, percent, size):
        app.add_template_filter(filter_, filter_.__name__)
