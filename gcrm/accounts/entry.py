"""What a person typed about one account, made into its fields. Unlike a file's row, a fault stops it and is said."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gcrm.accounts.cells import LONGEST_NAME, clean_date, clean_phone, clean_url, is_email, region_of
from gcrm.accounts.model import Account, Kind, Priority
from gcrm.common.language import number, say, to_say
from gcrm.common.opening_hours.understand import LONGEST as LONGEST_HOURS
from gcrm.common.opening_hours.understand import understand
from gcrm.common.public_holidays import read_region
from gcrm.common.skills import read_languages, read_skills
from gcrm.common.text import tokens
from gcrm.common.zones import country_of
from gcrm.platform.errors import InputRejected

LONGEST_NOTE = 10_000
ADDRESS = ("line", "street", "house_number", "postcode", "city", "country")
FIELDS = (
    *("name", "kind", "priority", "external_id", "segment"),
    *ADDRESS,
    *("contact", "phone", "email", "website", "opening_hours"),
    *("visit_every_days", "visit_minutes", "last_visit", "skills", "languages", "holiday_region", "note"),
)
"""What can be typed, in the order in which it is asked for."""
WORDS = (
    to_say("Name"), to_say("Kind"), to_say("Priority"), to_say("External id"), to_say("Segment"), to_say("Line"),
    to_say("Street"), to_say("House number"), to_say("Postcode"), to_say("City"), to_say("Country"), to_say("Contact"),
    to_say("Phone"), to_say("Email"), to_say("Website"), to_say("Opening hours"), to_say("Visit every days"),
    to_say("Visit minutes"), to_say("Last visit"), to_say("Skills"), to_say("Languages"), to_say("Holiday region"),
    to_say("Note"),
)  # fmt: skip
"""What `named` calls them, in their order."""
AT_THE_DOOR = ("contact", "phone", "email", "website", "opening_hours", "note")
"""What a rep may change about the own accounts; the rest moves territories, plans and numbers of others."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINES = {"note", "opening_hours"}
_WHOLE = {"visit_every_days": 3_650, "visit_minutes": 1_440}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """Why one field cannot be kept as it was typed, and what to type instead."""

    fault: str
    remedy: str


class EntryRejected(InputRejected):
    """Fields that cannot be kept; faults holds, by the name of the field, why not."""

    def __init__(self, faults: Mapping[str, FieldFault]) -> None:
        """faults: at least one."""
        self.faults = dict(faults)
        first = next(iter(self.faults.values()))
        more = " " + say("And {number} more.", number=len(faults) - 1) if len(faults) > 1 else ""
        super().__init__(first.fault + more, first.remedy)


def as_entry(account: Account) -> dict[str, str]:
    """The fields of an account as a person types them, each of FIELDS."""
    found = {name: getattr(account.address, name) for name in ADDRESS}
    for name in FIELDS:
        if name not in found:
            value = getattr(account, name)
            text = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
            found[name] = text
    return {name: found[name] for name in FIELDS}


def with_entry(account: Account, typed: Mapping[str, str], today: date, home_country: str) -> Account:
    """The account with what was typed; fields that are not in `typed`, or are typed as they stand, stay.

    home_country: ISO code of where most accounts are, "" if nobody knows; phones without a prefix belong there unless
    the address names a country. Raises EntryRejected naming each field that cannot be kept.
    """
    before = as_entry(account)
    strange = sorted(typed.keys() - before.keys())
    if strange:
        raise InputRejected(
            say("An account has no field {strange!r}.", strange=strange[0]),
            say("Fields are {fields}.", fields=", ".join(FIELDS)),
        )
    plain = {name: _plain(text, lines=name in _LINES) for name, text in typed.items()}
    if "opening_hours" in plain:
        plain["opening_hours"] = "; ".join(plain["opening_hours"].split("\n"))
    news = {name: text for name, text in plain.items() if text != before[name]}
    where = {name: news.pop(name) for name in ADDRESS if name in news}
    address = replace(account.address, **where)
    country = region_of(address.country) or home_country
    faults: dict[str, FieldFault] = {
        name: FieldFault(
            say("{field} has {number} characters.", field=named(name), number=number(len(text))),
            say("Keep it under {most}.", most=LONGEST_NAME),
        )
        for name, text in where.items()
        if len(text) > LONGEST_NAME
    }
    values: dict[str, Any] = {}
    for name, text in news.items():
        try:
            # Holidays are those of where the account is, which need not be where most are.
            there = country_of(replace(account, address=address), country) if name == "holiday_region" else country
            values[name] = _read(name, text, today, there)
        except InputRejected as refused:
            faults[name] = FieldFault(refused.fault, refused.remedy)
    if faults:
        raise EntryRejected({name: faults[name] for name in FIELDS if name in faults})
    return replace(account, address=address, **values)


def _read(name: str, text: str, today: date, country: str) -> Any:
    """One field. Raises InputRejected."""
    most = {"note": LONGEST_NOTE, "opening_hours": LONGEST_HOURS}.get(name, LONGEST_NAME)
    if len(text) > most:
        raise InputRejected(
            say("{field} has {number} characters.", field=named(name), number=number(len(text))),
            say("Keep it under {most}.", most=number(most)),
        )
    if name == "name":
        if not tokens(text):
            raise InputRejected(say("The name needs a letter or digit."), say("Enter the account's name."))
        return text
    if name in {"kind", "priority"}:
        return _choice(Kind if name == "kind" else Priority, name, text)
    if not text:
        return {"skills": (), "languages": ()}.get(name, None if name in {*_WHOLE, "last_visit"} else "")
    if name in _WHOLE:
        return _number(name, text)
    if name == "last_visit":
        return _past_day(text, today)
    readers: dict[str, Callable[[], Any]] = {
        "phone": lambda: _some(
            clean_phone(text, country),
            say("{value!r} is no phone number of {country}.", value=text, country=country)
            if country
            else say("{value!r} is no phone number.", value=text),
            say("Type it with its country, as +423 232 12 34."),
        ),
        "email": lambda: _some(
            text.lower() if is_email(text) else "",
            say("{value!r} is no e-mail address.", value=text),
            say("Type one, as info@example.com."),
        ),
        "website": lambda: _some(
            clean_url(text),
            say("{value!r} is no web address.", value=text),
            say("Type it as https://www.example.com."),
        ),
        "opening_hours": lambda: _hours(text, country),
        "skills": lambda: read_skills(text),
        "languages": lambda: read_languages(text),
        "holiday_region": lambda: read_region(text, country),
    }
    return readers[name]() if name in readers else text


def _hours(text: str, country: str) -> str:
    """Opening hours as typed, where they are understood, be it only on which days nobody is there."""
    found = understand(text, country)
    if not (found.known or found.closed):
        raise InputRejected(
            f"{text[:80]!r}: {found.fault[0].lower()}{found.fault[1:]}.",
            say("Type them as Mo-Fr 08:00-12:00,13:30-18:00; Sa 09:00-12:00, or as: by appointment."),
        )
    return text


def _some(value: str, fault: str, remedy: str) -> str:
    if not value:
        raise InputRejected(fault, remedy)
    return value


def _choice(choices: type[Kind] | type[Priority], name: str, text: str) -> Kind | Priority:
    try:
        return choices(text)
    except ValueError as error:
        raise InputRejected(
            say("There is no {field} {value!r}.", field=name, value=text),
            say("It is one of {choices}.", choices=", ".join(choices)),
        ) from error


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= _WHOLE[name]):
        raise InputRejected(
            say("{field}: {value!r} is no number that fits.", field=named(name), value=text),
            say("Type a whole number from 1 to {most}.", most=number(_WHOLE[name])),
        )
    return int(text)


def _past_day(text: str, today: date) -> date:
    day = clean_date(text, day_first=True)
    if day is None or day > today:
        raise InputRejected(
            say("{value!r} is no day in the past.", value=text), say("Type it as {today}.", today=today.isoformat())
        )
    return day


def _plain(text: str, *, lines: bool) -> str:
    text = _CONTROL.sub("", text)
    if lines:
        return "\n".join(line.rstrip() for line in text.splitlines()).strip()
    return " ".join(text.split())


def named(name: str) -> str:
    """A field as a sentence calls it."""
    return say(name.replace("_", " ").capitalize())
