"""What of an account is compared with others."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from gcrm.accounts.model import Account, Level
from gcrm.common.text import joined, postcode_key, tokens
from gcrm.geocoding.words import abbreviations
from routing.points import LonLat

_ORDINAL = re.compile(r"(\d+)(st|nd|rd|th)")
_NUMBER = re.compile(r"\d+[a-z]?")
_NUMBER_ALONE = re.compile(r"\s*\d{1,4}\s?[a-zA-Z]?\s*")
_WRITTEN_TOGETHER = re.compile(r"(?<=[a-z]{3})str$")
COMPASS = {"n": "north", "s": "south", "e": "east", "w": "west"}
SHARED_HOSTS = ("facebook.", "instagram.", "google.", "wixsite.", "linkedin.", "tripadvisor.")
"""Sites that many businesses have a page on."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An account made comparable. Texts are folded; "" and None stand for what is not known.

    name: its words without legal forms and titles; titled: it begins with a title, so that it is a person's. number,
    street: of the address, the street's words without its kind.
    phone: digits. place: only where the account is placed on a house.
    """

    id: int
    name: tuple[str, ...]
    number: str
    street: tuple[str, ...]
    postcode: str
    city: str
    phone: str
    email: str
    site: str
    place: LonLat | None
    titled: bool = False


def profile_of(account: Account) -> Profile:
    """The profile of an account."""
    number, street = _street(account.address.line or account.address.street, account.address.house_number)
    exact = account.place is not None and account.placement.level is Level.HOUSE
    return Profile(
        id=account.id,
        name=_name(account.name),
        number=number,
        street=street,
        postcode=postcode_key(account.address.postcode)[:5],
        city=joined(tokens(account.address.city)),
        phone=_phone(account.phone),
        email=account.email.casefold(),
        site=_site(account.website),
        place=account.place if exact else None,
        titled=next(iter(tokens(account.name)), "") in word_list("titles"),
    )


@cache
def word_list(name: str) -> frozenset[str]:
    """One of the lists of words.toml."""
    table = tomllib.loads(files("gcrm.accounts.linkage").joinpath("words.toml").read_text(encoding="utf-8"))
    return frozenset(table[name]["words"])


def _name(name: str) -> tuple[str, ...]:
    """The words of a name; all of them where nothing but legal forms and fillers is left."""
    words = tuple(dict.fromkeys(tokens(name)))
    passed_over = word_list("legal_forms") | word_list("fillers") | word_list("titles")
    telling = tuple(word for word in words if word not in passed_over)
    return telling or words


def _street(line: str, house_number: str) -> tuple[str, tuple[str, ...]]:
    """House number and the words of the street, wherever in the line the number stands."""
    first, *rest = re.split(r"[,;\n]", line, maxsplit=2)
    if rest and _NUMBER_ALONE.fullmatch(rest[0]):
        # "Rua de Santa Catarina, 12" is how half of Europe writes it.
        first = f"{first} {rest[0]}"
    words = [_ORDINAL.sub(r"\1", word) for word in tokens(first)]
    number = joined(tokens(house_number.partition("-")[0]))
    if not number and words:
        if _NUMBER.fullmatch(words[0]):
            number, words = words[0], words[1:]
        else:
            at = next((position for position, word in enumerate(words) if position and _NUMBER.fullmatch(word)), None)
            if at is not None:
                number, words = words[at], words[:at]
    written_out = [COMPASS.get(word) or _kind(word) or _WRITTEN_TOGETHER.sub("strasse", word) for word in words]
    street = tuple(word for word in written_out if word not in word_list("street_kinds"))
    return number, (street or tuple(written_out))[:4]


@cache
def _kind(word: str) -> str:
    """A kind of street written out, "" for other words: "ave" is avenue, but "st" before a name may be a saint."""
    return next((full for full in abbreviations().get(word, ()) if full in word_list("street_kinds")), "")


def _phone(phone: str) -> str:
    digits = re.sub(r"\D", "", phone.partition(";ext=")[0])
    return digits if len(digits) >= 6 else ""


def _site(website: str) -> str:
    host = (urlsplit(website).hostname or "").removeprefix("www.") if website else ""
    return "" if any(shared in host for shared in SHARED_HOSTS) else host
