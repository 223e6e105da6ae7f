"""Spans of time as a person says them."""

from datetime import date, time


def days_in_words(days: int) -> str:
    """A number of days: "1 day", "5 days", "3 weeks", "4 months", "2 years"; from two weeks on it is rounded."""
    if days < 14:
        return _counted(days, "day")
    if days < 70:
        return _counted(round(days / 7), "week")
    if days < 700:
        return _counted(round(days / 30.4), "month")
    return _counted(round(days / 365.25), "year")


def due_in_words(days: int) -> str:
    """When a visit is due: "due in 5 days", "due tomorrow", "due today"; of days below zero "3 weeks overdue"."""
    if days < 0:
        return f"{days_in_words(-days)} overdue"
    if days == 0:
        return "due today"
    return "due tomorrow" if days == 1 else f"due in {days_in_words(days)}"


def minutes_in_words(seconds: float) -> str:
    """A length of time: "1 min", "47 min", "2 h", "2 h 10 min"."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if rest else f"{hours} h"


def day_in_words(day: date) -> str:
    """A day: "Tue 24 Nov 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def clock(moment: time) -> str:
    """A time of day: "08:30"."""
    return f"{moment:%H:%M}"


def listed(words: list[str]) -> str:
    """A list in a sentence: "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""English on purpose, whatever the machine's locale: all of the application speaks it."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
