"""Opening hours in OpenStreetMap's own syntax: its rules, what is wrong with them, and how they are evaluated.

Source of the syntax: OSM wiki, Key:opening_hours/specification. Three readings of the library are not ours: a comment
alone is open round the clock there, and unknown by the specification; "Tu, Fr 10:00-18:00" with a space is all of
Tuesday; and public holidays are those of whole countries, so they are put in as dates, after all other rules.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, UnknownCountryError  # type: ignore[attr-defined]

from gcrm.common.opening_hours.vocabulary import DAYS, MONTHS

_WORKING_WEEK = 5
_DAY = rf"(?:{'|'.join(DAYS)}|PH|SH)"
_ITEM = rf"{_DAY}(?:\[[^\]]*\])?(?:-{_DAY})?"
_LIST = re.compile(rf"(?<![A-Za-z\"])(?:{_ITEM})(?:,{_ITEM})*")
_SPACED = re.compile(rf"(?<=[A-Za-z\]])\s*,\s*(?={_ITEM}(?:\s|,|-|$))")
_MODIFIER = re.compile(r"\s*\b(off|closed|open|unknown)\s*$")
_COMMENT = re.compile(r'\s*"([^"]*)"\s*$')
_TIMED = re.compile(r"\d{1,2}:\d{2}|sunrise|sunset|dawn|dusk|24/7")
_CLOCKS = re.compile(r"(?<![\d:])(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_SUN = re.compile(r"sunrise|sunset|dawn|dusk")
_OFFSET = re.compile(r"\b(?:PH|SH)\s*[+-]?\s*\d+\s*days?")
_BARE_TIMES = re.compile(r"^\s*\(?(?:\d{1,2}:\d{2}|sunrise|sunset|dawn|dusk)")
_APPOINTMENT = re.compile(
    r"appoint|arrangement|request|vereinbar|absprache|anfrage|termin|voranmeld|rendez|rdv|cita|appuntament|prenota"
    r"|marca[cç]|afspraak|aftale|avtale|[oö]verenskommelse|tidsbok|sopimu|varau|um[oó]wi|uzgodni|domluv|dohod|objedn",
    re.IGNORECASE,
)
_CLOSED_WORDS = re.compile(
    r"closed|shut|geschlossen|ferm[eé]|cerrad|chius|fechad|encerrad|gesloten|lukket|stengt|st[aä]ngt|suljettu"
    r"|nieczynn|zamkni|zav[rř]en|renovat|umbau|urlaub|holidays?\b|vacation|betriebsferien",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when (`selector`, days, dates and times), what then (`modifier`: off, unknown or ""), and its comment.

    fallback: whether it holds only where no rule before it does ("||").
    """

    selector: str
    modifier: str = ""
    comment: str = ""
    fallback: bool = False

    @property
    def timed(self) -> bool:
        """Whether it names a time."""
        return bool(_TIMED.search(self.selector))

    @property
    def text(self) -> str:
        """The rule as it is written."""
        comment = f'"{self.comment}"' if self.comment else ""
        return " ".join(part for part in (self.selector, self.modifier, comment) if part)


def parses(text: str) -> bool:
    """Whether the library takes it for opening hours."""
    try:
        OpeningHours(text, auto_country=False, auto_timezone=False)
    except ParserError:
        return False
    return True


def tidied(text: str) -> str:
    """The text without what is wrong with its spaces and dashes, where that has one meaning."""
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    outside = re.split(r'("[^"]*")', text)
    outside[::2] = [_spaced(part) for part in outside[::2]]
    return " ".join("".join(outside).split()).strip(" ;,")


def _spaced(text: str) -> str:
    text = re.sub(r"(?<=[\w\]])\s+-\s+(?=[A-Z\d])", "-", text)
    text = re.sub(r"\b(?:mo|tu|we|th|fr|sa|su|ph|sh)\b", lambda found: _cased(found[0]), text, flags=re.IGNORECASE)
    return _SPACED.sub(",", text)


def _cased(day: str) -> str:
    return day.upper() if day.upper() in {"PH", "SH"} else day.title()


@lru_cache(maxsize=20_000)
def rules_of(text: str) -> tuple[Rule, ...]:
    """The rules of an expression that parses, in order; what comments mean is put into their modifiers.

    A comment about appointments makes it unknown whether anybody is there; a comment alone is closed where it says so,
    else unknown.
    """
    found: list[Rule] = []
    fallback = False
    for piece in re.split(r'((?:"[^"]*"|[^";|])+|\|\||;)', text):
        if piece == "||":
            fallback = True
        elif piece.strip(" ;"):
            found.append(_rule(piece.strip(), fallback=fallback))
            fallback = False
    return tuple(found)


def _rule(piece: str, *, fallback: bool) -> Rule:
    comment = modifier = ""
    if written := _COMMENT.search(piece):
        comment, piece = written[1].strip(), piece[: written.start()]
    if said := _MODIFIER.search(piece):
        modifier, piece = said[1], piece[: said.start()]
    modifier = {"closed": "off", "open": ""}.get(modifier, modifier)
    piece = piece.strip()
    if comment and not modifier:
        if _APPOINTMENT.search(comment):
            modifier = "unknown"
        elif not piece:
            modifier = "off" if _CLOSED_WORDS.search(comment) else "unknown"
    return Rule(piece, modifier, comment, fallback)


def is_appointment(comment: str) -> bool:
    """Whether a comment says that one has to make an appointment, in any of the languages."""
    return bool(_APPOINTMENT.search(comment))


def with_modifiers(text: str) -> str:
    """The expression with "unknown" and "off" written out where a comment says them."""
    rules = rules_of(text)
    if all(rule.modifier == "off" and not rule.selector for rule in rules):
        rules = (max(rules, key=lambda rule: len(rule.comment)),)
    return _joined([replace(rule, fallback=rule.fallback and number > 0) for number, rule in enumerate(rules)])


def nights(text: str) -> list[tuple[int, int]]:
    """The stretches over midnight in minutes, as (22:00, 30:00)."""
    found = []
    for from_h, from_m, to_h, to_m in _CLOCKS.findall(text):
        start, end = int(from_h) * 60 + int(from_m), int(to_h) * 60 + int(to_m)
        if end < start:
            found.append((start, end + 24 * 60))
    return found


def misleads(text: str) -> bool:
    """Whether an expression that parses says more than anybody meant: days without a time would be round the clock."""
    if any(int(to_h) < int(from_h) and 1 in {len(from_h), len(to_h)} for from_h, _, to_h, _ in _CLOCKS.findall(text)):
        # "9:00-5:00" is no night.
        return True
    rules = rules_of(text)
    for number, rule in enumerate(rules):
        parts = re.split(r",\s+(?=[A-Z])", rule.selector)
        if rule.modifier not in {"off", "unknown"} and not all(_TIMED.search(part) for part in parts):
            return True
        others = any(_LIST.search(before.selector) for before in rules[:number])
        if number and others and not rule.fallback and not rule.modifier and _BARE_TIMES.match(rule.selector):
            return True
    return False


def mentions_sun(text: str) -> bool:
    """Whether its hours hang on sunrise or sunset."""
    return bool(_SUN.search(text))


def mentions_holidays(text: str) -> bool:
    """Whether it says anything of public holidays."""
    return any("PH" in rule.selector for rule in rules_of(text))


def mentions_school(text: str) -> bool:
    """Whether it says anything of school holidays, which nobody here knows the dates of."""
    return any(re.search(r"\bSH\b", rule.selector) for rule in rules_of(text))


def never_closes(text: str) -> bool:
    """Whether it is open round the clock, all days alike."""
    return str(OpeningHours(text, auto_country=False, auto_timezone=False).normalize()) == "24/7"


@lru_cache(maxsize=50_000)
def with_holidays(text: str, holidays: tuple[date, ...]) -> str:
    """The expression with public holidays as dates: what it says of them last, so that no order of rules undoes it.

    holidays: those that matter. Where it says nothing of them, they are closed, unless it never closes.
    """
    rules = rules_of(text)
    plain: list[Rule] = []
    special: list[Rule] = []
    spoken_of: set[date] = set()
    for rule in rules:
        own, on_holidays, dates = _split(rule, holidays)
        plain += own
        special += on_holidays
        spoken_of |= set(dates)
    others = [day for day in holidays if day not in spoken_of]
    if others and not never_closes(text):
        special.append(Rule(_dates(others), "off"))
    ahead = [rule for rule in plain if not rule.fallback]
    return _joined([*ahead, *special, *(rule for rule in plain if rule.fallback)])


def _split(rule: Rule, holidays: Sequence[date]) -> tuple[list[Rule], list[Rule], Sequence[date]]:
    """A rule as it holds on other days, as it holds on public holidays, and on which of them."""
    found = next((one for one in _LIST.finditer(rule.selector) if re.search(r"\b(?:PH|SH)\b", one[0])), None)
    if found is None or _OFFSET.search(rule.selector):
        return [rule], [], ()
    before, after = rule.selector[: found.start()], rule.selector[found.end() :]
    days = found[0].split(",")
    others = [day for day in days if day not in {"PH", "SH"}]
    narrowed = re.match(rf"\s+({_ITEM}(?:,{_ITEM})*)", after)
    chosen = tuple(holidays) if "PH" in days else ()
    if narrowed and not others:
        # "PH Mo-Fr" is said of holidays on these days; "PH Su off" of both, but nobody closes a whole working week.
        after = after[narrowed.end() :]
        weekdays = _weekdays(narrowed[1])
        if rule.modifier == "off" and len(weekdays) < _WORKING_WEEK:
            others = narrowed[1].split(",")
        else:
            chosen = tuple(day for day in chosen if DAYS[day.weekday()] in weekdays)
    if before.strip():
        chosen = tuple(day for day in chosen if _holds(before, day))
    own = [replace(rule, selector=f"{before}{','.join(others)}{after}".strip())] if others else []
    special = [replace(rule, selector=f"{_dates(chosen)}{after}".strip())] if chosen else []
    return own, special, chosen


def _weekdays(text: str) -> set[str]:
    found: set[str] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            return set(DAYS)
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {DAYS[(begin + step) % 7] for step in range((end - begin) % 7 + 1)}
    return found


def _holds(selector: str, day: date) -> bool:
    """Whether months, weeks or dates before the days of a rule hold on a day."""
    from datetime import datetime

    try:
        season = OpeningHours(f"{selector.strip()} 00:00-24:00", auto_country=False, auto_timezone=False)
    except ParserError:
        return True
    return bool(season.is_open(datetime(day.year, day.month, day.day, 12)))  # noqa: DTZ001 - a date on the wall


def _dates(days: Iterable[date]) -> str:
    return ",".join(f"{day.year} {MONTHS[day.month - 1]} {day.day:02}" for day in days)


def _joined(rules: Sequence[Rule]) -> str:
    text = ""
    for rule in rules:
        text += (" || " if rule.fallback else "; ") + rule.text if text else rule.text
    return text or "off"


@lru_cache(maxsize=50_000)
def evaluator(text: str, zone: str, country: str, place: tuple[float, float] | None) -> OpeningHours:
    """The library's evaluator. country: as in `public_holidays`; place: (lon, lat), needed where the sun is named."""
    here = ZoneInfo(zone)
    coords = (place[1], place[0]) if place else None
    country = country.partition("-")[0]
    # Told the zone, it takes that; told not to look for one, it forgets the sun.
    try:
        return OpeningHours(text, timezone=here, country=country or None, coords=coords, auto_country=False)
    except UnknownCountryError:
        return OpeningHours(text, timezone=here, coords=coords, auto_country=False)
