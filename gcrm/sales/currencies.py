"""Currencies: their codes, and the signs that stand beside amounts."""

from functools import cache

SIGNS = {
    "€": "EUR", "£": "GBP", "₣": "CHF", "₤": "GBP", "₺": "TRY", "₹": "INR", "₽": "RUB", "₴": "UAH", "₩": "KRW",
    "₪": "ILS", "zł": "PLN", "kč": "CZK", "ft": "HUF", "fr": "CHF", "fr.": "CHF", "sfr": "CHF", "sfr.": "CHF",
    "us$": "USD", "usd$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD",
    "r$": "BRL", "lei": "RON", "tl": "TRY", "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD",
}  # fmt: skip
"""What is written beside an amount, in small letters, and means one currency wherever it is written."""
SHARED = {
    "$": ("USD", frozenset({"CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP"})),
    "¥": ("JPY", frozenset({"CNY"})),
    "kr": ("", frozenset({"SEK", "NOK", "DKK", "ISK"})),
    "kr.": ("", frozenset({"SEK", "NOK", "DKK", "ISK"})),
    ":-": ("SEK", frozenset()),
}
"""Signs of several currencies: the one that is meant where nobody says more, "" for none, and the others."""


@cache
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


def is_currency(code: str) -> bool:
    """Whether there is, or was, a currency of that code (ISO 4217, by the tables of the Unicode CLDR)."""
    return code in _codes()


def currency_of_country(country: str) -> str:
    """The currency of a country by its ISO code, "" where there is none or more than one."""
    from babel.numbers import get_territory_currencies

    found = get_territory_currencies(country) if country else []
    return str(found[0]) if len(found) == 1 else ""


def currency_of_sign(sign: str, usual: str = "") -> str:
    """The code of a currency's sign, code or name beside an amount; usual: the currency of the file or the country.

    "" where the sign is none, or is that of several of which nobody says which.
    """
    folded = sign.strip().casefold()
    if folded in SIGNS:
        return SIGNS[folded]
    if folded in SHARED:
        first, others = SHARED[folded]
        return usual if usual in others or usual == first else first
    code = folded.upper().rstrip(".")
    return code if len(code) == 3 and code.isascii() and is_currency(code) else ""
