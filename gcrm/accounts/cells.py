"""What one cell or form field may hold: phone numbers, mail and web addresses, days, countries."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from gcrm.accounts.model import GIVEN, Level, Placement
from gcrm.common.text import joined, tokens

LONGEST_NAME = 200
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
"""A day as spreadsheets count them, with the time of day as a fraction."""
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 29_221, 73_050
"""1 January 1980 and 31 December 2099."""
DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:\D.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})\s?[./年-]\s?(\d{1,2})\s?[./月-]\s?(\d{1,2})(?:\D.*)?")
"""2026/03/04, 2026. 3. 4., 2026年3月4日."""
_MONTH_IN_WORDS = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?:(?P<day>\d{1,2})(?:st|nd|rd|th|º|er|\.)?[\s-]+(?:de\s+|of\s+)?)?(?P<month>[^\W\d]{3,12})\.?"
    r"(?:[\s-]+(?P<day2>\d{1,2})(?:st|nd|rd|th)?)?,?[\s-]+(?:de\s+|del\s+)?(?P<year>\d{4}|\d{2})(?:[\s,].*)?"
)
"""4 March 2026, 04-Mar-26, Mar 4, 2026, 4. März 2026, 4 de marzo de 2026."""
_LONGEST_DATE = 60
_LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "da",
    "sv",
    "nb",
    "fi",
    "pl",
    "cs",
    "sk",
    "hu",
    "ro",
    "tr",
    "hr",
    "et",
]
_EXTENSION = re.compile(
    r"[\s,;-]*\b(?:durchwahl|dw|dwl|nebenstelle|nst|poste|interno|int|anexo|extension|extensión|klapka|wew|toestel|tst|extn|ext|x)"
    r"\b[.:\s]*(\d{1,6})$",
    re.IGNORECASE,
)
"""How people of several languages write the extension behind a phone number."""


def given_by_file() -> Placement:
    """How an account is placed whose row holds its coordinates."""
    return Placement(Level.HOUSE, 1.0, source=GIVEN)


def clean_phone(written: str, region: str) -> str:
    """A phone number as E.164 with its extension, "" if it is none. region: ISO country code, for numbers without +.

    A number without its area code stays as it is: nobody can tell which area was meant.
    """
    import phonenumbers

    # Spreadsheets make numbers of phone numbers: 9054445050.0.
    text = _EXTENSION.sub(r" ext. \1", re.sub(r"(?<=\d{6})\.0$", "", written))
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return _with_plus(text)
    possible = phonenumbers.is_possible_number_with_reason(number)
    if not phonenumbers.is_valid_number(number) and (whole := _with_plus(text)):
        return whole
    if possible == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return text
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    extension = f";ext={number.extension}" if number.extension else ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) + extension


def _with_plus(text: str) -> str:
    """A foreign number that lost its plus: its digits begin with a country's code and are a valid number there."""
    import phonenumbers

    digits = re.sub(r"[\s().\-/]", "", text)
    if not re.fullmatch(r"[1-9]\d{9,14}", digits):
        return ""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_email(written: str) -> bool:
    """Whether a text is an e-mail address and nothing more."""
    return EMAIL.fullmatch(written) is not None


def region_of(country: str) -> str:
    """The ISO code of a country by its name in many languages or its code, "" where it is none."""
    return code_of_country(region_codes(), country)


def clean_url(written: str) -> str:
    """A web address with its scheme, "" if it is none: only http and https, so that nothing else can be clicked on."""
    text = written.split(maxsplit=1)[0] if written.split() else ""
    text = text.split(";")[0]
    if "://" not in text and not re.match(r"[a-zA-Z][a-zA-Z+.-]*:(?!\d)", text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return (
        text[:500] if parts.scheme.lower() in {"http", "https"} and re.fullmatch(r"[^\s/]+\.[^\s/.]{2,}", host) else ""
    )


def clean_date(written: str, *, day_first: bool) -> date | None:
    """A date from ISO, 24.11.2026, 24/11/2026, 11/24/2026, 2026/11/24, 24 Nov 2026 or a spreadsheet's own 46350.

    None if it is none of them; a day before 1970 is none.
    """
    serial = _SERIAL.fullmatch(written)
    if serial and _FIRST_SERIAL <= int(serial.group(1)) <= _LAST_SERIAL:
        return _SPREADSHEET_EPOCH + timedelta(days=int(serial.group(1)))
    day: date | None = None
    try:
        day = datetime.fromisoformat(written).date()
    except ValueError:
        parts = _parts(written, day_first=day_first)
        if parts:
            year, month, of_month = parts
            try:
                day = date(year + 2000 if year < 100 else year, month, of_month)
            except ValueError:
                return None
    return day if day and day.year >= 1970 else None


def _parts(written: str, *, day_first: bool) -> tuple[int, int, int] | None:
    """Year, month and day as a person writes them."""
    if found := DATE.fullmatch(written):
        first, second, year = (int(group) for group in found.groups())
        return (year, second, first) if day_first or "." in written[:3] else (year, first, second)
    if found := _YEAR_FIRST.fullmatch(written):
        return int(found[1]), int(found[2]), int(found[3])
    found = _MONTH_IN_WORDS.fullmatch(written) if len(written) <= _LONGEST_DATE else None
    day = found and (found["day"] or found["day2"])
    if found and day and (month := _months().get(joined(tokens(found["month"])))):
        return int(found["year"]), month, int(day)
    return None


@cache
def _months() -> dict[str, int]:
    """The names of months, folded, whole and shortened, in the languages of customer lists."""
    from babel import Locale

    found: dict[str, int] = {}
    for language in _LANGUAGES:
        months = Locale.parse(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[form][width].items():
                    found.setdefault(joined(tokens(name)), number)
    return found


def days_before(today: date, days: int) -> date:
    """The date that many days ago."""
    return today - timedelta(days=days)


def code_of_country(codes: Mapping[str, str], country: str) -> str:
    """The code of a country by its name or code; "" for none, and for signs that only sound like a code ("ê$遻")."""
    key = joined(tokens(country))
    is_said = len(key) != 2 or country.replace(".", "").replace(" ", "").isascii()
    return codes.get(key, "") if is_said else ""


@cache
def region_codes() -> dict[str, str]:
    """From the folded name or code of a country to its ISO code."""
    from gcrm.geocoding.countries import country_codes

    return country_codes()
