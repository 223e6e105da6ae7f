"""House numbers: the ways one is written, and which houses of a street may be meant by it."""

import math
import re
from dataclasses import dataclass

from gcrm.accounts.model import Level
from gcrm.common.text import fold
from gcrm.geocoding.compound import BUILDING, SUFFIXED, SUFFIXES, together

MOST_IN_RANGE = 40
HARDLY = 0.5
"""How well a house stands for what may be the number of a flat in another one: never well enough to be taken."""
SAME_SPOT_M = 150.0
"""Two entries of one address nearer than this are one for somebody who drives there."""
MOST_OF_ENTRIES = 2 / 3
"""Where so many entries of one address stand together, those elsewhere are slips of the mappers."""
MOST_BETWEEN_M = 400.0
"""Two houses farther apart than this say nothing of those between."""
MAPPED_BETWEEN = 0.85
"""How well a house fits that somebody mapped as between two others."""
METRES_OF_DEGREE = 111_195.0
"""Of latitude, on a sphere of the Earth's mean radius: good to half a percent, enough for choosing between houses."""
_LEADING = re.compile(r"(\d+)\s*([a-z]?)(?![a-z0-9])")
_TWO_PARTS = re.compile(r"(\d+)\s*-\s*(\d+)")
_DIVIDED = re.compile(r"(\d+)(?:\s*[a-z]|/\d+)$")
_DIGITS = re.compile(r"\d+")
_RANGE = re.compile(r"(\d+)\s*[a-z]?\s*-\s*(\d+)")


@dataclass(frozen=True, slots=True)
class House:
    """A house of the index, or with id -1 where one must be: then, and where it is mapped so, it is interpolated."""

    id: int
    number: str
    unit: str
    postcode: str
    derived: bool
    lon: float
    lat: float
    interpolated: bool = False


def level_of(house: House) -> Level:
    """How closely an answer at this house is placed."""
    return Level.INTERPOLATED if house.interpolated else Level.HOUSE


def number_keys(number: str, *, numbered_twice: bool = False, compound: bool = False) -> dict[str, float]:
    """The numbers that a house written so answers to, with how well: "18-20" also answers to 18 and 20.

    numbered_twice: of "1234/56" the 1234 counts the houses of the town and 56 those of the street, as in Prague.
    compound: "12-34" is one number, as in Queens and in Japan, not the houses from 12 to 34.
    """
    if number.isascii() and number.isdecimal():
        return {number: 1.0}
    folded = fold(together(number))
    whole = re.sub(r"[\s.]", "", folded)
    found = {whole: 1.0}
    if BUILDING.fullmatch(whole) or SUFFIXED.fullmatch(whole) or whole.count("-") > 1:
        return found
    if compound and "-" in whole:
        return found | {whole.replace("-", ""): 0.95}
    twice = re.fullmatch(r"(?:ev)?(\d+)/(\d+[a-z]?)", whole) if numbered_twice else None
    if twice:
        return found | {twice.group(2): 0.97, twice.group(1): 0.9}
    lettered = re.fullmatch(r"(\d+)[/-]([a-z])", whole)
    if lettered:
        found["".join(lettered.groups())] = 0.99
    said = re.fullmatch(r"[a-z]+(\d+[a-z]?)", whole)
    if said:
        found[said.group(1)] = 0.95  # "Lote 5"
    leading = _LEADING.match(folded.strip())
    if leading:
        found.setdefault(leading.group(1) + leading.group(2), 0.97)
    ends = _RANGE.match(folded.strip())
    if ends:
        first, last = int(ends.group(1)), int(ends.group(2))
        if first < last <= first + MOST_IN_RANGE:
            step = 2 if (last - first) % 2 == 0 else 1
            for each in range(first, last + 1, step):
                found.setdefault(str(each), 0.95)
        else:
            found.setdefault(ends.group(1), 0.95)
    elif "/" in whole:
        found.setdefault(whole.split("/")[0], 0.93)
        found.setdefault(whole.split("/")[1], HARDLY)
    return {key: fits for key, fits in found.items() if key}


def _share_first_parts(houses: list[House]) -> bool:
    """Whether numbers as 12-30 and 12-34 stand in one street: houses have two parts there, and no ranges."""
    parts = {found.groups() for house in houses if (found := _TWO_PARTS.fullmatch(house.number.strip()))}
    return len({first for first, _ in parts}) < len(parts)


def fits_between(apart_m: float) -> float:
    """How well a place between two known houses so far apart stands for a house between them.

    Of houses left out of Liechtenstein's, Lauf's and Helsinki's addresses 0.3 % were over 100 m off where the two known
    ones are nearer than 150 m, 1 % at 200 m, 3 % at 300 m, and 8 % at 400 m.
    """
    return max(0.3, 0.9 - 0.0015 * apart_m)


class HouseNumbers:
    """The houses of one street by number."""

    def __init__(self, houses: list[House], *, numbered_twice: bool = False, compound: bool = False) -> None:
        """houses: all of the street. numbered_twice and compound: see `number_keys`."""
        self.numbered_twice = numbered_twice
        self.compound = compound or _share_first_parts(houses)
        self.divided = {parts.group(1) for house in houses if (parts := _DIVIDED.match(fold(house.number).strip()))}
        """Numbers under which several buildings are mapped by themselves: 12 where there is a 12a or a 12/1."""
        self.by_key: dict[str, list[tuple[House, float]]] = {}
        self.ordered: list[tuple[int, House]] = []
        for house in houses:
            keys = number_keys(house.number, numbered_twice=numbered_twice, compound=self.compound)
            for key, fits in keys.items():
                self.by_key.setdefault(key, []).append((house, fits * (MAPPED_BETWEEN if house.interpolated else 1.0)))
            own = house.number.rpartition("/")[2] if numbered_twice else house.number
            leading = _DIGITS.match(own)
            if leading and not (self.compound and "-" in own):
                self.ordered.append((int(leading.group()), house))

    def meant_by(self, number: str) -> list[tuple[House, float]]:
        """Houses that a written number may mean, with how well; those that fit best only. Empty where none does."""
        found = self.by_key.get(number)
        if found:
            best = max(fits for _, fits in found)
            return _one_each([(house, fits) for house, fits in found if fits == best])
        leading = re.match(r"(\d+)([a-z]+)?(?:([-/])(\d+)[a-z]?)?$", number)
        if not leading:
            # "12/3/4" is flat 4 on stairs 3, or some flat of 12.
            return self.meant_by(number.rpartition("/")[0]) if number.count("/") > 1 else []
        base, letter, joint, end = leading.groups()
        if letter in SUFFIXES or (joint == "-" and self.compound):
            return []
        if letter and joint and base + letter in self.by_key:
            return self.meant_by(base + letter)
        if (letter or joint) and base in self.divided and not self.numbered_twice:
            return []  # its sisters are mapped, it is not: wherever it stands, it is none of them
        is_range = joint == "-" and int(base) < int(end) <= int(base) + MOST_IN_RANGE
        if joint and not (is_range or self.numbered_twice):
            end = None
        for other, fits in ((f"{base}{letter or ''}", 0.93), (base, 0.85), (end or "", 0.8)):
            if other != number and other in self.by_key:
                return _one_each([(house, fits * own) for house, own in self.by_key[other]])
        if letter is None and end is None:
            with_letter = sorted(key for key in self.by_key if re.fullmatch(rf"{base}[a-z]", key))
            if with_letter:
                return _one_each([(house, 0.8 * own) for house, own in self.by_key[with_letter[0]]])
        return []

    def between(self, number: str) -> tuple[House, float] | None:
        """Where a number that is not there must be, between the next lower and higher known ones of its side.

        With how well, see `fits_between`; None where one of the two is not known, or they are too far apart.
        """
        leading = re.match(r"(\d+)[a-z]?$", number)
        if not leading:
            return None
        wanted = int(leading.group(1))
        side = [(own, house) for own, house in self.ordered if (own - wanted) % 2 == 0 and not house.interpolated]
        low = max((own for own, _ in side if own < wanted), default=None)
        high = min((own for own, _ in side if own > wanted), default=None)
        if low is None or high is None:
            return None
        apart_m, first, last = min(
            (
                (_apart_m(first, last), first, last)
                for own, first in side
                if own == low
                for other, last in side
                if other == high
            ),
            key=lambda pair: pair[0],
        )
        if apart_m > MOST_BETWEEN_M:
            return None
        share = (wanted - low) / (high - low)
        lon, lat = first.lon + share * (last.lon - first.lon), first.lat + share * (last.lat - first.lat)
        postcode = first.postcode if first.postcode == last.postcode else ""
        return House(-1, number, "", postcode, derived=True, lon=lon, lat=lat, interpolated=True), fits_between(apart_m)

    def nearest(self, number: str) -> House | None:
        """The house whose number is nearest to one that is not there, of the same side if there is one."""
        leading = re.match(r"\d+", number)
        if not leading or not self.ordered:
            return None
        wanted = int(leading.group())
        return min(self.ordered, key=lambda entry: (abs(entry[0] - wanted) + (entry[0] - wanted) % 2, entry[0]))[1]


def _one_each(found: list[tuple[House, float]]) -> list[tuple[House, float]]:
    """Of several entries of one address the one in their middle, unless too many of them stand elsewhere.

    A large building has an entry for each of its doors and shops; its middle is near all of them.
    """
    if len(found) == 1:
        return found
    kept: list[tuple[House, float]] = []
    of_code: dict[tuple[str, str], list[tuple[House, float]]] = {}
    for house, fits in found:
        of_code.setdefault((house.number, house.postcode), []).append((house, fits))
    for entries in of_code.values():
        middle, near = _middle(entries)
        kept.append(middle)
        if near < MOST_OF_ENTRIES * len(entries):
            kept += [entry for entry in entries if entry is not middle]
    return kept


def _middle(entries: list[tuple[House, float]]) -> tuple[tuple[House, float], int]:
    """The entry with most others at the same spot, of those the one whose farthest is nearest; how many they are."""

    def spread(entry: tuple[House, float]) -> tuple[int, float]:
        near = [apart_m for other, _ in entries if (apart_m := _apart_m(entry[0], other)) < SAME_SPOT_M]
        return -len(near), max(near)

    best = min(entries, key=spread)
    return best, -spread(best)[0]


def _apart_m(one: House, other: House) -> float:
    east = (other.lon - one.lon) * math.cos(math.radians(one.lat))
    return METRES_OF_DEGREE * math.hypot(east, other.lat - one.lat)
