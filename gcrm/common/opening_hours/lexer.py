"""What people type as opening hours, cut into tokens by the words of one language."""

import re
from dataclasses import dataclass

from anyascii import anyascii

from gcrm.common.opening_hours.vocabulary import Vocabulary

_PLAIN = str.maketrans(
    {"\u00f8": "o", "\u00e5": "a", "\u00e6": "ae", "\u0153": "oe"} | dict.fromkeys(range(0x2010, 0x2016), "-")
)
_APOSTROPHES = re.compile("['`\u00b4\u2019]")
_QUOTED = re.compile(r'"([^"]*)"')
_HALF = r"(?P<half>[ap]\.?\s?m\b\.?)"
_SHORT_HALF = re.compile(r"(?<=\d)([ap])(?![a-z\d])")
"""As in "8a-5p"; read in English only: "2a a 6a feira" is Portuguese for Monday to Friday."""
_HANGING = re.compile(r"\b(sonn|zon|son|sun)-\s*(?=(?:und|u|en|og|och|&)\b)")
"""The first half of "Sonn- und Feiertage", "zon- en feestdagen", "søn- og helligdage": Sunday."""
_FORTNIGHTLY = re.compile(
    r"\b(?:every|each|jeden?|chaque|cada|ogni|elke|iedere|hver|varje|tous les|alle)\s+"
    r"(?:second|third|fourth|other|zweite[nrs]?|dritte[nrs]?|vierte[nrs]?|deuxieme|troisieme|segund[oa]|tercer[oa]?"
    r"|second[oa]|terz[oa]|tweede|derde|and(?:en|ra|re)|[2-5](?:\.|nd|rd|th|e)?)\s+[a-z]"
)
_IN_MONTH = re.compile(r"month|monat|mois|\bmes|maand|maned|manad|miesiac|mesic|kuukau")
"""Every second Saturday is one in two, but every second Saturday of the month is twelve a year."""
_SUNDAYS = {"sonn": "sonntag ", "zon": "zondag ", "son": "sondag ", "sun": "sunday "}
_TIME = re.compile(
    r"(?P<hour>\d{1,2})"
    r"(?:\s?[hu]\s?(?P<after_h>[0-5]\d)(?!\d|\s?[hu.:])|[:.](?P<minute>[0-5]\d)(?::00)?(?!\d|\.\d))?"
    rf"(?:\s?[hu](?![a-z\d]))?\s*{_HALF}?(?!\d)"
)
_MILITARY = re.compile(r"(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)\s?(?:h(?![a-z]))?(?!\d)")
_DATE = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?!\d)")
_ORDINAL = re.compile(r"([1-5])(?:\.|st|nd|rd|th)\s+(?=[a-z])")
_MARKS = {",": "comma", "/": "comma", "&": "comma", "+": "comma", "(": "comma", ")": "comma", "[": "comma",
          "]": "comma", ";": "sep", "\n": "sep", "|": "sep", "-": "dash", "~": "dash", ":": "", ".": "", "=": "",
          "*": "", "!": ""}  # fmt: skip
_DAY_MEANINGS = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of what was typed.

    kind: "day", "time", "dash", "comma", "sep", "fallback", "ordinal", "date", "comment", or the meaning of a word.
    value: of a day "Mo", of an ordinal its number, of a date "Apr 01", of a comment its text. hour, minute, half ("a",
    "p", ""): of a time; exact: written so that it means the 24-hour clock ("08:00", "17.30").
    """

    kind: str
    value: str = ""
    hour: int = 0
    minute: int = 0
    half: str = ""
    exact: bool = False


def tokens_of(written: str, vocabulary: Vocabulary) -> list[Token] | None:
    """The tokens; None where something is no word of the language."""
    text = folded(written)
    if vocabulary.language == "en":
        text = _SHORT_HALF.sub(r"\1m", text)
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at] in " \t\r":
            at += 1
            continue
        if _FORTNIGHTLY.match(text, at) and not _IN_MONTH.search(text):
            return None
        if text.startswith("||", at):
            found.append(Token("fallback"))
            at += 2
            continue
        piece = _piece(text, at, vocabulary)
        if piece is None:
            return None
        token, at = piece
        if token is not None:
            found.append(token)
    return found


def own_words(written: str, vocabulary: Vocabulary) -> int:
    """How many words of a text are the language's own, whether or not all of it is understood."""
    text = folded(written)
    found = at = 0
    while at < len(text):
        word = vocabulary.at(text, at)
        found += word in vocabulary.own
        at += len(word) or 1
    return found


def folded(text: str) -> str:
    """Lower-case ASCII, without apostrophes: as the words of the vocabulary are written."""
    text = text.casefold()
    if not text.isascii():
        text = anyascii(text.translate(_PLAIN)).lower()
    return _HANGING.sub(lambda found: _SUNDAYS[found[1]], _APOSTROPHES.sub("", text))


def _piece(text: str, at: int, vocabulary: Vocabulary) -> tuple[Token | None, int] | None:
    """The token at a position (None for one that says nothing), and where the next begins."""
    if quoted := _QUOTED.match(text, at):
        return Token("comment", quoted[1].strip()), quoted.end()
    if ordinal := _ORDINAL.match(text, at):
        word = vocabulary.at(text, ordinal.end())
        if vocabulary.meanings.get(word) in _DAY_MEANINGS:
            return Token("ordinal", ordinal[1]), ordinal.end()
    if date := _DATE.match(text, at):
        day, month = int(date["day"]), int(date["month"])
        if 1 <= day <= 31 and 1 <= month <= 12:
            return Token("date", f"{month:02}-{day:02}"), date.end()
    if word := vocabulary.at(text, at):
        return _word(vocabulary.meanings[word]), at + len(word)
    if time := _MILITARY.match(text, at) or _TIME.match(text, at):
        token = _time(time)
        return (token, time.end()) if token else None
    if text[at] in _MARKS:
        kind = _MARKS[text[at]]
        return Token(kind, text[at]) if kind else None, at + 1
    return None


def _word(meaning: str) -> Token | None:
    if meaning == "filler":
        return None
    if meaning in _DAY_MEANINGS or meaning in {"PH", "SH"}:
        return Token("day", meaning)
    if meaning in _ORDINALS:
        return Token("ordinal", str(_ORDINALS[meaning]))
    if meaning in {"noon", "midnight"}:
        return Token("time", hour=12 if meaning == "noon" else 24, exact=True)
    if meaning == "to":
        return Token("dash")
    if len(meaning) == 3 and meaning[0].isupper():
        return Token("month", meaning)
    return Token(meaning)


def _time(found: re.Match[str]) -> Token | None:
    groups = found.groupdict()
    written = groups.get("minute") or groups.get("after_h")
    hour, minute, half = int(found["hour"]), int(written or 0), (groups.get("half") or "")[:1]
    if hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    exact = bool(half) or (written is not None and len(found["hour"]) == 2) or hour > 12
    return Token("time", hour=hour, minute=minute, half=half, exact=exact)
