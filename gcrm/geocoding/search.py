"""The search itself: which streets, numbers and towns a text may mean, and how well each explains it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gcrm.accounts.model import Level
from gcrm.common.text import joined, postcode_key, tokens
from gcrm.geocoding.catalogue import Catalogue, Street
from gcrm.geocoding.evidence import Evidence, TownHit, locality, read_evidence, surroundings
from gcrm.geocoding.houses import House, HouseNumbers, level_of
from gcrm.geocoding.likeness import likeness, slip, told_apart_by_a_letter
from gcrm.geocoding.query import Query
from gcrm.geocoding.words import words

GOOD_ENOUGH_TO_STOP = 0.9
"""A house found by its exact name with this confidence needs no search for similar names."""
LEAST_LIKE = 0.7
MOST_ALIKE = 60
WITHOUT_HOUSE_AT_MOST = 0.45
"""Confidence of a street when a house number was asked for and is not known."""
LESS_OF_THE_NUMBER = 0.9
LONGER_NAME_FROM = 0.88
PART_OF_A_LONGER_NAME = 0.55
WITHOUT_STREET_AT_MOST = 0.4
LEAST_TOWN_SLIP = 0.75
AS_WRITTEN = 0.97
LIKE_A_POSTCODE = 4
"""Digits from which on a number behind a street is rather a postcode that is wrong."""
ANOTHER_NAME_FROM = 0.3
"""Where a street of the very name written fits this well, a street of a like name is not meant."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer before it is written out."""

    level: Level
    confidence: float
    lon: float
    lat: float
    name: str
    used: frozenset[int]
    street: Street | None = None
    house: House | None = None
    at: tuple[int, int] = (0, 0)
    settled: bool = False
    anywhere: bool = False
    """at: the words of the street, [start, end). settled: a house was found, and no word beside its street could make
    another street of it. anywhere: the text says neither town nor postcode."""

    def may_be_as_well(self, other: "Found") -> bool:
        """Whether a house between two others, in a street of the same name elsewhere, may be meant as well as this."""
        return (
            self.anywhere
            and other.level is Level.INTERPOLATED
            and self.street is not None
            and other.street is not None
            and self.street.name == other.street.name
            and self.street.towns.isdisjoint(other.street.towns)
        )


@dataclass(frozen=True, slots=True)
class _Span:
    """Words [start, end) that may be the street `name` (position in the vocabulary); sure 0 to 1."""

    start: int
    end: int
    name: int
    sure: float


class Search:
    """Searches one catalogue."""

    def __init__(self, catalogue: Catalogue, numbers: Callable[[int], HouseNumbers]) -> None:
        """numbers: the houses of a street by its id."""
        self.catalogue = catalogue
        self.numbers = numbers

    def find(self, query: Query) -> list[Found]:
        """All answers that explain something of the text, in no order."""
        if not query.words:
            return []
        return _Asked(self, query).answers()


class _Asked:
    """One search: what the text's words can be is worked out once and shared by all candidates."""

    def __init__(self, search: Search, query: Query) -> None:
        self.catalogue, self.numbers, self.query = search.catalogue, search.numbers, query
        self.codes = self._postcodes()
        self.hits = self._towns()
        self.regions = self._regions()
        self.slips: list[TownHit] = []
        self._evidence: dict[tuple[int, int, frozenset[int]], Evidence] = {}

    def answers(self) -> list[Found]:
        """Exact names first; similar ones only if those do not settle it."""
        exact = self._exact_spans()
        found = self._houses_and_streets(exact)
        if max((one.confidence for one in found if one.settled), default=0.0) < GOOD_ENOUGH_TO_STOP:
            self.slips = self._towns_with_slips()
            self._evidence.clear()
            found = self._houses_and_streets([*exact, *self._similar_spans(exact)])
            found += self._places()
        return found

    # What the words can be

    def _postcodes(self) -> dict[int, tuple[str, int]]:
        texts, known, outward = self.query.texts, self.catalogue.postcodes, self.catalogue.outward
        found: dict[int, tuple[str, int]] = {}
        for position, text in enumerate(texts):
            for count in (2, 1):
                if position + count <= len(texts):
                    code = joined(texts[position : position + count]).replace("-", "")
                    if code in known or (count == 1 and code in outward):
                        found[position] = (code, count)
                        break
            else:
                if "-" in text and text.split("-")[0] in known:
                    found[position] = (text.split("-")[0], 1)
        return found

    def _towns(self) -> list[TownHit]:
        names = self.catalogue.town_names
        hits: list[TownHit] = []
        for start, end in self.query.spans(names.longest):
            towns: set[int] = set()
            for way in self.query.writings(start, end):
                for name in names.exact.get(joined(way), ()):
                    towns.update(names.owners[name])
            if towns:
                hits.append(TownHit(start, end, frozenset(towns)))
        return hits

    def _regions(self) -> list[tuple[int, int, str]]:
        """Countries and states at the end of the text, or the code of the area's own country anywhere."""
        found = []
        for start, end in self.query.spans(self.catalogue.longest_region):
            code = self.catalogue.regions.get(joined(self.query.texts[start:end]))
            if code is not None:
                found.append((start, end, code))
            elif end - start == 1 and self.query.texts[start].upper() == self.catalogue.country:
                found.append((start, end, self.catalogue.country))
        last_end = len(self.query.words)
        reaching = {last_end}
        for start, end, _ in sorted(found, key=lambda one: -one[1]):
            if end in reaching:
                reaching.add(start)
        return [one for one in found if one[1] in reaching]

    def _towns_with_slips(self) -> list[TownHit]:
        names = self.catalogue.town_names
        known = {position for hit in self.hits for position in range(hit.start, hit.end)}
        known |= {position for start, end, _ in self.regions for position in range(start, end)}
        best: dict[tuple[int, int], tuple[float, set[int]]] = {}
        for start, end in self.query.spans(min(names.longest, 4)):
            span = self.query.texts[start:end]
            if known & set(range(start, end)) or len(joined(span)) < 4 or all(text.isdecimal() for text in span):
                continue
            stops = tuple(word.stop for word in self.query.words[start:end])
            for name in names.like(span, limit=12, least=0.5):
                sure = likeness(span, stops, names.names[name], names.joined[name])
                if sure >= LEAST_TOWN_SLIP:
                    current = best.get((start, end), (0.0, set()))
                    if sure > current[0]:
                        best[start, end] = (sure, set(names.owners[name]))
                    elif sure == current[0]:
                        current[1].update(names.owners[name])
        hits = [TownHit(start, end, frozenset(towns), sure * 0.98) for (start, end), (sure, towns) in best.items()]
        return sorted(hits, key=lambda hit: -hit.sure)

    # Streets in the text

    def _exact_spans(self) -> list[_Span]:
        names = self.catalogue.street_names
        found: dict[tuple[int, int, int], float] = {}
        for start, end in self.query.spans(names.longest + 1):
            for order, way in enumerate(self.query.writings(start, end)):
                for name in names.exact.get(joined(way), ()):
                    found.setdefault((start, end, name), 1.0 if order == 0 else 0.98)
        return [_Span(start, end, name, sure) for (start, end, name), sure in found.items()]

    def _similar_spans(self, exact: list[_Span]) -> list[_Span]:
        names = self.catalogue.street_names
        query = self.query
        settled = set(self.codes) | set(query.taken_by_unit)
        seen = {(span.start, span.end, span.name) for span in exact}
        wanted = [text for position, text in enumerate(query.texts) if position not in settled]
        found: dict[tuple[int, int, int], float] = {}
        spans = [span for span in query.spans(min(names.longest + 1, 8)) if not settled & set(range(*span))]
        stops = tuple(word.stop for word in query.words)
        digits_of = {span: _digits("".join(query.texts[span[0] : span[1]])) for span in spans}
        written = {span: joined(query.texts[span[0] : span[1]]) for span in spans}
        expanded = {span: {joined(way) for way in query.writings(*span)} - {written[span]} for span in spans}
        for name in self._names_to_try(wanted):
            target, target_joined = names.names[name], names.joined[name]
            digits = _digits(target_joined)
            for span in spans:
                if abs((span[1] - span[0]) - len(target)) > 1 or (*span, name) in seen or digits_of[span] != digits:
                    continue
                part = query.texts[span[0] : span[1]]
                sure = likeness(part, stops[span[0] : span[1]], target, target_joined)
                # An abbreviation written out may look like any name: "Carrer G" is no slip for "Carrer Gaudi".
                for way in () if told_apart_by_a_letter(part, target) else expanded[span]:
                    sure = max(sure, 0.98 * slip(way, target_joined))
                if sure >= LEAST_LIKE:
                    found[(*span, name)] = sure
        return [_Span(start, end, name, sure) for (start, end, name), sure in found.items()]

    def _names_to_try(self, wanted: list[str]) -> list[int]:
        names = self.catalogue.street_names
        alike = [int(name) for name in names.like(wanted, limit=100_000, least=0.34)]
        towns = {town for hit in [*self.hits, *self.slips] for town in hit.towns}
        if not towns:
            return alike[:MOST_ALIKE]
        streets = self.catalogue.streets
        inside = [
            name for name in alike if any(not towns.isdisjoint(streets[owner].towns) for owner in names.owners[name])
        ]
        return list(dict.fromkeys([*inside[:MOST_ALIKE], *alike[: MOST_ALIKE // 2]]))

    # Candidates

    def _houses_and_streets(self, spans: list[_Span]) -> list[Found]:
        best: dict[tuple[int, House | None], Found] = {}
        sure_spans: list[_Span] = []
        for span in sorted(spans, key=lambda each: -each.sure):
            numbers = self.query.house_numbers(span.start, span.end)
            for street_id in self.catalogue.street_names.owners[span.name]:
                street = self.catalogue.streets[street_id]
                for found in self._in_street(span, street, numbers):
                    one = found
                    if span.sure >= AS_WRITTEN:
                        if one.confidence >= ANOTHER_NAME_FROM:
                            sure_spans.append(span)
                    elif not _says_more(span, sure_spans):
                        one = replace(one, confidence=one.confidence * WITHOUT_HOUSE_AT_MOST)
                    key = (street.id, one.house)
                    if key not in best or one.confidence > best[key].confidence:
                        best[key] = one
        longer = [span for span in spans if span.sure >= LONGER_NAME_FROM and span.end - span.start > 1]
        return [self._but_for_longer_names(one, longer) for one in best.values()] if longer else list(best.values())

    def _but_for_longer_names(self, one: Found, longer: list[_Span]) -> Found:
        """Less sure of a street whose words are part of the name of another street of the town, perhaps with a slip."""
        if one.street is None:
            return one
        first, last = one.at
        for span in longer:
            if span.start <= first and last <= span.end and not one.used.issuperset(range(span.start, span.end)):
                owners = self.catalogue.street_names.owners[span.name]
                if one.street.id not in owners and any(
                    not one.street.towns.isdisjoint(self.catalogue.streets[owner].towns) for owner in owners
                ):
                    return replace(one, confidence=one.confidence * PART_OF_A_LONGER_NAME)
        return one

    def _in_street(self, span: _Span, street: Street, numbers: list[tuple[str, frozenset[int]]]) -> list[Found]:
        words_of_street = frozenset(range(span.start, span.end))
        houses = self.numbers(street.id)
        # A postcode behind the street is a house number only where there is such a house.
        numbers = [
            (number, taken) for number, taken in numbers if taken.isdisjoint(self.codes) or houses.meant_by(number)
        ]
        numbers = _as_written_in(street.country, numbers, span)
        found: list[Found] = []
        for number, taken in numbers:
            meant = houses.meant_by(number)
            if meant:
                found += self._at_houses(
                    span, street, words_of_street | taken, meant, LESS_OF_THE_NUMBER if found else 1.0
                )
        if found:
            return found
        for number, taken in numbers:
            between = houses.between(number)
            if between:
                return self._at_houses(span, street, words_of_street | taken, [between], 1.0)
        return [self._at_street(span, street, houses, *(numbers[0] if numbers else ("", frozenset())))]

    def _at_houses(
        self, span: _Span, street: Street, taken: frozenset[int], meant: list[tuple[House, float]], worth: float
    ) -> list[Found]:
        """Houses of a street with how well each fits the number; worth: less where "12 A" is there, and so is 12."""
        evidence = self._around(span, taken)
        sure = _sureness(span.sure) * surroundings(evidence, span.sure) * worth
        return [
            Found(
                level_of(house),
                sure
                * fits
                * locality(evidence, street.towns, postcode_key(house.postcode), house.derived, street.country),
                house.lon,
                house.lat,
                street.name,
                evidence.used,
                street,
                house,
                at=(span.start, span.end),
                settled=not evidence.touching,
                anywhere=not evidence.towns and not evidence.postcodes,
            )
            for house, fits in meant
        ]

    def _at_street(
        self, span: _Span, street: Street, houses: HouseNumbers, number: str, taken: frozenset[int]
    ) -> Found:
        """The street itself, where the number is not known or none is given."""
        evidence = self._around(span, frozenset(range(span.start, span.end)) | taken)
        where = locality(evidence, street.towns, postcode_key(street.postcode), derived=True, country=street.country)
        confidence = _sureness(span.sure) * where * surroundings(evidence, span.sure)
        nearest = houses.nearest(number) if number else None
        lon, lat = (nearest.lon, nearest.lat) if nearest else (street.lon, street.lat)
        elsewhere = any(
            word.number and position not in evidence.used | self.query.taken_by_unit
            for position, word in enumerate(self.query.words)
        )
        if number or (elsewhere and (evidence.touching or span.sure < AS_WRITTEN)):
            # "Malmin Raitti 4" is no house of Malminkatu: words stand between the street and the number.
            confidence *= WITHOUT_HOUSE_AT_MOST
        elif evidence.front:
            # Words in front and no number: more likely a firm's name than a street.
            confidence *= 0.7
        used = evidence.used - taken
        return Found(Level.STREET, confidence, lon, lat, street.name, used, street, at=(span.start, span.end))

    def _around(self, span: _Span, taken: frozenset[int]) -> Evidence:
        key = (span.start, span.end, taken)
        if key not in self._evidence:
            self._evidence[key] = read_evidence(
                self.query, span.start, span.end, taken, self.hits, self.slips, self.codes, self.regions
            )
        return self._evidence[key]

    def _places(self) -> list[Found]:
        """Towns and postcodes that the text names, for when its street is not known."""
        found = []
        foreign = {
            code for _, _, code in self.regions if code and self.catalogue.country and code != self.catalogue.country
        }
        explained = set(self.codes) | set(self.query.taken_by_unit)
        explained |= {position for start, end, _ in self.regions for position in range(start, end)}
        strange = any(
            text.isdecimal() and len(text) >= 4 and position not in explained
            for position, text in enumerate(self.query.texts)
        )
        for hit in [*self.hits, *self.slips]:
            own = frozenset(range(hit.start, hit.end))
            rest = [position for position in range(len(self.query.words)) if position not in own | explained]
            sure = hit.sure * (0.95 if not rest else 1.0)
            if rest:
                sure = min(sure * 0.6, WITHOUT_STREET_AT_MOST)
            if strange or foreign:
                sure *= 0.3
            towns = {id(place): place for town in hit.towns for place in self.catalogue.places_of_town[town]}
            for place in towns.values():
                weight = 1.0 if place.kind in _KINDS else 0.85
                found.append(
                    Found(Level.PLACE, sure * weight, place.lon, place.lat, place.name, own | frozenset(self.codes))
                )
        if not (strange or foreign):
            found += self._postcode_places(named=bool(found))
        return found

    def _postcode_places(self, *, named: bool) -> list[Found]:
        """The middle of a postcode: nearer than its town's where a text names both, and all there is without a town.

        named: a town of the area is named. One that has a single postcode is as good an answer as the code.
        """
        found = []
        for position, (key, count) in self.codes.items():
            code = self.catalogue.postcodes.get(key)
            if code is None:
                continue
            used = frozenset(range(position, position + count))
            alone = len(used) == len(self.query.words)
            if named:
                towns = [hit for hit in self.hits if not hit.towns.isdisjoint(self._towns_named(code.city))]
                if not towns or self.catalogue.codes_of_city[code.city] < 2:
                    continue
                used |= frozenset(range(towns[0].start, towns[0].end))
                sure = WITHOUT_STREET_AT_MOST * 1.05
            elif alone or not self._names_another_town(position + count):
                sure = 0.9 if alone else WITHOUT_STREET_AT_MOST * 0.9
            else:
                continue
            if named and len(used) == len(self.query.words):
                sure = 0.96
            found.append(Found(Level.POSTCODE, sure, code.lon, code.lat, f"{code.code} {code.city}".strip(), used))
        return found

    def _towns_named(self, name: str) -> set[int]:
        names = self.catalogue.town_names
        return {town for each in names.exact.get(joined(tokens(name)), ()) for town in names.owners[each]}

    def _names_another_town(self, position: int) -> bool:
        """Whether a word stands where the town of a postcode stands: it is none of the area."""
        return position < len(self.query.words) and not self.query.words[position].number


def _says_more(span: _Span, sure_spans: list[_Span]) -> bool:
    """Whether a name that is alike explains more of the text than each of those written out in it.

    "Altte Landstrasse" is rather a slip for Alte Landstrasse than Landstrasse with a word in front.
    """
    return all(
        span.start <= each.start and each.end <= span.end and (span.start, span.end) != (each.start, each.end)
        for each in sure_spans
    )


def _as_written_in(
    country: str, numbers: list[tuple[str, frozenset[int]]], span: _Span
) -> list[tuple[str, frozenset[int]]]:
    """Where a number stands on each side of a street, the one on the side where its country writes the house number.

    "Studio 54 Lettenstrasse 17" is number 17, and "54 Tower Road 17" is number 54.
    """
    before = [entry for entry in numbers if max(entry[1]) < span.start]
    behind = [entry for entry in numbers if min(entry[1]) >= span.end]
    if not before or not behind or max(len(number) for number, _ in behind) >= LIKE_A_POSTCODE:
        return numbers
    return before if country in words("number_first") else behind


def _digits(text: str) -> str:
    """The digits of a name: "Straße des 17. Juni" is no slip of the pen for "Straße des 18. Juni"."""
    return "".join(character for character in text if character.isdecimal())


_KINDS = frozenset({"city", "town", "village", "municipality"})


def _sureness(like: float) -> float:
    """From how alike the names are to how sure one can be: a slip in a long name is harmless, in a short one not."""
    if like >= 0.97:
        return like
    if like >= 0.9:
        return 0.93 + (like - 0.9) * 0.6
    if like >= 0.8:
        return 0.85 + (like - 0.8) * 0.8
    return max(0.0, 0.58 + (like - 0.7) * 2.7)
