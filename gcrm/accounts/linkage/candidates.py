"""Which accounts are compared at all: those that share a block, and that names alike could make one business.

Blocks of dense towns hold millions of pairs. They are taken in pieces, as arrays, and a pair goes on only if the most
that its names could add lifts it over the threshold: the same answer as comparing all, for a fraction of the work.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import h3
import numpy as np
from numpy.typing import NDArray

from gcrm.accounts.linkage import compare as bits
from gcrm.accounts.linkage.profile import Profile

CELL = 11
"""H3 resolution of the blocks by place: cells of about 25 m from the middle to a corner."""
LARGEST_BLOCK = 150
"""A block of more accounts than this tells nothing: a chain's name, a mall."""
PIECE = 1_000_000
"""Pairs taken at once."""
PHONE_END = 6
"""Digits at the end of two phones that say whether they can be the same."""

Pairs = NDArray[np.int64]
"""(n, 2): positions of two accounts in the list of profiles, the earlier first."""


def candidates(
    profiles: Sequence[Profile], enough: float, checked: Callable[[], None]
) -> tuple[Pairs, NDArray[np.float64]]:
    """Pairs that could get that many bits, in order, and the most that each can get without its names, (n,).

    checked: called between two pieces.
    """
    ceiling = _Ceiling(profiles)
    most_of_names = max(most for _, most in bits.NAME_STEPS)
    kept = [np.empty(0, np.int64)]
    for codes in _pieces(_blocks(profiles), len(profiles)):
        checked()
        kept.append(codes[ceiling.of(_unpacked(codes, len(profiles))) + most_of_names >= enough])
    pairs = _unpacked(np.unique(np.concatenate(kept)), len(profiles))
    return pairs, ceiling.of(pairs)


def _pieces(blocks: dict[tuple[str, ...], list[int]], count: int) -> Iterator[NDArray[np.int64]]:
    """The pairs of all blocks as one number each, each once a piece."""
    of_size = {size: np.triu_indices(size, 1) for size in {len(block) for block in blocks.values()}}
    waiting: list[NDArray[np.int64]] = []
    pairs = 0
    for block in blocks.values():
        members = np.asarray(block, dtype=np.int64)
        first, second = of_size[len(block)]
        waiting.append(members[first] * count + members[second])
        pairs += len(first)
        if pairs >= PIECE:
            yield np.unique(np.concatenate(waiting))
            waiting, pairs = [], 0
    if waiting:
        yield np.unique(np.concatenate(waiting))


def _unpacked(codes: NDArray[np.int64], count: int) -> Pairs:
    return np.stack([codes // max(count, 1), codes % max(count, 1)], axis=1)


class _Ceiling:
    """The most bits that pairs can get without their names, many at once; see `Comparer` for what each is worth."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._number = _codes([one.number if one.street else "" for one in profiles])
        self._phone = _codes([one.phone[-PHONE_END:] for one in profiles])
        self._postcode = _codes([one.postcode for one in profiles])
        self._city = _codes([one.city for one in profiles])
        self._email = _codes([one.email for one in profiles])
        self._site = _codes([one.site for one in profiles])
        self._placed = np.asarray([one.place is not None for one in profiles], dtype=np.bool_)
        self._numbered = np.asarray([bool(one.number) for one in profiles], dtype=np.bool_)

    def of(self, pairs: Pairs) -> NDArray[np.float64]:
        """Bits, (n,)."""
        one, other = pairs[:, 0], pairs[:, 1]
        found = np.full(len(pairs), bits.PRIOR)

        def add(codes: NDArray[np.int32], same: float, differing: float) -> NDArray[np.bool_]:
            both = (codes[one] >= 0) & (codes[other] >= 0)
            found[both] += np.where(codes[one] == codes[other], same, differing)[both]
            return both

        add(self._number, bits.SAME_ADDRESS, bits.NEXT_DOOR)
        add(self._phone, bits.SAME_PHONE, bits.OTHER_PHONE)
        add(self._email, bits.SAME_EMAIL, 0.0)
        add(self._site, bits.SAME_SITE, 0.0)
        said = add(self._postcode, bits.SAME_POSTCODE, bits.OTHER_POSTCODE)
        towns = ~said & (self._city[one] >= 0) & (self._city[other] >= 0) & (self._city[one] != self._city[other])
        found[towns] += bits.OTHER_POSTCODE
        spot = self._placed[one] & self._placed[other] & ~(self._numbered[one] & self._numbered[other])
        found[spot] += bits.SAME_SPOT
        return found


def _codes(texts: Sequence[str]) -> NDArray[np.int32]:
    """A number for each text, -1 for ""."""
    known: dict[str, int] = {"": -1}
    return np.asarray([known.setdefault(text, len(known)) for text in texts], dtype=np.int32)


def _blocks(profiles: Sequence[Profile]) -> dict[tuple[str, ...], list[int]]:
    """Positions of the accounts that share something, by what they share."""
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    words = Counter(word for profile in profiles for word in profile.name)
    for position, profile in enumerate(profiles):
        for key in set(_keys(profile, words)):
            blocks[key].append(position)
    return {key: block for key, block in blocks.items() if 1 < len(block) <= LARGEST_BLOCK}


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
