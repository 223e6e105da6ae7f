"""Geocoders on other machines, asked only where a setting names them, slowly, and never twice for what may be kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rapidfuzz import fuzz

from gcrm.accounts.model import Level
from gcrm.common.language import say
from gcrm.common.text import fold, tokens
from gcrm.geocoding.candidate import Candidate
from gcrm.platform.errors import InputRejected, NotReady

USER_AGENT = "gcrm"
OPENCAGE = "https://api.opencagedata.com"
CONFIDENCE = 0.75
"""Of a house whose number and street stand in the text; the provider's own figures are not comparable."""
LEAST_ALIKE = 85.0
TIMEOUT_S = 15
STREET_KEYS = ("road", "street", "pedestrian", "place", "hamlet")
NUMBER_KEYS = ("house_number", "housenumber")
TOWN_KEYS = ("city", "town", "village", "municipality", "locality", "localadmin", "suburb", "postcode", "postalcode")
"""An answer in another town than the text names is worse than none."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider allows. min_delay_s: seconds between two questions; keep_days: how long answers may be kept.

    Sources: usage policies of nominatim.openstreetmap.org and photon.komoot.io (one a second at most, results under the
    ODbL may be kept); OpenCage (results may be kept without limit). A Pelias is one's own or a paid one.
    """

    name: str
    licence: str
    min_delay_s: float
    keep_days: int


PROVIDERS = {
    "nominatim": Provider("Nominatim", "OpenStreetMap, ODbL", 1.0, 3_650),
    "photon": Provider("Photon", "OpenStreetMap, ODbL", 1.0, 3_650),
    "pelias": Provider("Pelias", "see the provider", 0.2, 30),
    "opencage": Provider("OpenCage", "OpenCage and OpenStreetMap, ODbL", 1.0, 3_650),
}


@dataclass(frozen=True, slots=True)
class OutsideGeocoder:
    """One of the settings' geocoders."""

    provider: Provider
    host: str
    question: Callable[[str], Any]

    def ask(self, text: str) -> Candidate | None:
        """The house that the provider finds, None where it finds none whose street, number and town stand in the text.

        Raises NotReady where the provider does not answer after the retries, or refuses to.
        """
        from geopy.exc import GeopyError

        try:
            found = self.question(text)
        except GeopyError as error:
            raise NotReady(
                say("{host} does not answer: {error}.", host=self.host, error=error),
                say("Look at the setting, or try later."),
            ) from error
        if found is None:
            return None
        parts = _parts(found.raw)
        street, number = _first(parts, STREET_KEYS), _first(parts, NUMBER_KEYS)
        if not number or not street or not _is_in(street, text) or not _is_same_house(number, text):
            return None
        where = [str(parts[key]) for key in TOWN_KEYS if parts.get(key)]
        if where and not any(_is_in(each, text) for each in where):
            return None
        source = f"{self.provider.name} ({self.host}), {self.provider.licence}"
        label = str(found.address)
        return Candidate(
            found.longitude, found.latitude, Level.HOUSE, CONFIDENCE, label, f"{street} {number}", "", source
        )


def outside_geocoders(setting: str, *, delay: bool = True, wait_s: float = 5.0) -> list[OutsideGeocoder]:
    """The geocoders of GCRM_OUTSIDE_GEOCODERS in their order: "nominatim=https://host, opencage=KEY".

    A Pelias that asks for a key has it behind its address: "pelias=https://host?api_key=KEY". OpenCage through a proxy
    of one's own: "opencage=KEY@https://host".

    delay False asks as fast as it can, for a server of one's own; wait_s: seconds before a question is repeated.
    Raises InputRejected for a name there is none of.
    """
    return [_geocoder(part.strip(), delay=delay, wait_s=wait_s) for part in setting.split(",") if part.strip()]


def _geocoder(part: str, *, delay: bool, wait_s: float) -> OutsideGeocoder:
    from geopy import geocoders
    from geopy.extra.rate_limiter import RateLimiter

    name, _, where = part.partition("=")
    if name not in PROVIDERS or not where:
        raise InputRejected(
            say("{name!r} is no outside geocoder with an address.", name=name),
            say("Give nominatim=URL, photon=URL, pelias=URL or opencage=KEY."),
        )
    provider = PROVIDERS[name]
    options: dict[str, Any] = {"user_agent": USER_AGENT, "timeout": TIMEOUT_S}
    asked: dict[str, Any] = {}
    key = ""
    if name == "opencage":
        before, _, proxy = where.rpartition("@")
        key, where = (before, proxy) if before else (where, OPENCAGE)
    url = urlsplit(where)
    host = url.netloc
    if url.scheme not in {"http", "https"} or not host:
        raise InputRejected(
            say("{where!r} is no web address.", where=where), say("Give {name}=https://the-host.", name=name)
        )
    options |= {"domain": host + url.path.rstrip("/"), "scheme": url.scheme}
    match name:
        case "opencage":
            coder: Any = geocoders.OpenCage(key, **options)
            asked = {"annotations": False}
        case "pelias":
            coder = geocoders.Pelias(api_key=parse_qs(url.query).get("api_key", [None])[0], **options)
        case "photon":
            coder = geocoders.Photon(**options)
        case _:
            coder = geocoders.Nominatim(**options)
            asked = {"addressdetails": True}
    limited = RateLimiter(
        lambda text: coder.geocode(text, exactly_one=True, **asked),
        min_delay_seconds=provider.min_delay_s if delay else 0.0,
        max_retries=2,
        error_wait_seconds=wait_s,
        swallow_exceptions=False,
    )
    return OutsideGeocoder(provider, host, limited)


def _parts(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """From an answer of any: Nominatim's address, Photon's and Pelias's properties, OpenCage's components."""
    parts = raw.get("address") or raw.get("components") or raw.get("properties") or {}
    return parts if isinstance(parts, Mapping) else {}


def _first(parts: Mapping[str, Any], keys: Sequence[str]) -> str:
    return str(next((parts[key] for key in keys if parts.get(key)), ""))


def _is_same_house(number: str, text: str) -> bool:
    return bool(set(tokens(number)) & {word.lstrip("0") for word in tokens(text)})


def _is_in(name: str, text: str) -> bool:
    """Whether a street, town or postcode stands in the text, perhaps with a slip."""
    return fuzz.partial_ratio(fold(name), fold(text)) >= LEAST_ALIKE
