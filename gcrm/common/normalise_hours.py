"""Opening hours as people type them, brought closer to OpenStreetMap's syntax.

Only slips with one meaning are mended: names of weekdays in full, full hours without minutes, dots for colons, long
dashes. What comes out is tried again by the parser, and the person is told how it was read.
"""

import re

_DAYS = {
    "Mo": ("monday", "mon", "montag", "lundi", "lun"),
    "Tu": ("tuesday", "tues", "tue", "dienstag", "di", "mardi", "mar"),
    "We": ("wednesday", "wed", "mittwoch", "mi", "mercredi", "mer"),
    "Th": ("thursday", "thurs", "thur", "thu", "donnerstag", "do", "jeudi", "jeu"),
    "Fr": ("friday", "fri", "freitag", "vendredi", "ven"),
    "Sa": ("saturday", "sat", "samstag", "sonnabend", "samedi", "sam"),
    "Su": ("sunday", "sun", "sonntag", "so", "dimanche", "dim"),
}
_DAILY = ("daily", "täglich", "tgl", "quotidien")
_OFFS = ("geschlossen", "fermé", "zu", "ruhetag")
_WORDS = {
    **{word: day for day, words in _DAYS.items() for word in (day.lower(), *words)},
    **dict.fromkeys(_OFFS, "off"),
    **dict.fromkeys(_DAILY, "Mo-Su"),
}
_TIME = r"(\d{1,2})(?::?(\d\d))?\s*(am|pm)?"
_SPAN = re.compile(rf"(?<![\d:]){_TIME}\s*-\s*{_TIME}(?![\d:])", re.IGNORECASE)


def normalised(text: str) -> str:
    """The text with known slips mended; text of another kind comes back much as it was."""
    text = re.sub(r"\s*(?:[-–—−]|\bto\b|\bbis\b|\bà\b)\s*", "-", text, flags=re.IGNORECASE)  # noqa: RUF001 - these are meant
    text = re.sub(r"\s*(?:&|\+|\bund\b|\band\b|\bet\b)\s*", ",", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:uhr|hrs?|h)\b|(?<=\d)\s*(?:uhr|h)\b", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=\d)\.(?=\d\d\b)", ":", text)
    text = re.sub(r"[^\W\d_]+\.?", _word, text)
    text = re.sub(r"(?<=[A-Za-z]):\s", " ", text)
    text = _SPAN.sub(_span, text)
    return " ".join(re.sub(r"\s*([,;])\s*", r"\1 ", text).split())


def _word(found: re.Match[str]) -> str:
    return _WORDS.get(found.group().rstrip(".").lower(), found.group())


def _span(found: re.Match[str]) -> str:
    from_h, from_m, from_half, to_h, to_m, to_half = found.groups()
    return f"{_hour(from_h, from_half)}:{from_m or '00'}-{_hour(to_h, to_half)}:{to_m or '00'}"


def _hour(hour: str, half: str | None) -> str:
    number = int(hour)
    if half:
        number = number % 12 + (12 if half.lower() == "pm" else 0)
    return f"{number:02}"
