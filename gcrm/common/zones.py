"""Which clock and which public holidays hold at a place."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gcrm.accounts.model import Account
from gcrm.common.holiday_regions import region_of_postcode
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder

    from gcrm.common.opening_hours.understand import Understood
    from gcrm.common.opening_hours.windows import Where

_lock = Lock()


def zone_at(place: LonLat) -> str:
    """The IANA name of the zone at a place, "Europe/Vaduz"; at sea the nautical one."""
    return _zone_at(float(place.lon), float(place.lat))


def zone_of(account: Account, otherwise: str) -> str:
    """The zone in which an account's opening hours are meant: that of its place, else the one given."""
    return zone_at(account.place) if account.place else otherwise


def country_of_zone(zone: str) -> str:
    """The ISO 3166-1 code of the country that a zone is named for, "" where it is nobody's ("UTC").

    Source: Unicode CLDR through Babel.
    """
    code = _territories().get(zone, "")
    return code if code.isalpha() and code != "ZZ" else ""


def country_of(account: Account, otherwise: str) -> str:
    """The country whose public holidays an account keeps: that of its place or, not placed, of its address."""
    if account.place:
        return country_of_zone(zone_at(account.place)) or otherwise
    given = account.address.country.strip().upper()
    return given if len(given) == 2 and given.isalpha() else otherwise


def holidays_of(account: Account, planner: str) -> str:
    """Whose public holidays an account keeps: "DE", or "DE-BY" where its part of the country is known.

    Known is the part that somebody has said, else the one that its postcode lies in as a whole.
    planner: where the rep who asks keeps them; of the same country, an account that says nothing keeps the same.
    """
    country = country_of(account, planner.partition("-")[0])
    if region := account.holiday_region or region_of_postcode(country, account.address.postcode):
        return f"{country}-{region}"
    return planner if planner.startswith(f"{country}-") else country


def where_of(account: Account, zone: str, holidays: str) -> "Where":
    """Where an account is, as its opening hours ask: its zone, whose holidays it keeps, and where the sun is seen from.

    zone, holidays: of whoever asks, for what is not known of the account.
    """
    from gcrm.common.opening_hours.windows import Where

    return Where(zone_of(account, zone), holidays_of(account, holidays), account.place)


def hours_of(account: Account) -> "Understood":
    """What is understood of an account's opening hours."""
    from gcrm.common.opening_hours.understand import understand

    return understand(account.opening_hours, country_of(account, ""))


def understood_of(account: Account) -> str:
    """An account's opening hours as they are understood, in a sentence; "" where none are given."""
    return hours_of(account).sentence if account.opening_hours else ""


def holidays_at(rep: Rep) -> str:
    """Whose public holidays a rep keeps, as `holidays_of`."""
    country = country_of_zone(rep.zone)
    return f"{country}-{rep.holiday_region}" if country and rep.holiday_region else country


def checked_zone(name: str) -> str:
    """The name of a zone that exists. Raises InputRejected."""
    try:
        return ZoneInfo(name.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InputRejected(
            say("There is no time zone {name!r}.", name=name), say('Give an IANA name, as "Europe/Vaduz".')
        ) from unknown


def same_clock(zone: str, other: str, day: date) -> bool:
    """Whether clocks in two zones agree in the year from `day` on, as in Vaduz, Zurich and Vienna."""
    noons = [datetime.combine(day + timedelta(days=number), time(12), UTC) for number in range(0, 371, 5)]
    return zone == other or all(
        noon.astimezone(ZoneInfo(zone)).utcoffset() == noon.astimezone(ZoneInfo(other)).utcoffset() for noon in noons
    )


@lru_cache(maxsize=200_000)
def _zone_at(lon: float, lat: float) -> str:
    # The finder reads its file as it goes and is not made for threads.
    with _lock:
        return str(_finder().timezone_at(lng=lon, lat=lat) or "UTC")


@cache
def _finder() -> "TimezoneFinder":
    from timezonefinder import TimezoneFinder

    return TimezoneFinder()


@cache
def _territories() -> dict[str, str]:
    from babel.core import get_global

    return {str(zone): str(code) for zone, code in get_global("zone_territories").items()}
