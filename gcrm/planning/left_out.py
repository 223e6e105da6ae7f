"""Who is not in a planned day, a page at a time: a dense city has thousands."""

from collections import Counter
from dataclasses import dataclass

from gcrm.planning.day_plan import DayPlan, Omission, OmissionCode
from gcrm.planning.omission_reasons import in_words

PAGE = 50
"""So many are shown at once."""


@dataclass(frozen=True, slots=True)
class OmissionKind:
    """A kind of reason, in words, and how many accounts it keeps out."""

    code: OmissionCode
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class LeftOutPage:
    """Some of those left out, those nearest to being in first.

    kinds: all reasons of the day, the most frequent first; kind: the one that is shown alone, None for all. total: of
    the kind; following: where the next page begins, None on the last.
    """

    kinds: tuple[OmissionKind, ...]
    kind: OmissionCode | None
    omissions: tuple[Omission, ...]
    total: int
    following: int | None


def left_out_page(plan: DayPlan, first: int = 0, kind: OmissionCode | None = None, most: int = PAGE) -> LeftOutPage:
    """The page that begins with number `first`, from 0; empty beyond the end."""
    counted = Counter(one.code for one in plan.omissions)
    kinds = tuple(OmissionKind(code, in_words(code), count) for code, count in counted.most_common())
    of_kind = [one for one in plan.omissions if kind is None or one.code is kind]
    following = first + most if first + most < len(of_kind) else None
    return LeftOutPage(kinds, kind, tuple(of_kind[first : first + most]), len(of_kind), following)
