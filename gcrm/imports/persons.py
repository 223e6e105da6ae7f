"""The name of the account and of the person in it, from the columns that a row fills."""

import re
from dataclasses import dataclass

from gcrm.common.text import joined, tokens

_NUMBER_BEHIND = re.compile(r"(.*\S)\s*\(\d{3,}\)")
"""Acme (18506367334), as HubSpot writes companies and people with their ids."""
_NO = frozenset({"false", "no", "nein", "0", "non", "falsch", "person", "individual", "nee", "nie"})


@dataclass(frozen=True, slots=True)
class Named:
    """Who a row is about: the account's name, and the person in it, "" where the row tells of none."""

    account: str
    contact: str


def named(
    *, name: str, second: str, first_name: str, middle_name: str, last_name: str, contact: str, is_company: str
) -> Named:
    """The account and its contact.

    name, second: of companies, or of a person where is_company says no and `second` has the company. A person without a
    company is an account of that name with the person in it.
    """
    name, second, contact = (_without_number(text) for text in (name, second, contact))
    person = " ".join(part for part in (first_name, middle_name, last_name) if part)
    if is_person(is_company) and name:
        return Named(second or name, contact or name)
    company = name or second
    if not person:
        return Named(company or contact, contact)
    if not company or company == person:
        return Named(company or person, person)
    return Named(company, person)


def is_person(is_company: str) -> bool:
    """Whether a cell that tells firms from people says that it is none of a firm."""
    return bool(is_company) and joined(tokens(is_company)) in _NO


def _without_number(text: str) -> str:
    found = _NUMBER_BEHIND.fullmatch(text.split(";", maxsplit=1)[0]) if text.endswith(")") else None
    return found[1] if found else text
