"""Suggestions while somebody types: the beginning of a street, a number, a town, in any order, with slips forgiven."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from gcrm.accounts.model import Level
from gcrm.common.text import joined, postcode_key
from gcrm.geocoding.catalogue import Catalogue, Place, Street
from gcrm.geocoding.houses import House, HouseNumbers, level_of
from gcrm.geocoding.query import Query
from gcrm.geocoding.vocabulary import Vocabulary
from gcrm.geocoding.words import abbreviations

MOST_NAMES = 400
"""Names looked at for one beginning; "a" begins many."""
MOST_ALIKE = 80
REMEMBERED = 500
"""Beginnings whose names are kept in memory."""
LEAST_FOR_SLIPS = 4
"""Letters from which on slips of the pen are looked for."""
LEAST_OF_BEST = 0.5
MOST_HOUSES = 8
"""Houses of one street that are shown at most."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A street, a house or a place; worth sorts them, higher first, 1 where everything typed is in it as typed."""

    worth: float
    level: Level
    street: Street | None = None
    house: House | None = None
    place: Place | None = None


class Suggester:
    """Suggests from one catalogue. Safe to share between threads."""

    def __init__(self, catalogue: Catalogue, numbers: Callable[[int], HouseNumbers]) -> None:
        """numbers: the houses of a street by its id."""
        self._catalogue, self._numbers = catalogue, numbers
        self._streets = _Beginnings(catalogue.street_names)
        self._towns = _Beginnings(catalogue.town_names)
        self._largest = max((place.population for place in catalogue.places), default=0) or 1

    def suggest(self, query: Query, limit: int) -> list[Suggested]:
        """The best answers for what is typed so far, best first; the last word may be cut short."""
        texts = query.texts
        streets: dict[tuple[int, str], float] = {}
        known: dict[tuple[str, frozenset[int]], float] = {}
        for words, number, rest in self._readings(query):
            for name, sure in self._streets.named(words, _is_last(words, texts)):
                for street_id in self._catalogue.street_names.owners[name]:
                    worth = sure * self._in_town(self._catalogue.streets[street_id], rest, texts[-1], known)
                    if worth > streets.get((street_id, number), 0.0):
                        streets[street_id, number] = worth
        # Houses are read from the file: only those of streets that may be shown.
        best = sorted(streets.items(), key=lambda entry: (-entry[1], -self._catalogue.streets[entry[0][0]].extent_m))
        found = [
            one
            for (street_id, number), worth in best[: 2 * limit]
            for one in self._of_street(self._catalogue.streets[street_id], number, worth)
        ]
        found += [Suggested(worth, Level.PLACE, place=place) for place, worth in self._places(texts)]
        ranked = sorted(found, key=lambda one: (-round(one.worth, 3), -_size(one), _order(one)))
        return _varied([one for one in ranked if one.worth >= ranked[0].worth * LEAST_OF_BEST], limit)

    def _readings(self, query: Query) -> list[tuple[tuple[str, ...], str, tuple[str, ...]]]:
        """Ways to read what is typed: street words, house number, the rest."""
        texts = query.texts
        count = len(texts)
        readings = []
        starts = [start for start in range(min(count, 4)) if not query.words[start].number] or [0]
        for start in starts[:3]:
            for end in range(min(count, start + 6), start, -1):
                numbers = query.house_numbers(start, end)
                number, taken = numbers[0] if numbers else ("", frozenset())
                if number in self._catalogue.postcodes and start:
                    number, taken = "", frozenset()
                rest = tuple(
                    text
                    for position, text in enumerate(texts)
                    if not start <= position < end and position not in taken | query.taken_by_unit
                )
                readings.append((texts[start:end], number, rest))
        return readings

    def _in_town(
        self, street: Street, rest: tuple[str, ...], last: str, known: dict[tuple[str, frozenset[int]], float]
    ) -> float:
        """How well the words that are neither street nor number say where the street is.

        last: the word that may be cut short. known: what was worked out for other streets of the same towns.
        """
        fit = 1.0
        for word in rest:
            if word.isdecimal():
                fit *= 1.0 if postcode_key(street.postcode).startswith(word) else 0.3
                continue
            asked = (word, street.towns)
            if asked not in known:
                known[asked] = self._names_town(word, street.towns, cut=word == last)
            fit *= known[asked]
        return fit if fit > 0.1 else 0.0

    def _names_town(self, word: str, towns: frozenset[int], *, cut: bool) -> float:
        keys = [key for town in towns for key in self._towns.words_of.get(town, ())]
        if any(key.startswith(word) if cut else key == word for key in keys):
            return 1.0
        return 0.8 if any(_slip(word, key, cut=cut) for key in keys) else 0.2

    def _of_street(self, street: Street, number: str, worth: float) -> list[Suggested]:
        """The street itself, or its houses whose number begins as typed."""
        if not number:
            return [Suggested(worth, Level.STREET, street)]
        numbers = self._numbers(street.id)
        exact = [house for house, _ in numbers.meant_by(number)]
        begun = [house for _, house in numbers.ordered if house.number.casefold().startswith(number)]
        begun.sort(key=lambda house: (len(house.number), house.number))
        houses = list(dict.fromkeys([*exact, *begun]))[:MOST_HOUSES]
        if not houses:
            return [Suggested(worth * 0.5, Level.STREET, street)]
        return [Suggested(worth * (1.0 if house in exact else 0.9), level_of(house), street, house) for house in houses]

    def _places(self, texts: tuple[str, ...]) -> Iterable[tuple[Place, float]]:
        """Towns and quarters whose name begins so."""
        if not texts or any(text.isdecimal() for text in texts):
            return
        for name, sure in self._towns.named(texts, cut=True):
            for town in self._catalogue.town_names.owners[name]:
                for place in self._catalogue.places_of_town[town]:
                    yield place, sure * (0.97 + 0.03 * place.population / self._largest)


class _Beginnings:
    """Names by the beginning of each of their words: "kaiser" finds Peter-Kaiser-Strasse."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        entries = []
        self.words_of: dict[int, list[str]] = {}
        for name, words in enumerate(vocabulary.names):
            entries += [(joined(words[start:]), start, name) for start in range(len(words))]
            for owner in vocabulary.owners[name]:
                self.words_of.setdefault(owner, []).extend(words)
        entries.sort()
        # Whoever types on asks again for what stands before.
        self.named = lru_cache(maxsize=REMEMBERED)(self._named)
        self._keys = [key for key, _, _ in entries]
        self._entries = [(start, name) for _, start, name in entries]

    def _named(self, words: tuple[str, ...], cut: bool) -> list[tuple[int, float]]:
        """Names that begin with these words, or are like that, with how sure. cut: the last word may go on."""
        if not words:
            return []
        found: dict[int, float] = {}
        for way, sure in _ways(words):
            self._begin(way, sure, found, cut=cut)
        typed = joined(words)
        if not found and len(typed) >= LEAST_FOR_SLIPS and not words[-1].isdecimal():
            for name in self._vocabulary.like(words, limit=MOST_ALIKE, least=0.2):
                if sure := _slip(typed, self._vocabulary.joined[name], cut=True):
                    found[int(name)] = sure
        return list(found.items())

    def _begin(self, typed: str, sure: float, found: dict[int, float], *, cut: bool) -> None:
        at = bisect_left(self._keys, typed)
        while at < len(self._keys) and self._keys[at].startswith(typed) and len(found) < MOST_NAMES:
            start, name = self._entries[at]
            whole = self._keys[at] == typed
            if cut or whole or start == 0:
                worth = sure * (1.0 if start == 0 else 0.9) * (1.0 if whole or cut else 0.8)
                found[name] = max(found.get(name, 0.0), worth)
            at += 1


def _is_last(words: tuple[str, ...], texts: tuple[str, ...]) -> bool:
    return words[-1:] == texts[-1:]


def _ways(words: tuple[str, ...]) -> list[tuple[str, float]]:
    """The words as typed, and with an abbreviation before the end written out."""
    ways = [(joined(words), 1.0)]
    for position, word in enumerate(words):
        ways += [
            (joined((*words[:position], full, *words[position + 1 :])), 0.97)
            for full in abbreviations().get(word, ())[:3]
        ]
    return ways[:10]


def _slip(typed: str, name: str, *, cut: bool) -> float:
    """How well a name is what was typed with a slip or two; cut: how well its beginning is. 0 for another name."""
    allowed = 0 if len(typed) < LEAST_FOR_SLIPS else 1 if len(typed) < 8 else 2
    if not allowed or typed[0] != name[:1]:
        return 0.0
    lengths = range(len(typed) - 1, len(typed) + 2) if cut else (len(name),)
    least = min(OSA.distance(typed, name[:length], score_cutoff=allowed) for length in lengths)
    return 0.0 if least > allowed else 0.85 - 0.1 * (least - 1)


def _size(one: Suggested) -> float:
    """Towns first, the larger ones before, then long streets."""
    if one.place:
        return 1e6 + one.place.population
    return one.street.extent_m if one.street else 0.0


def _order(one: Suggested) -> tuple[str, int, str]:
    name = one.street.name if one.street else one.place.name if one.place else ""
    number = one.house.number if one.house else ""
    return name, len(number), number


def _varied(ranked: list[Suggested], limit: int) -> list[Suggested]:
    """The first ones, but not the houses of one street alone where other streets are meant as well."""
    shown: list[Suggested] = []
    seen: set[tuple[int, str, int, str]] = set()
    of_street: Counter[int] = Counter()
    streets = {one.street.id for one in ranked if one.street and one.worth >= ranked[0].worth - 0.1}
    most = limit if len(streets) == 1 else max(limit // 2, 1)
    for one in ranked:
        said = (one.street.id if one.street else -1, *_order(one))
        if said in seen:
            continue
        seen.add(said)
        if one.street:
            of_street[one.street.id] += 1
            if of_street[one.street.id] > most:
                continue
        shown.append(one)
        if len(shown) == limit:
            break
    return shown
