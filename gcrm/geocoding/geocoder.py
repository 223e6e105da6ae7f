"""The local geocoder: answers from the area's own address index, with no outside service."""

import math
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from gcrm.accounts.model import Address, Level
from gcrm.common.language import say, to_say
from gcrm.geocoding.candidate import ACCEPTED, SHOWN, Candidate, Located
from gcrm.geocoding.catalogue import Catalogue, Street
from gcrm.geocoding.houses import SAME_SPOT_M, House, HouseNumbers, level_of
from gcrm.geocoding.query import parse
from gcrm.geocoding.repository import AddressIndex
from gcrm.geocoding.search import Found, Search
from gcrm.geocoding.suggest import Suggested, Suggester
from gcrm.geocoding.towns import on_sphere
from gcrm.geocoding.words import words
from routing.geodesy import distance_m
from routing.points import LonLat

EQUAL_WITHIN = 0.06
"""Answers whose confidence differs by no more than this fit equally well."""
SAME_HOUSE_M = 30.0
NEXT_HOUSE_M = 200.0

_MISSING = {
    Level.INTERPOLATED: to_say("The house is not known; placed at {label}."),
    Level.STREET: to_say("The house number is not known; placed at {label}."),
    Level.POSTCODE: to_say("The street is not known; placed at {label}."),
    Level.PLACE: to_say("The street is not known; placed at {label}."),
}


class Geocoder:
    """Finds addresses of one area. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open the index at `path`. Raises NotReady where there is none."""
        self._index = AddressIndex(path)
        self._catalogue = Catalogue(self._index)
        numbers = lru_cache(maxsize=20_000)(self._numbers)
        self._search = Search(self._catalogue, numbers)
        self._suggester = Suggester(self._catalogue, numbers)
        self._tree: tuple[cKDTree, list[int]] | None = None

    @property
    def country(self) -> str:
        """ISO code of the country that most of the area's addresses are in, "" if none says so."""
        return self._catalogue.country

    def _numbers(self, street: int) -> HouseNumbers:
        country = self._catalogue.streets[street].country
        houses = [_house(*row) for row in self._index.houses(street)]
        return HouseNumbers(
            houses, numbered_twice=country in words("numbered_twice"), compound=country in words("compound_numbers")
        )

    def find(self, address: str | Address, limit: int = 5) -> list[Candidate]:
        """Places that the address may mean, best first; empty where nothing is good enough.

        Several answers that fit equally well all come back, none of them at ACCEPTED or above, with `equal` set.
        """
        text = address if isinstance(address, str) else address.text
        query = parse(text)
        found = _distinct(self._search.find(query))
        if not found or found[0].confidence < SHOWN:
            return []
        best = found[0]
        equal = [
            one
            for one in found
            if (one.level == best.level and one.confidence >= best.confidence - EQUAL_WITHIN)
            or best.may_be_as_well(one)
        ]
        literal = [one for one in equal if one.street and one.street.name.casefold() in text.casefold()]
        if len(literal) == 1 and len(equal) > 1:
            # Äulestrasse and Aeulestrasse fold to the same, but only one of them is what is written.
            equal = literal
            found.remove(literal[0])
            found.insert(0, literal[0])
        several = len(equal) > 1
        shown = [one for one in found if one.confidence >= SHOWN][: max(limit, 1)]
        return [
            self._candidate(one, [word.shown for word in query.words], len(equal) if several and one in equal else 1)
            for one in shown
        ]

    def locate(self, address: str | Address) -> Located:
        """The one answer that can be used without asking, or the reason why there is none."""
        text = address if isinstance(address, str) else address.text
        if not text.strip():
            return Located(None, say("No address is given."))
        candidates = self.find(address)
        if not candidates:
            return Located(None, say("No such address in this area."))
        best = candidates[0]
        if best.equal > 1:
            labels = "; ".join(candidate.label for candidate in candidates if candidate.equal > 1)
            return Located(None, say("Several equal answers: {labels}.", labels=labels), tuple(candidates))
        if best.confidence >= ACCEPTED:
            return Located(best, "", tuple(candidates[1:]))
        if best.level is Level.HOUSE:
            return Located(None, say("Not sure enough of {label}.", label=best.label), tuple(candidates))
        return Located(
            best,
            say(_MISSING[best.level], label=best.label),
            tuple(candidates[1:]),
        )

    def batch(self, addresses: Iterable[str | Address]) -> list[Located]:
        """`locate` for each address, in order; addresses that repeat are looked up once."""
        known: dict[str, Located] = {}
        answers = []
        for address in addresses:
            text = address if isinstance(address, str) else address.text
            if text not in known:
                known[text] = self.locate(text)
            answers.append(known[text])
        return answers

    def suggest(self, text: str, limit: int = 8) -> list[Candidate]:
        """Addresses that somebody may be typing, best first; slips of the pen and missing parts are forgiven.

        confidence says how well each goes with what is typed so far, not whether it is meant.
        """
        query = parse(text)
        if not query.words:
            return []
        return [self._suggestion(one, text) for one in self._suggester.suggest(query, max(limit, 1))]

    def _suggestion(self, one: Suggested, text: str) -> Candidate:
        at = one.house or one.street or one.place
        assert at is not None
        label = _label(one.street, one.house) if one.street else one.place.name if one.place else ""
        confidence = round(min(one.worth, 1.0), 3)
        return Candidate(at.lon, at.lat, one.level, confidence, label, text.strip(), "", self._catalogue.source)

    def reverse(self, place: LonLat) -> Candidate | None:
        """The address nearest to a place, level house within 30 m and street within 200 m; None where none is near."""
        if self._tree is None:
            rows = self._index.table("house", "id, lon, lat")
            points = np.asarray([row[1:] for row in rows], dtype=np.float64).reshape(-1, 2)
            self._tree = (cKDTree(on_sphere(points[:, 0], points[:, 1])), [row[0] for row in rows])
        tree, ids = self._tree
        if not ids:
            return None
        _, position = tree.query(on_sphere(np.asarray([place.lon]), np.asarray([place.lat]))[0])
        street, *row = self._index.house(ids[int(position)])
        house = _house(*row)
        away_m = distance_m(place, (house.lon, house.lat))
        if away_m > NEXT_HOUSE_M:
            return None
        near = self._catalogue.streets[street]
        level = level_of(house) if away_m <= SAME_HOUSE_M else Level.STREET
        confidence = round(math.exp(-away_m / NEXT_HOUSE_M), 3)
        label, away = _label(near, house), say("{metres} m away", metres=f"{away_m:.0f}")
        return Candidate(house.lon, house.lat, level, confidence, label, away, "", self._catalogue.source)

    def _candidate(self, one: Found, shown: list[str], equal: int) -> Candidate:
        confidence = one.confidence if equal == 1 else min(one.confidence, ACCEPTED - 0.01)
        label = one.name if one.street is None else _label(one.street, one.house)
        return Candidate(
            lon=one.lon,
            lat=one.lat,
            level=one.level,
            confidence=round(confidence, 3),
            label=label,
            matched=" ".join(word for position, word in enumerate(shown) if position in one.used),
            ignored=" ".join(word for position, word in enumerate(shown) if position not in one.used),
            source=self._catalogue.source,
            equal=equal,
        )


def _house(
    identity: int, number: str, unit: str, postcode: str, derived: int, lon: float, lat: float, interpolated: int
) -> House:
    """A row of the index."""
    return House(identity, number, unit, postcode, bool(derived), lon, lat, bool(interpolated))


def _label(street: Street, house: House | None) -> str:
    """The address as its country writes it."""
    number = house.number if house else ""
    first = street.country in words("number_first")
    line = " ".join(part for part in ((number, street.name) if first else (street.name, number)) if part)
    code = (house.postcode if house else "") or ("" if house else street.postcode)
    town = " ".join(part for part in ((street.city, code) if first else (code, street.city)) if part)
    return ", ".join(part for part in (line, town) if part)


def _distinct(found: list[Found]) -> list[Found]:
    """Best first, without those that say again what a better one has said: the same kind of answer at the same spot."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (-each.confidence, each.name)):
        if one.confidence < SHOWN - EQUAL_WITHIN:
            break
        if not any(_same_answer(one, better) for better in kept if better.level == one.level):
            kept.append(one)
        if len(kept) >= 25:
            break
    return kept


def _same_answer(one: Found, other: Found) -> bool:
    """At one spot; or parts of one street that goes on in the next quarter, where no house is asked for."""
    near_m = SAME_SPOT_M
    one_name = one.level is Level.STREET and one.name == other.name
    if one_name and one.street and other.street and not one.street.towns.isdisjoint(other.street.towns):
        near_m += one.street.extent_m + other.street.extent_m
    return _apart_m(one, other) < near_m


def _apart_m(one: Found, other: Found) -> float:
    if abs(one.lat - other.lat) > 0.05:
        return math.inf
    return distance_m((one.lon, one.lat), (other.lon, other.lat))
