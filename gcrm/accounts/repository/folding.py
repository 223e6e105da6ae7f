"""Folding: text as it is searched and sorted by, the same on both backends.

ASCII only and in lower case, so that neither SQLite's nor the server's idea of letters makes a difference: "Zürich",
"ZURICH" and "zurich" are one; "Ödön" sorts under o.
"""

import re

from anyascii import anyascii

from gcrm.accounts.model import Account

_FOREIGN = re.compile("[^\x00-\x7f]+")


def fold(text: str) -> str:
    """The text in lower-case ASCII, with single spaces."""
    plain = text if text.isascii() else _FOREIGN.sub(_spelled, text)
    return " ".join(plain.lower().split())


def _spelled(letters: re.Match[str]) -> str:
    return anyascii(letters.group())


def words(text: str) -> list[str]:
    """What somebody typed, as the words that must all be found."""
    return fold(text).split()


def keys(account: Account) -> dict[str, str | None]:
    """The folded columns of an account; the city is None where it is not known, so that it sorts last."""
    address = account.address
    return {
        "name_key": fold(account.name),
        "city_key": fold(address.city) or None,
        "search_key": search_key(
            account.name,
            account.external_id,
            account.contact,
            address.line,
            address.street,
            address.house_number,
            address.postcode,
            address.city,
            address.country,
        ),
    }


def search_key(*fields: str) -> str:
    """Everything that can be searched for, a space between fields: "Main Street" and "5" make "main street 5"."""
    return fold(" ".join(fields))
