"""Days on which a country rests."""

from datetime import date
from functools import lru_cache


def public_holiday(day: date, country: str) -> str:
    """The name of the public holiday in the country's own language, "" on any other day.

    country: ISO 3166-1 code, "" or an unknown one for none. Only days that the whole country keeps are known.
    """
    return _of_year(country.upper(), day.year).get(day, "") if country else ""


def public_holidays(first: date, last: date, country: str) -> list[date]:
    """The public holidays from `first` to `last`, both included, in order."""
    if not country:
        return []
    years = range(first.year, last.year + 1)
    return sorted(day for year in years for day in _of_year(country.upper(), year) if first <= day <= last)


@lru_cache(maxsize=512)
def _of_year(country: str, year: int) -> dict[date, str]:
    import holidays

    try:
        found = holidays.country_holidays(country, years=year)
    except NotImplementedError:  # a country that the library does not know
        return {}
    return {day: str(name) for day, name in found.items() if day.year == year}
