"""A set of names that finds the ones like a given text: exactly at once, else by the letters they share."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from gcrm.common.text import joined


def grams(word: str) -> set[str]:
    """The pairs of neighbouring letters of a word, its first letter marked: "egga" is ^e, eg, gg, ga."""
    marked = f"^{word}"
    return {marked[start : start + 2] for start in range(len(marked) - 1)}


class Vocabulary:
    """Names, each a tuple of folded words, with the numbers of what is called so.

    Names are compared with the spaces taken out. Pairs of letters are used rather than triples because a single slip
    in a short name leaves no triple whole.
    """

    def __init__(self, entries: Iterable[tuple[tuple[str, ...], int]]) -> None:
        """entries: (words of the name, number of what has it); several may share a name."""
        owners: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for words, owner in entries:
            owners[words].append(owner)
        self.names: list[tuple[str, ...]] = list(owners)
        self.owners: list[tuple[int, ...]] = [tuple(found) for found in owners.values()]
        self.joined: list[str] = [joined(words) for words in self.names]
        self.exact: dict[str, list[int]] = defaultdict(list)
        for name, key in enumerate(self.joined):
            self.exact[key].append(name)
        self.longest = max((len(words) for words in self.names), default=0)
        postings: dict[str, list[int]] = defaultdict(list)
        for name, words in enumerate(self.names):
            for gram in set().union(*(grams(word) for word in words)):
                postings[gram].append(name)
        self._postings = {gram: np.asarray(names, dtype=np.int64) for gram, names in postings.items()}
        self._size = np.ones(len(self.names))
        for name, words in enumerate(self.names):
            self._size[name] = len(set().union(*(grams(word) for word in words))) or 1

    def like(self, text_words: Iterable[str], limit: int, least: float = 0.4) -> NDArray[np.int64]:
        """Names of which at least this share of letter pairs is somewhere in the text, best first."""
        wanted: set[str] = set()
        for word in text_words:
            wanted |= grams(word)
        found = [self._postings[gram] for gram in wanted if gram in self._postings]
        if not found:
            return np.empty(0, dtype=np.int64)
        share = np.bincount(np.concatenate(found), minlength=len(self.names)) / self._size
        enough = np.flatnonzero(share >= least)
        return enough[np.lexsort((-self._size[enough], -share[enough]))][:limit]
