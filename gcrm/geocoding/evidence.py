"""What the rest of a text says about the town, once a street and a house number are taken out of it."""

from dataclasses import dataclass

from gcrm.geocoding.query import Query
from gcrm.geocoding.words import words

TOWN_NOT_KNOWN = 0.62
"""How well a street fits whose town nobody knows, where the text names one: just well enough."""


@dataclass(frozen=True, slots=True)
class TownHit:
    """Words [start, end) that name towns; sure is 1 where they are written as in the index."""

    start: int
    end: int
    towns: frozenset[int]
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands around a street in the text. Positions are of words of the query.

    unknown_town: words stand where a town would stand and name none of the area. foreign: a country that is named.
    """

    towns: tuple[TownHit, ...]
    postcodes: tuple[str, ...]
    strange_postcode: bool
    country: str
    unknown_town: bool
    front: int
    beside: tuple[str, ...]
    touching: frozenset[str]
    used: frozenset[int]

    def town(self, of_street: frozenset[int]) -> float:
        """1 if a town of the street is named, less if with a slip, 0 if no town is, -1 if only others are."""
        if not self.towns:
            return 0.0
        best = max((hit.sure for hit in self.towns if not of_street.isdisjoint(hit.towns)), default=-1.0)
        others = [hit for hit in self.towns if of_street.isdisjoint(hit.towns)]
        # The last town in the text is the address's; one before the street may be part of a firm's name.
        if best > 0 and others and max(other.sure for other in others) >= best:
            last_own = max(hit.start for hit in self.towns if not of_street.isdisjoint(hit.towns))
            if any(other.start > last_own for other in others):
                return best * 0.6
            return best * 0.97
        return best


def locality(evidence: Evidence, towns: frozenset[int], postcode: str, derived: bool, country: str) -> float:
    """How well the words around a street fit a place in these towns with this postcode: 0 to 1.

    A town that is named weighs more than a postcode, which is more often wrong; where both speak against it or what is
    named is not of this area at all, next to nothing is left.
    """
    # Of a street whose own town nobody knows, a town that is named says nothing.
    named = evidence.town(towns) if towns else 0.0
    unknown_town = evidence.unknown_town
    # The code may be the first part of one: 4760 of 4760-585.
    same_code = bool(postcode) and any(postcode.startswith(code) for code in evidence.postcodes)
    other_code = bool(evidence.postcodes) and not same_code and bool(postcode)
    strange = evidence.strange_postcode and not same_code
    if named > 0:
        fit = 1.0 if same_code else 0.97
        if other_code:
            fit = 0.92 if derived else 0.88
        elif strange:
            fit = 0.85
        fit *= 1.0 if named == 1.0 else (0.6 + 0.4 * named if same_code or not (other_code or strange) else 0.5 * named)
    elif named < 0:
        fit = 0.5 if same_code and not derived else 0.15
    elif same_code:
        fit = 0.72 if unknown_town else 0.95
    elif other_code or strange:
        fit = 0.05 if unknown_town else 0.2
    elif not towns and (unknown_town or evidence.towns):
        fit = TOWN_NOT_KNOWN
    else:
        fit = 0.2 if unknown_town else 0.78
    if evidence.country and country and evidence.country != country:
        fit *= 0.85 if named == 1.0 and same_code else 0.1
    return fit


def surroundings(evidence: Evidence, sure: float) -> float:
    """How far the words right beside a street, which nothing explains, put it in doubt: 0 to 1, 1 for no doubt."""
    fit = 1.0 if not evidence.front else 0.97
    for word in evidence.beside:
        if word in evidence.touching and word in words("modifiers"):
            fit *= 0.55
        elif len(word) <= 3 and word.isalpha():
            fit *= 0.9
        else:
            fit *= 0.96 if sure == 1.0 else 0.9
    return max(fit, 0.4)


def read_evidence(
    query: Query,
    start: int,
    end: int,
    taken: frozenset[int],
    hits: list[TownHit],
    slips: list[TownHit],
    codes: dict[int, tuple[str, int]],
    regions: list[tuple[int, int, str]],
) -> Evidence:
    """Read what is around a street at [start, end) that with its number takes `taken`.

    hits and slips: towns written exactly, and with a slip. codes: position to (postcode of the area, words it takes).
    regions: (start, end, country code or "").
    """
    free = set(range(len(query.words))) - taken - query.taken_by_unit
    used = set(taken)
    postcodes = []
    for position, (code, count) in codes.items():
        if all(each in free for each in range(position, position + count)):
            postcodes.append(code)
            used.update(range(position, position + count))
    free -= used
    towns = []
    for hit in [*hits, *slips]:
        positions = set(range(hit.start, hit.end))
        if positions <= free:
            towns.append(hit)
            free -= positions
            used |= positions
    country = ""
    for first, last, code in regions:
        positions = set(range(first, last))
        if positions <= free:
            country = country or code
            free -= positions
            used |= positions
    strange = False
    for position in sorted(free):
        text = query.texts[position]
        if text.isdecimal() and len(text) >= 4:
            strange = True
            free.discard(position)
    meaningful = {
        position
        for position in free
        if not query.words[position].number and query.texts[position] not in words("number_marks")
    }
    last_taken = max(taken, default=end - 1)
    after = [position for position in meaningful if position > last_taken]
    part = query.words[start].part
    before = [query.texts[position] for position in _run(query, meaningful, start - 1, -1, part)]
    behind = [query.texts[position] for position in _run(query, meaningful, end, 1, part)] if last_taken < end else []
    return Evidence(
        towns=tuple(towns),
        postcodes=tuple(postcodes),
        strange_postcode=strange,
        country=country,
        unknown_town=not towns and any(len(query.texts[position]) >= 3 for position in after),
        front=sum(1 for position in meaningful if position < start),
        beside=tuple([*before, *behind][:3]),
        touching=frozenset([*before[:1], *behind[:1]]),
        used=frozenset(used),
    )


def _run(query: Query, free: set[int], position: int, step: int, part: int) -> list[int]:
    """Unexplained words next to a position in the same part, walking away from it."""
    found = []
    while position in free and query.words[position].part == part:
        found.append(position)
        position += step
    return found
