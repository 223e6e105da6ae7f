"""Opening hours from OpenStreetMap syntax, or from what people write: "Mon-Fri 9am-5pm", "Mo-Fr 8-12 und 14-18 Uhr"."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from gcrm.common.text import fold

LONGEST = 500
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h)?(?![\d:])")
_TOKEN = re.compile(r"\d{1,2}(?:[:.h]\d{2})?\s*(?:am\b|pm\b|a\.m\.|p\.m\.)?|24/7|[a-z]+|[-;,/+&|\n]")
_ALWAYS = re.compile(r"24\s*/\s*7|24 ?h(ours)?|round the clock|rund um die uhr")
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def clean_hours(written: str) -> str:
    """Opening hours in OpenStreetMap syntax, "" if they are not understood.

    Source: OSM wiki, Key:opening_hours/specification. What is understood from free text is checked by the same parser.
    """
    if len(written) > LONGEST:
        return ""
    if _valid(written):
        return written
    found = _from_text(written)
    return found if found and _valid(found) else ""


def _valid(hours: str) -> bool:
    import opening_hours

    return bool(opening_hours.validate(hours))


@cache
def _words() -> dict[str, str]:
    """From a folded word to a day, "closed", "-" or "" for one that says nothing."""
    table = tomllib.loads(files("gcrm.common").joinpath("hours_as_typed.toml").read_text(encoding="utf-8"))
    words = {word: day for day, ways in table["days"].items() for word in ways}
    words |= dict.fromkeys(table["closed"]["words"], "closed")
    words |= dict.fromkeys(table["fillers"]["words"], "")
    return words | dict.fromkeys(table["range"]["words"], "-")


def _from_text(written: str) -> str:
    """Rules read one after the other: days, then times or "closed"; "" as soon as a word is not understood."""
    text = fold(written).replace("\u2013", "-").replace("\u2014", "-")
    if _ALWAYS.fullmatch(text.strip()):
        return "24/7"
    if "".join(_TOKEN.split(text)).strip(" :.()"):
        return ""
    reader = _Reader()
    for token in _TOKEN.findall(text):
        if not reader.take(token, _words().get(token, token)):
            return ""
    reader.end_rule()
    return "; ".join(reader.rules) if reader.rules and all(reader.rules) else ""


class _Reader:
    """Collects days and times until a rule is whole."""

    def __init__(self) -> None:
        self.rules: list[str] = []
        self.days: list[str] = []
        self.times: list[str] = []
        self.dash = False

    def take(self, token: str, meaning: str) -> bool:
        """Take in one token; whether it is understood."""
        if meaning == "-":
            self.dash = True
        elif meaning in (*_DAYS, "PH"):
            self._day(meaning)
        elif meaning == "closed":
            self.times = ["off"]
            self.end_rule()
        elif meaning == ";":
            self.end_rule()
        elif token[0].isdecimal():
            self._time(token)
        else:
            return not meaning or meaning in "/+&|\n,"
        return True

    def end_rule(self) -> None:
        """Keep the rule, if it has times already."""
        if self.times:
            self.rules.append(_rule(self.days, self.times))
            self.days, self.times, self.dash = [], [], False

    def _day(self, day: str) -> None:
        self.end_rule()
        if self.dash and self.days:
            self.days[-1] = f"{self.days[-1]}-{day}"
        else:
            self.days.append(day)
        self.dash = False

    def _time(self, token: str) -> None:
        if self.dash and self.times and "-" not in self.times[-1]:
            self.times[-1] = _span(self.times[-1], token)
        else:
            self.times.append(token)
        self.dash = False


def _rule(days: list[str], times: list[str]) -> str:
    """One rule, "" where a time has no end."""
    if times != ["off"] and any("-" not in time for time in times):
        return ""
    return f"{','.join(days)} {','.join(times)}".strip()


def _span(start: str, end: str) -> str:
    """From 9am and 5pm to 09:00-17:00; "?" for what is no time of day."""
    first, last = _minutes(start), _minutes(end)
    if first is None or last is None:
        return "?"
    return f"{first // 60:02}:{first % 60:02}-{last // 60:02}:{last % 60:02}"


def _minutes(text: str) -> int | None:
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found.group(1)), int(found.group(2) or 0), (found.group(3) or "")[:1]
    if half in {"a", "p"}:
        if hour > 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour <= 24 and minute < 60 else None
