"""Pairs of accounts that may be one business: only those that share something are compared."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import h3

from gcrm.progress import Progress, quiet
from gcrm.records.linkage.compare import Comparer
from gcrm.records.linkage.profile import Profile

LIKELY = 0.6
"""From this probability on, two accounts are offered as one. Fixed: no file is trained on."""
CELL = 11
"""H3 resolution of the blocks by place: cells of about 25 m from the middle to a corner."""
LARGEST_BLOCK = 150
"""A block of more accounts than this tells nothing: a chain's name, a mall."""
STEP = 20_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts by id, a the smaller, how likely they are one business, and why."""

    a: int
    b: int
    probability: float
    why: tuple[str, ...]


def find_pairs(profiles: Sequence[Profile], progress: Progress = quiet, least: float = LIKELY) -> list[Pair]:
    """All pairs at least that likely, likeliest first. Raises Cancelled if `progress` does."""
    comparer = Comparer(profiles)
    candidates = sorted(_candidates(profiles))
    found = []
    for index, (first, second) in enumerate(candidates):
        if index % STEP == 0:
            progress("Comparing accounts", index, len(candidates))
        one, other = profiles[first], profiles[second]
        verdict = comparer.compare(one, other)
        if verdict.probability >= least:
            a, b = sorted((one.id, other.id))
            found.append(Pair(a, b, round(verdict.probability, 4), verdict.why))
    return sorted(found, key=lambda pair: (-pair.probability, pair.a, pair.b))


def _candidates(profiles: Sequence[Profile]) -> set[tuple[int, int]]:
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    words = Counter(word for profile in profiles for word in profile.name)
    for position, profile in enumerate(profiles):
        for key in set(_keys(profile, words)):
            blocks[key].append(position)
    return {pair for members in blocks.values() if len(members) <= LARGEST_BLOCK for pair in combinations(members, 2)}


def _keys(profile: Profile, words: Counter[str]) -> Iterator[tuple[str, ...]]:
    """The blocks that an account is in."""
    if profile.number:
        for word in profile.street:
            yield ("address", profile.number, word[:5])
    if profile.phone:
        yield ("phone", profile.phone[-7:])
    if profile.email:
        yield ("email", profile.email)
    rare = sorted(profile.name, key=lambda word: (words[word], word))[:2]
    where = profile.postcode or profile.city
    if rare:
        yield ("name", *sorted(rare))
        if where:
            yield ("name and town", rare[0], where)
    if profile.place:
        cell = h3.latlng_to_cell(profile.place.lat, profile.place.lon, CELL)
        for near in h3.grid_disk(cell, 1):
            # Each pair of neighbouring cells has one block in common.
            yield ("cell", *sorted((cell, near)))
