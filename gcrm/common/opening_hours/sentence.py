"""Opening hours in plain words, in the language at hand."""

import re
from collections.abc import Sequence

from gcrm.common.language import say, to_say
from gcrm.common.opening_hours.expression import rules_of
from gcrm.common.opening_hours.table import CLOSED, DAY_MINUTES, Content, WeekTable, clock_of, day_runs
from gcrm.common.opening_hours.vocabulary import DAYS
from gcrm.common.wording import WEEKDAYS

_NAMES = dict(zip(DAYS, WEEKDAYS, strict=True))
_WORDS = {
    **_NAMES,
    "PH": to_say("public holidays"),
    "SH": to_say("school holidays"),
    "off": to_say("closed"),
    "easter": to_say("Easter"),
}
_NTH = {
    "1": to_say("first"),
    "2": to_say("second"),
    "3": to_say("third"),
    "4": to_say("fourth"),
    "5": to_say("fifth"),
    "-1": to_say("last"),
}


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
        name = _nth(day) if "[" in day else say("public holidays")
        if content.closed:
            closed.append(name)
        else:
            parts.append(f"{name} {_content(content)}")
    if closed:
        parts.append(say("closed {days}", days=_all(closed)))
    words = "; ".join(parts) or say("closed")
    return f"{table.season}: {words}" if table.season else words


def translated(text: str) -> str:
    """An expression that says more than a week can, rule by rule, its names in full."""
    found = ""
    rules = rules_of(text)
    if all(rule.modifier == "off" and not rule.selector for rule in rules):
        return ": ".join(dict.fromkeys([say("Closed"), *(rule.comment for rule in rules if rule.comment)]))
    for rule in rules:
        words = re.sub(r"\b([A-Z][a-z])\[(-?\d)\]", lambda one: f"{_ordinal(one[2])} {one[1]}", rule.selector)
        words = re.sub(r"[A-Za-z]+", lambda one: _word(one[0]), words)
        words = re.sub(r",(?=\d\d?:)", _all(["", ""]), words)
        state = {"off": say("closed"), "unknown": say("by appointment")}.get(rule.modifier, "")
        comment = f'"{rule.comment}"' if rule.comment and rule.modifier != "unknown" else ""
        said = " ".join(part for part in (words, state, comment) if part)
        if found:
            found += "; " + (say("otherwise {hours}", hours=said) if rule.fallback else said)
        else:
            found = said
    return found[0].upper() + found[1:] if found else found


def closed_words(days: Sequence[str]) -> str:
    """Days on which nobody is there, in words: "Mon and public holidays"."""
    parts = [_days([day for day in DAYS if day in days])] if any(day in DAYS for day in days) else []
    parts += [_nth(day) for day in days if "[" in day]
    parts += [say("public holidays")] if "PH" in days else []
    return _all(parts)


def _days(days: list[str]) -> str:
    if len(days) == 7:
        return say("every day")
    runs = [_word(first) if first == last else f"{_word(first)}-{_word(last)}" for first, last in day_runs(days)]
    return ", ".join(runs)


def _nth(day: str) -> str:
    return say("{nth} {weekday} of the month", nth=_ordinal(day[3:-1]), weekday=_word(day[:2]))


def _content(content: Content) -> str:
    spans = _all(
        [
            "00:00-24:00" if span == (0, DAY_MINUTES) else f"{clock_of(span[0])}-{clock_of(span[1])}"
            for span in content.spans
        ]
    )
    if content.by_appointment:
        return f"{spans} {say('by appointment')}".strip()
    return spans


def _all(parts: Sequence[str]) -> str:
    return say(" and ").join(parts)


def _word(code: str) -> str:
    return say(_WORDS[code]) if code in _WORDS else code


def _ordinal(number: str) -> str:
    return say(_NTH[number]) if number in _NTH else number
