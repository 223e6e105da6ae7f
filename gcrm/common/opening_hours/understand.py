"""What is understood of opening hours as somebody typed them: an expression for the planner, a sentence for people."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from opening_hours import State

from gcrm.common.language import language, say, to_say
from gcrm.common.opening_hours.clock_times import LONGEST_NIGHT
from gcrm.common.opening_hours.expression import (
    evaluator,
    is_appointment,
    mentions_holidays,
    mentions_school,
    misleads,
    never_closes,
    nights,
    parses,
    rules_of,
    tidied,
    with_holidays,
    with_modifiers,
)
from gcrm.common.opening_hours.lexer import own_words
from gcrm.common.opening_hours.sentence import closed_words, table_words, translated
from gcrm.common.opening_hours.table import APPOINTMENT, DAY_MINUTES, Content, WeekTable
from gcrm.common.opening_hours.typed import Reading, read_typed
from gcrm.common.opening_hours.vocabulary import DAYS, languages_of, vocabularies

LONGEST = 500
DEFAULT_HOURS = "Mo-Fr 08:00-17:00; PH off"
"""What is planned with where nobody knows the hours of an account."""
DEFAULT_SPAN = (8 * 60, 17 * 60)
DEFAULT_IN_WORDS = to_say("Mon to Fri 08:00 to 17:00")
UNSAID = to_say("; public holidays not mentioned, so taken as closed")

_A_WEEK = datetime(2026, 2, 2)  # noqa: DTZ001 - any Monday on a wall
"""The week on which a reading is held against its table."""


@dataclass(frozen=True, slots=True)
class Understood:
    """Opening hours as they were typed, and what is understood of them.

    typed: as it stands. text: the expression that counts, in OpenStreetMap's syntax; `DEFAULT_HOURS` where nothing is
    understood. known: whether it is. sentence: what holds, in plain words; of hours that are not known, that they
    are not, and fault the same without what is planned meanwhile. notes: what a person should check. tables: the week,
    one a season, none where the expression says more than a week can. said: one line for a plan, "" where it was read
    as it stands.
    closed: the days on which nobody is there, where that is all that is known.
    """

    typed: str
    text: str
    known: bool
    sentence: str
    notes: tuple[str, ...] = ()
    tables: tuple[WeekTable, ...] = ()
    said: str = ""
    closed: tuple[str, ...] = ()
    fault: str = ""


def understand(typed: str, country: str = "") -> Understood:
    """What is understood of opening hours.

    typed: in OpenStreetMap's syntax, or as people write in English, German, French, Spanish, Italian, Portuguese,
    Dutch, Danish, Norwegian, Swedish, Finnish, Polish or Czech. country: where the account is ("LI"), asked only where
    two languages read the text differently.
    """
    return _understand(typed.strip(), country, language())


@lru_cache(maxsize=50_000)
def _understand(typed: str, country: str, _spoken: str) -> Understood:
    if not typed:
        taken = say("no opening hours known, taken as {hours}", hours=say(DEFAULT_IN_WORDS))
        return _unknown("", say("No opening hours known"), taken)
    if len(typed) > LONGEST:
        return _not_understood(typed, say("longer than {most} characters", most=LONGEST))
    text = tidied(typed)
    if parses(text) and not misleads(text) and _says_something(text):
        return _as_written(typed, text) if _opens_or_ends(text) else _closed_at_least(typed, _closed_days(text))
    typed_lines = _lines_of(typed)
    for written in dict.fromkeys((typed_lines.strip("\"'\u201c\u201d\u201e "), typed_lines)):
        found = _in_words(written, country)
        if isinstance(found, str):
            return _not_understood(typed, found)
        if found is not None and found.only_closed:
            return _closed_at_least(typed, found.only_closed)
        if found is not None:
            return _from_reading(typed, found)
    if parses(text) and not any(rule.timed for rule in rules_of(text)):
        return _not_understood(typed, say("no times are given"))
    return _not_understood(typed)


def _says_something(text: str) -> bool:
    """Whether it says more than that it is unknown."""
    return any(rule.modifier != "unknown" or is_appointment(rule.comment) for rule in rules_of(text))


def _opens_or_ends(text: str) -> bool:
    """Whether it says when it is open, or that it is closed for good: more than on which days nobody is there."""
    rules = rules_of(text)
    return any(rule.modifier != "off" or not rule.selector for rule in rules)


def _closed_days(text: str) -> tuple[str, ...]:
    """The days on which rules without any hours say that it is closed; none where they speak of dates or seasons."""
    reading = read_typed(text, vocabularies()[0])
    return reading.only_closed if reading else ()


def _closed_at_least(typed: str, closed: tuple[str, ...]) -> Understood:
    """Text that says on which days nobody is there, and no more: planned as if unknown, but never on those days."""
    if not closed:
        return _not_understood(typed, say("it does not say when it is open"))
    table = WeekTable({day: Content((DEFAULT_SPAN,)) for day in DAYS[:5] if day not in closed} | {"PH": Content()})
    words = closed_words(closed)
    text = "; ".join([table.expression, *(f"{day} off" for day in closed if "[" in day)]) if table.opens else "off"
    planned = table_words(replace(table, days={day: table.days[day] for day in table.days if day in DAYS}))
    planned = planned.partition(";")[0] if table.opens else say("on no day")
    return Understood(
        typed,
        text,
        known=False,
        sentence=say(
            "Only the closed days are understood: {days}. Visits are planned {hours} until they are known",
            days=words,
            hours=planned,
        ),
        said=say(
            'opening hours "{typed}" read as "closed {days}" and no more, taken as {hours}',
            typed=typed[:80],
            days=words,
            hours=planned,
        ),
        closed=closed,
    )


def _lines_of(typed: str) -> str:
    """A list of days as programs keep it, {"Monday": "9-17"} or ["Monday: 9-17"], as the lines that people write."""
    if typed[:1] not in {"{", "["}:
        return typed
    try:
        found = json.loads(typed)
    except ValueError:
        return typed
    if isinstance(found, dict) and all(isinstance(hours, str | list) for hours in found.values()):
        pairs = ((day, hours if isinstance(hours, str) else ", ".join(map(str, hours))) for day, hours in found.items())
        return "\n".join(f"{day}: {hours}" for day, hours in pairs)
    if isinstance(found, list) and all(isinstance(line, str) for line in found):
        return "\n".join(found)
    return typed


def _as_written(typed: str, text: str) -> Understood:
    """Text in the syntax itself."""
    counts = with_modifiers(text)
    reading = read_typed(text, vocabularies()[0])
    tables = reading.tables if reading and _same_week(reading, counts) else ()
    notes = _notes(counts)
    if reading and reading.tables and not tables and ";" in text and len({one.season for one in reading.tables}) == 1:
        notes = (*notes, say("A later rule replaces an earlier one on the same day"))
    if never_closes(counts):
        sentence = say("Open round the clock")
    elif tables and reading:
        sentence = _sentence(reading, counts)
    else:
        sentence = translated(counts) + _holidays_words(counts)
    said = "" if text == " ".join(typed.split()) else _read_as(typed, sentence)
    return Understood(typed, counts, known=True, sentence=sentence, notes=notes, tables=tables, said=said)


def _from_reading(typed: str, reading: Reading) -> Understood:
    text = _expression(reading)
    if not parses(text) or (reading.tables and not _same_week(reading, text)):
        return _not_understood(typed)
    sentence = _sentence(reading, text)
    notes = _notes(text)
    if reading.school:
        notes = (*notes, say("School holidays are not known here: check before a visit"))
    said = _read_as(typed, sentence.removesuffix(say(UNSAID)))
    return Understood(typed, text, known=True, sentence=sentence, notes=notes, tables=reading.tables, said=said)


def _in_words(typed: str, country: str) -> Reading | str | None:
    """The one thing that the text says in the languages that make sense of it; a sentence where they do not agree."""
    words = {one: own_words(typed, one) for one in vocabularies()}
    most = max(words.values())
    # A language with fewer of the words would read them as something else.
    best = [
        (one.language, found)
        for one, own in words.items()
        if own == most and (found := read_typed(typed, one)) is not None
    ]
    if not best:
        return None
    ways = {_expression(found): found for _, found in best}
    if len(ways) > 1:
        likely = languages_of(country)
        local = {_expression(found): found for language, found in best if language in likely}
        if len(local) == 1:
            return next(iter(local.values()))
        told = say(" or ").join(
            f'"{"; ".join(table_words(one) for one in found.tables)}"' for found in list(ways.values())[:2]
        )
        return say("it could mean {ways}", ways=told)
    return next(iter(ways.values()))


def _read_as(typed: str, sentence: str) -> str:
    return say('opening hours "{typed}" read as "{sentence}"', typed=typed[:80], sentence=sentence[:120])


def _expression(reading: Reading) -> str:
    if reading.always:
        text = "24/7"
    elif reading.tables:
        text = "; ".join(one.expression for one in reading.tables if one.expression)
    else:
        text = ""
    comments = [one for one in reading.comments if one]
    if reading.fallback:
        return f'{text} || unknown "{APPOINTMENT}"' if text else f'unknown "{APPOINTMENT}"'
    if not text:
        text = "off"
        if comments:
            return f'off "{comments[0]}"'
    return text


def _sentence(reading: Reading, text: str) -> str:
    if reading.always:
        words = say("Open round the clock")
    elif reading.tables:
        words = "; ".join(table_words(one) for one in reading.tables)
        words = words[0].upper() + words[1:]
    elif reading.fallback:
        return say("By appointment only")
    else:
        return say("Closed")
    words += _holidays_words(text)
    return say("{hours}; otherwise by appointment", hours=words) if reading.fallback else words


def _holidays_words(text: str) -> str:
    if mentions_holidays(text) or never_closes(text) or not any(rule.modifier != "off" for rule in rules_of(text)):
        return ""
    if all(rule.modifier == "unknown" for rule in rules_of(text)):
        return ""
    return say(UNSAID)


def _notes(text: str) -> tuple[str, ...]:
    notes = []
    if mentions_school(text):
        notes.append(say("School holidays are not known here: check before a visit"))
    if any(end - start > LONGEST_NIGHT for start, end in nights(text)):
        notes.append(say("Open past midnight for most of a day: check that this is meant"))
    if re.search(r"\d\d:\d\d\+", text):
        notes.append(say("The closing time is not given"))
    notes += [rule.comment for rule in rules_of(text) if rule.comment and rule.comment != APPOINTMENT]
    return tuple(dict.fromkeys(notes))


def _same_week(reading: Reading, text: str) -> bool:
    """Whether the library opens and closes on an ordinary week as the tables say; True where a season is named."""
    if len(reading.tables) != 1 or reading.tables[0].season:
        return True
    days = reading.tables[0].days
    if reading.fallback or any("[" in day for day in days):
        return True
    ordinary = with_holidays(text, ())
    if not parses(ordinary):
        return False
    expected = _joined_spans(
        (number * DAY_MINUTES + start, number * DAY_MINUTES + end)
        for number, day in enumerate(DAYS)
        if (content := days.get(day)) and not content.by_appointment
        for start, end in content.spans
    )
    hours = evaluator(ordinary, "UTC", "", None)
    found = _joined_spans(
        (_minute(opens), _minute(closes))
        for opens, closes, state, _ in hours.intervals(_A_WEEK, _A_WEEK + timedelta(7))
        if state == State.OPEN
    )
    # A day with hours of its own cuts the night before it off, in the library: narrower is right.
    reaches = any(end > DAY_MINUTES for content in days.values() for _, end in content.spans)
    return found == expected or (reaches and all(_covered(one, expected) for one in found))


def _joined_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of a week in minutes, in order and apart; what reaches over its end begins it."""
    week = 7 * DAY_MINUTES
    pieces = sorted(
        piece
        for start, end in spans
        for piece in ((start, min(end, week)), (0, max(0, end - week)))
        if piece[0] < piece[1]
    )
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _covered(one: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= one[0] and one[1] <= end for start, end in spans)


def _minute(moment: datetime) -> int:
    return int((moment.replace(tzinfo=None) - _A_WEEK).total_seconds()) // 60


def _not_understood(typed: str, why: str = "") -> Understood:
    reason = f": {why}" if why else ""
    taken = say(
        'opening hours "{typed}" not understood{reason}, taken as {hours}',
        typed=typed[:80],
        reason=reason,
        hours=say(DEFAULT_IN_WORDS),
    )
    return _unknown(typed, say("Not understood") + reason, taken)


def _unknown(typed: str, sentence: str, said: str) -> Understood:
    return Understood(
        typed,
        DEFAULT_HOURS,
        known=False,
        sentence=say(
            "{fault}. Visits are planned {hours} until they are known", fault=sentence, hours=say(DEFAULT_IN_WORDS)
        ),
        said=said,
        fault=sentence,
    )
