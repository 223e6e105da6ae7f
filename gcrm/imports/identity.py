"""Whether two rows, or a row and an account, are one: a number counts only where name and address bear it out."""

import re
from functools import lru_cache

from rapidfuzz import fuzz

from gcrm.accounts.linkage.profile import word_list
from gcrm.accounts.model import Address
from gcrm.common.text import joined, tokens
from gcrm.imports.eaten_numbers import may_be_eaten, without_zeros

ALIKE_NAME, ALIKE_STREET = 84.0, 82.0
"""Out of 100, rapidfuzz's ratio of the words that tell: "Baeckerei Oehri" is "Bäckerei Öhri AG"."""
_NUMBER = re.compile(r"\d+")
_SALESFORCE = re.compile(r"([0-9a-zA-Z]{3}(?=[0-9a-zA-Z]*[a-z])(?=[0-9a-zA-Z]*\d)[0-9a-zA-Z]{12})(?:[A-Z0-5]{3})?")
"""An id of 15 signs, in which capitals count, or one of 18."""
NOT_TELLING = frozenset(
    {"dr", "med", "dent", "vet", "prof", "mag", "dipl", "ing", "herr", "frau", "mr", "mrs", "ms", "familie"}
)
"""Titles: two doctors are not alike by theirs."""


@lru_cache(maxsize=200_000)
def loose_number(number: str) -> str:
    """A number as it is when a spreadsheet has eaten its zeros, and one of Salesforce as it is in both its lengths."""
    if salesforce := _SALESFORCE.fullmatch(number.strip()):
        return (salesforce[1] + _suffix(salesforce[1])).casefold()
    return without_zeros(number)


def salesforce_id(number: str) -> str:
    """A number of Salesforce in its 18 signs; any other as it is."""
    bare = number.strip()
    if len(bare) in {15, 18} and bare.isalnum() and bare.isascii():
        return bare[:15] + _suffix(bare[:15])
    return bare


def _suffix(number: str) -> str:
    """The three letters that Salesforce puts behind its numbers, so that they differ where capitals do not count.

    Each says which of five letters are capitals. Source: Salesforce help, "Convert 15 Character ID to 18 Character ID".
    """
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    fives = (number[at : at + 5] for at in (0, 5, 10))
    return "".join(signs[sum(1 << at for at, sign in enumerate(five) if "A" <= sign <= "Z")] for five in fives)


def may_be_same_number(one: str, other: str) -> bool:
    """Whether two numbers are one but for what spreadsheets do to them; name and address have to agree as well."""
    return loose_number(one) == loose_number(other) or may_be_eaten(one, other)


@lru_cache(maxsize=100_000)
def _telling(name: str) -> tuple[str, ...]:
    words = tokens(name)
    left = tuple(word for word in words if word not in word_list("legal_forms") and word not in NOT_TELLING)
    return left or words


def alike_names(one: str, other: str) -> bool:
    """Whether two names may be one firm's, however they are spelled."""
    a, b = _telling(one), _telling(other)
    if joined(a) == joined(b):
        return True
    if set(_NUMBER.findall(one)) != set(_NUMBER.findall(other)) and _NUMBER.search(one) and _NUMBER.search(other):
        # Firma 01 and Firma 02 differ in what tells them apart.
        return False
    short, long = sorted((set(a), set(b)), key=len)
    if len("".join(short)) >= 4 and short <= long:
        return True
    return fuzz.token_sort_ratio(" ".join(a), " ".join(b)) >= ALIKE_NAME


def alike_addresses(one: Address, other: Address) -> bool | None:
    """Whether two addresses may be one; None where one of them does not say enough."""
    a, b = _where(one), _where(other)
    if a is None or b is None:
        return None
    (street_a, numbers_a), (street_b, numbers_b) = a, b
    if numbers_a and numbers_b and not numbers_a & numbers_b:
        return False
    if street_a and street_b and fuzz.token_set_ratio(street_a, street_b) < ALIKE_STREET:
        return False
    if one.postcode and other.postcode and loose_number(one.postcode) != loose_number(other.postcode):
        return False
    if one.city and other.city and fuzz.token_set_ratio(joined(tokens(one.city)), joined(tokens(other.city))) < 70:
        return False
    return True if street_a and street_b else None


@lru_cache(maxsize=100_000)
def _where(address: Address) -> tuple[str, frozenset[str]] | None:
    """Words of the street and numbers of the house; None where there is neither a street nor a town."""
    line = address.line or " ".join(part for part in (address.street, address.house_number) if part)
    words = tokens(line)
    numbers = frozenset(word for word in words if word[0].isdigit())
    street = " ".join(
        "strasse" if word == "str" else word.removesuffix("strasse") or word for word in words if not word[0].isdigit()
    )
    if not street and not numbers and not address.city and not address.postcode:
        return None
    if address.line:
        # The numbers of a whole line are those of the postcode too.
        numbers = frozenset(number for number in numbers if len(number) < 4)
    return street, numbers


def is_same(name: str, address: Address, other_name: str, other_address: Address) -> bool:
    """Whether a row with the same number is the same account: an alike name and no other address."""
    where = alike_addresses(address, other_address)
    return alike_names(name, other_name) and where is not False


def either_alike(name: str, address: Address, other_name: str, other_address: Address) -> bool:
    """Whether an account of the same number may have moved or been renamed: the name or the address is still alike."""
    return alike_names(name, other_name) or alike_addresses(address, other_address) is True
