"""Pairs of accounts that may be one business: only those that share something are compared."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gcrm.accounts.linkage.candidates import candidates
from gcrm.accounts.linkage.compare import Comparer, said_why
from gcrm.accounts.linkage.profile import Profile
from gcrm.common.language import say
from gcrm.platform.progress import Progress, quiet

LIKELY = 0.6
"""From this probability on, two accounts are offered as one. Fixed: no file is trained on."""
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
    enough = math.log2(least / (1 - least)) if least < 1 else math.inf
    compared, ceilings = candidates(
        profiles, enough, lambda: progress(say("Looking for accounts that share something"))
    )
    found = []
    for index, ((first, second), ceiling) in enumerate(zip(compared.tolist(), ceilings.tolist(), strict=True)):
        if index % STEP == 0:
            progress(say("Comparing accounts"), index, len(compared))
        one, other = profiles[first], profiles[second]
        if comparer.name_bits(one, other) + ceiling < enough:
            # Neighbours in one house, most of them: their names alone settle it.
            continue
        verdict = comparer.compare(one, other)
        if verdict.probability >= least:
            a, b = sorted((one.id, other.id))
            found.append(Pair(a, b, round(verdict.probability, 4), tuple(map(said_why, verdict.why))))
    return sorted(found, key=lambda pair: (-pair.probability, pair.a, pair.b))
