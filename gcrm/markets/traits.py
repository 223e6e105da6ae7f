"""What is known of a place before anybody there buys: numbers and words, and the columns that a model makes of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gcrm.common.language import number
from routing.points import Points

LEAST_OF_A_WORD = 4
"""A word that fewer places than this have says nothing about others."""
WORDS_MOST = 60
"""Words of one group that a model looks at, the commonest."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Number:
    """One number that is known of places. what: as in "businesses within 300 m"; it is compared as its logarithm.

    digits: how many decimals a person reads.
    """

    what: str
    digits: int = 0

    def text(self, compared: float) -> str:
        """The number itself, from what is compared."""
        return number(float(np.expm1(compared)), self.digits)


@dataclass(frozen=True, eq=False)
class Traits:
    """What is known of n places.

    points: (n, 2), EPSG:4326. numbers: (n, p), log(1 + x), NaN where not known; names: what each of the p is. words:
    for each group ("kind", "name") and place the words that it has.
    """

    points: Points
    numbers: Floats
    names: tuple[Number, ...]
    words: dict[str, tuple[tuple[str, ...], ...]]

    def __len__(self) -> int:
        """How many places."""
        return len(self.points)

    def rows(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> "Traits":
        """Some of the places."""
        which = np.arange(len(self))[chosen]
        return Traits(
            self.points[which],
            self.numbers[which],
            self.names,
            {group: tuple(each[row] for row in which) for group, each in self.words.items()},
        )


@dataclass(frozen=True, eq=False)
class Design:
    """The columns that a model is fitted on; the same for places that it is asked about.

    Numbers are brought to mean 0 and deviation 1, those that are not known to 0; a word is 0 or 1, less its mean.
    """

    numbers: tuple[tuple[int, Number, float, float], ...]
    words: tuple[tuple[str, str, float], ...]

    @classmethod
    def of(cls, traits: Traits) -> "Design":
        """The columns that tell the places apart."""
        numbers = []
        for position, name in enumerate(traits.names):
            known = traits.numbers[:, position]
            known = known[np.isfinite(known)]
            if len(known) >= LEAST_OF_A_WORD and known.std() > 1e-9:
                numbers.append((position, name, float(known.mean()), float(known.std())))
        words = []
        for group, each in traits.words.items():
            counts = Counter(word for some in each for word in set(some) if word)
            often = [one for one in counts.items() if LEAST_OF_A_WORD <= one[1] < len(traits)]
            kept = sorted(often, key=lambda pair: (-pair[1], pair[0]))[:WORDS_MOST]
            words += [(group, word, count / len(traits)) for word, count in kept]
        return cls(tuple(numbers), tuple(words))

    def matrix(self, traits: Traits) -> Floats:
        """The columns for these places, (n, numbers + words)."""
        found = np.zeros((len(traits), len(self.numbers) + len(self.words)))
        for column, (position, _, mean, deviation) in enumerate(self.numbers):
            found[:, column] = np.nan_to_num((traits.numbers[:, position] - mean) / deviation)
        at = {(group, word): len(self.numbers) + number for number, (group, word, _) in enumerate(self.words)}
        for group, each in traits.words.items():
            for row, some in enumerate(each):
                for word in some:
                    column = at.get((group, word), -1)
                    if column >= 0:
                        found[row, column] = 1.0
        for at_word, (_, _, mean) in enumerate(self.words):
            found[:, len(self.numbers) + at_word] -= mean
        return found

    def penalties(self, number: float, word: float) -> Floats:
        """How strongly each column is held at 0."""
        return np.array([number] * len(self.numbers) + [word] * len(self.words))


def telling_words(names: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The words of each name that may tell about a business: no numbers, no single letters."""
    return tuple(tuple(dict.fromkeys(word for word in name if len(word) > 1 and word.isalpha())) for name in names)
