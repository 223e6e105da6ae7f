"""The streets, towns and places of an index in memory; houses are read from the file a street at a time."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from gcrm.common.text import postcode_key
from gcrm.geocoding.repository import AddressIndex
from gcrm.geocoding.vocabulary import Vocabulary

LEAST_OUTWARD = 4
"""Digits of the first part of a postcode from which on it is not taken for a house number."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street, or a place that houses are numbered by, in one town."""

    id: int
    name: str
    city: str
    country: str
    postcode: str
    lon: float
    lat: float
    extent_m: float
    towns: frozenset[int]


@dataclass(frozen=True, slots=True)
class PostcodeArea:
    """A postcode as it is written, its town, and the house in its middle."""

    code: str
    city: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Place:
    """A town, village, quarter or square."""

    name: str
    kind: str
    lon: float
    lat: float
    population: int
    towns: frozenset[int]


class Catalogue:
    """Everything of an index but its houses."""

    def __init__(self, index: AddressIndex) -> None:
        """Read the index; a second for half a million houses."""
        self.source = index.meta().get("source", "")
        self.country = index.meta().get("country", "")
        towns_of: dict[int, set[int]] = defaultdict(set)
        for street, town in index.table("street_town", "street, town"):
            towns_of[street].add(town)
        self.streets = [
            Street(*(*row, frozenset(towns_of[row[0]])))
            for row in index.table("street", "id, name, city, country, postcode, lon, lat, extent_m")
        ]
        self.street_names = Vocabulary(
            (tuple(key.split()), street) for street, key in index.table("street_key", "street, key")
        )
        self.town_names = Vocabulary((tuple(key.split()), town) for town, key in index.table("town", "id, key"))
        places_of: dict[int, set[int]] = defaultdict(set)
        for place, town in index.table("place_town", "place, town"):
            places_of[place].add(town)
        self.places = [
            Place(*(*row[1:], frozenset(places_of[row[0]])))
            for row in index.table("place", "id, name, kind, lon, lat, population")
        ]
        self.places_of_town: dict[int, list[Place]] = defaultdict(list)
        for place in self.places:
            for town in place.towns:
                self.places_of_town[town].append(place)
        self.regions = dict(index.table("region", "key, code"))
        self.longest_region = 4
        self.postcodes = {
            postcode_key(row[0]): PostcodeArea(*row) for row in index.table("postcode", "code, city, lon, lat")
        }
        self.codes_of_city = Counter(area.city for area in self.postcodes.values())
        self.outward = frozenset(_outward(area.code) for area in self.postcodes.values()) - {""}


def _outward(code: str) -> str:
    """The part of a postcode before a space or dash, often all that is said: 4760 of "4760-585", SW1A of "SW1A 1AA"."""
    first, *rest = re.split(r"[\s-]+", code.strip())
    return postcode_key(first) if rest and (len(first) >= LEAST_OUTWARD or not first.isdecimal()) else ""
