"""Days, spans of time and lists as a person says them, in the language at hand."""

from datetime import date, time
from functools import lru_cache

from gcrm.common.language import language, say, say_n, to_say


def days_in_words(days: int) -> str:
    """A number of days: "1 day", "5 days", "3 weeks", "4 months", "2 years"; from two weeks on it is rounded."""
    return _days(days, language())


@lru_cache(maxsize=4_096)
def _days(days: int, _spoken: str) -> str:
    if days < 14:
        return say_n("{n} day", "{n} days", days)
    if days < 70:
        return say_n("{n} week", "{n} weeks", round(days / 7))
    if days < 700:
        return say_n("{n} month", "{n} months", round(days / 30.4))
    return say_n("{n} year", "{n} years", round(days / 365.25))


def due_in_words(days: int) -> str:
    """When a visit is due: "due in 5 days", "due tomorrow", "due today"; of days below zero "3 weeks overdue"."""
    if days < 0:
        return say("{days} overdue", days=days_in_words(-days))
    if days == 0:
        return say("due today")
    if days == 1:
        return say("due tomorrow")
    if days < 14:
        return say_n("due in {n} day", "due in {n} days", days)
    if days < 70:
        return say_n("due in {n} week", "due in {n} weeks", round(days / 7))
    if days < 700:
        return say_n("due in {n} month", "due in {n} months", round(days / 30.4))
    return say_n("due in {n} year", "due in {n} years", round(days / 365.25))


def ago_in_words(days: int) -> str:
    """How long ago a day is: "today", "yesterday", "5 days ago", "3 weeks ago"."""
    if days <= 0:
        return say("today")
    if days == 1:
        return say("yesterday")
    if days < 14:
        return say_n("{n} day ago", "{n} days ago", days)
    if days < 70:
        return say_n("{n} week ago", "{n} weeks ago", round(days / 7))
    if days < 700:
        return say_n("{n} month ago", "{n} months ago", round(days / 30.4))
    return say_n("{n} year ago", "{n} years ago", round(days / 365.25))


def minutes_in_words(seconds: float) -> str:
    """A length of time: "1 min", "47 min", "2 h", "2 h 10 min"."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if rest else f"{hours} h"


def day_in_words(day: date) -> str:
    """A day: "Tue 24 Nov 2026", "Di 24. Nov. 2026"."""
    return _day(day, language())


@lru_cache(maxsize=4_096)
def _day(day: date, _spoken: str) -> str:
    return say("{weekday} {day} {month} {year}", weekday=weekday(day), day=day.day, month=month(day), year=day.year)


def day_of_year(day: date) -> str:
    """A day whose year is plain: "24 Nov", "24. Nov."."""
    return say("{day} {month}", day=day.day, month=month(day))


def weekday(day: date) -> str:
    """The weekday of a day in short: "Tue"."""
    return say(WEEKDAYS[day.weekday()])


def month(day: date) -> str:
    """The month of a day in short: "Nov"."""
    return say(MONTHS[day.month - 1])


def clock(moment: time) -> str:
    """A time of day: "08:30"."""
    return f"{moment:%H:%M}"


def listed(words: list[str]) -> str:
    """A list in a sentence: "A", "A and B", "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return say("{before} and {last}", before=", ".join(words[:-1]), last=words[-1])


WEEKDAYS = (to_say("Mon"), to_say("Tue"), to_say("Wed"), to_say("Thu"), to_say("Fri"), to_say("Sat"), to_say("Sun"))
"""In English, whatever the machine's locale; said by `weekday`."""
MONTHS = (
    to_say("Jan"), to_say("Feb"), to_say("Mar"), to_say("Apr"), to_say("May"), to_say("Jun"), to_say("Jul"),
    to_say("Aug"), to_say("Sep"), to_say("Oct"), to_say("Nov"), to_say("Dec"),
)  # fmt: skip
