"""The streets, towns and places of an index in memory; houses are read from the file a street at a time."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from gcrm.db.address_index import AddressIndex
from gcrm.geocoding.text import postcode_key, shape
from gcrm.geocoding.vocabulary import Vocabulary


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
        codes = {postcode_key(row[0]) for row in index.table("house", "DISTINCT postcode") if row[0]}
        self.postcodes = frozenset(code for code in codes if any(letter.isdecimal() for letter in code))
        self.postcode_shapes = frozenset(shape(code) for code in self.postcodes)
        self.street_in_postcode = self._middle_streets()

    def _middle_streets(self) -> dict[str, Street]:
        """Postcode to the street nearest to the middle of its streets: a place that is on land."""
        of_code: dict[str, list[Street]] = defaultdict(list)
        for street in self.streets:
            if street.postcode:
                of_code[postcode_key(street.postcode)].append(street)
        middle = {}
        for code, streets in of_code.items():
            lon, lat = median(street.lon for street in streets), median(street.lat for street in streets)
            middle[code] = min(streets, key=lambda street: (street.lon - lon) ** 2 + (street.lat - lat) ** 2)
        return middle
