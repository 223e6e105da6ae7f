"""Opening hours in plain English."""

import re
from collections.abc import Sequence

from gcrm.common.opening_hours.expression import rules_of
from gcrm.common.opening_hours.table import CLOSED, DAY_MINUTES, Content, WeekTable, clock_of, day_runs
from gcrm.common.opening_hours.vocabulary import DAYS

_NAMES = {"Mo": "Mon", "Tu": "Tue", "We": "Wed", "Th": "Thu", "Fr": "Fri", "Sa": "Sat", "Su": "Sun"}
_WORDS = {**_NAMES, "PH": "public holidays", "SH": "school holidays", "off": "closed", "easter": "Easter"}
_NTH = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}


def table_words(table: WeekTable) -> str:
    """A week in a sentence: "Mon-Fri 08:00-12:00 and 13:30-18:00; Sat 09:00-12:00; closed Sun"."""
    groups: list[tuple[list[str], Content]] = []
    for day in DAYS:
        content = table.days.get(day, CLOSED)
        same = next((days for days, other in groups if other == content), None)
        if same is None:
            groups.append(([day], content))
        else:
            same.append(day)
    regular = any(not content.closed for _, content in groups)
    parts = [f"{_days(days)} {_content(content)}" for days, content in groups if not content.closed]
    closed = [_days(days) for days, content in groups if content.closed and regular]
    for day, content in sorted(table.days.items()):
        if day in DAYS:
            continue
        name = _nth(day) if "[" in day else "public holidays"
        if content.closed:
            closed.append(name)
        else:
            parts.append(f"{name} {_content(content)}")
    if closed:
        parts.append(f"closed {' and '.join(closed)}")
    words = "; ".join(parts) or "closed"
    return f"{table.season}: {words}" if table.season else words


def translated(text: str) -> str:
    """An expression that says more than a week can, rule by rule, its names in full."""
    found = ""
    rules = rules_of(text)
    if all(rule.modifier == "off" and not rule.selector for rule in rules):
        return ": ".join(dict.fromkeys(["Closed", *(rule.comment for rule in rules if rule.comment)]))
    for rule in rules:
        words = re.sub(r"\b([A-Z][a-z])\[(-?\d)\]", lambda one: f"{_NTH.get(one[2], one[2])} {one[1]}", rule.selector)
        words = re.sub(r"[A-Za-z]+", lambda one: _WORDS.get(one[0], one[0]), words)
        words = re.sub(r",(?=\d\d?:)", " and ", words)
        state = {"off": "closed", "unknown": "by appointment"}.get(rule.modifier, "")
        comment = f'"{rule.comment}"' if rule.comment and rule.modifier != "unknown" else ""
        said = " ".join(part for part in (words, state, comment) if part)
        found += ("; otherwise " if rule.fallback else "; ") + said if found else said
    return found[0].upper() + found[1:] if found else found


def closed_words(days: Sequence[str]) -> str:
    """Days on which nobody is there, in words: "Mon and public holidays"."""
    parts = [_days([day for day in DAYS if day in days])] if any(day in DAYS for day in days) else []
    parts += [_nth(day) for day in days if "[" in day]
    parts += ["public holidays"] if "PH" in days else []
    return " and ".join(parts)


def _days(days: list[str]) -> str:
    if len(days) == 7:
        return "every day"
    runs = [f"{_NAMES[first]}-{_NAMES[last]}" if first != last else _NAMES[first] for first, last in day_runs(days)]
    return ", ".join(runs)


def _nth(day: str) -> str:
    return f"{_NTH.get(day[3:-1], day[3:-1])} {_NAMES[day[:2]]} of the month"


def _content(content: Content) -> str:
    spans = " and ".join(
        "00:00-24:00" if span == (0, DAY_MINUTES) else f"{clock_of(span[0])}-{clock_of(span[1])}"
        for span in content.spans
    )
    if content.by_appointment:
        return f"{spans} by appointment".strip()
    return spans
