"""Days on which a country, or a part of it, rests.

Where is an ISO 3166-1 code, "DE", or one with a part of the country, "DE-BY" (ISO 3166-2); "" for nowhere. Source of
the days: the `holidays` library.
"""

import importlib.util
import sys
from datetime import date
from functools import cache, lru_cache
from types import ModuleType

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected


def public_holiday(day: date, where: str) -> str:
    """The name of the public holiday in the country's own language, "" on any other day."""
    return _of_year(where, day.year).get(day, "") if where else ""


def public_holidays(first: date, last: date, where: str) -> list[date]:
    """The public holidays from `first` to `last`, both included, in order."""
    if not where:
        return []
    years = range(first.year, last.year + 1)
    return sorted(day for year in years for day in _of_year(where, year) if first <= day <= last)


@lru_cache(maxsize=4096)
def parts_on_holiday(day: date, where: str) -> tuple[str, ...]:
    """The parts of a country, as codes, that rest on a day on which the country as a whole does not.

    Empty where `where` names a part already: then `public_holiday` knows.
    """
    if not where or "-" in where or public_holiday(day, where):
        return ()
    codes = sorted(set(_parts(where.upper()).values()))
    return tuple(code for code in codes if public_holiday(day, f"{where}-{code}"))


def read_region(text: str, country: str) -> str:
    """The part of a country as its code, "BY", from "by", "DE-BY" or "Bayern"; "" for "".

    Raises InputRejected for a part that the country does not have, or whose holidays nobody knows apart.
    """
    wanted = text.strip()
    if not wanted:
        return ""
    parts = _parts(country.upper())
    found = parts.get(wanted.casefold()) or parts.get(wanted.casefold().removeprefix(f"{country.casefold()}-"))
    if found is None:
        codes = sorted(set(parts.values()))
        raise InputRejected(
            say(
                "{text!r} is no part of {country} with holidays of its own.",
                text=text[:40],
                country=country or say("a country that is known"),
            ),
            say("Give one of {codes}.", codes=", ".join(codes))
            if codes
            else say("Leave it empty: only days of the whole country are known here."),
        )
    return found


@lru_cache(maxsize=64)
def _parts(country: str) -> dict[str, str]:
    """The codes of a country's parts, by code and by name, in lower case."""
    holidays = _library()
    try:
        known = holidays.country_holidays(country, years=2000)
    except NotImplementedError:
        return {}
    names = {name.casefold(): code for name, code in known.subdivisions_aliases.items()}
    return names | {code.casefold(): code for code in known.subdivisions}


@lru_cache(maxsize=512)
def _of_year(where: str, year: int) -> dict[date, str]:
    holidays = _library()
    country, _, part = where.partition("-")
    code = _parts(country.upper()).get(part.casefold())
    try:
        found = holidays.country_holidays(country.upper(), subdiv=code, years=year)
    except NotImplementedError:  # a country that the library does not know
        return {}
    return {day: str(name) for day, name in found.items() if day.year == year}


@cache
def _library() -> ModuleType:
    """The `holidays` library, which loads the file of a country when somebody asks for that country.

    Left to itself it loads all 250 with the first, which takes longer than a day of visits takes to plan: its package
    of countries imports each of them. An empty package in its place, with the same folder, does not.
    """
    import holidays

    name = "holidays.countries"
    if name not in sys.modules and (found := importlib.util.find_spec(name)) is not None:
        package = ModuleType(name)
        package.__path__ = list(found.submodule_search_locations or ())
        sys.modules[name] = package
    return holidays
