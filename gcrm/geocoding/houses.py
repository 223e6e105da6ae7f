"""House numbers: the ways one is written, and which houses of a street may be meant by it."""

import re
from dataclasses import dataclass

from gcrm.geocoding.text import fold

MOST_IN_RANGE = 40
_LEADING = re.compile(r"(\d+)\s*([a-z]?)(?![a-z0-9])")
_DIGITS = re.compile(r"\d+")
_RANGE = re.compile(r"(\d+)\s*[a-z]?\s*-\s*(\d+)")


@dataclass(frozen=True, slots=True)
class House:
    """A house of the index. fits is 1 where its number is what was looked for, less where it is part of a range."""

    id: int
    number: str
    unit: str
    postcode: str
    derived: bool
    lon: float
    lat: float
    fits: float = 1.0


def number_keys(number: str) -> dict[str, float]:
    """The numbers that a house written so answers to, with how well: "18-20" also answers to 18 and 20."""
    if number.isascii() and number.isdecimal():
        return {number: 1.0}
    folded = fold(number)
    whole = re.sub(r"[\s.]", "", folded)
    found = {whole: 1.0}
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
        found.setdefault(whole.split("/")[1], 0.85)
    return {key: fits for key, fits in found.items() if key}


class HouseNumbers:
    """The houses of one street by number."""

    def __init__(self, houses: list[House]) -> None:
        """houses: all of the street."""
        self.by_key: dict[str, list[tuple[House, float]]] = {}
        self.ordered: list[tuple[int, House]] = []
        for house in houses:
            keys = number_keys(house.number)
            for key, fits in keys.items():
                self.by_key.setdefault(key, []).append((house, fits))
            leading = _DIGITS.match(house.number)
            if leading:
                self.ordered.append((int(leading.group()), house))

    def meant_by(self, number: str) -> list[tuple[House, float]]:
        """Houses that a written number may mean, with how well; those that fit best only. Empty where none does."""
        found = self.by_key.get(number)
        if found:
            best = max(fits for _, fits in found)
            return [(house, fits) for house, fits in found if fits == best]
        leading = re.match(r"(\d+)([a-z]+)?(?:[-/](\d+)[a-z]?)?$", number)
        if not leading:
            return []
        base, letter, end = leading.groups()
        for other, fits in ((f"{base}{letter or ''}", 0.93), (base, 0.85), (end or "", 0.8)):
            if other != number and other in self.by_key:
                return [(house, fits * own) for house, own in self.by_key[other]]
        if letter is None and end is None:
            with_letter = sorted(key for key in self.by_key if re.fullmatch(rf"{base}[a-z]", key))
            if with_letter:
                return [(house, 0.8 * own) for house, own in self.by_key[with_letter[0]]]
        return []

    def nearest(self, number: str) -> House | None:
        """The house whose number is nearest to one that is not there, of the same side if there is one."""
        leading = re.match(r"\d+", number)
        if not leading or not self.ordered:
            return None
        wanted = int(leading.group())
        return min(self.ordered, key=lambda entry: (abs(entry[0] - wanted) + (entry[0] - wanted) % 2, entry[0]))[1]
