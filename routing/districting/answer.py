"""The answer: which territory each unit belongs to, how good that is, and why it is no better."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.districting.problem import Floats, Ints
from routing.stop_when import Ended


class Code(StrEnum):
    """Why territories cannot be balanced, in one piece, or what was asked for."""

    NO_UNITS = "no units"
    NO_TERRITORIES = "no territories"
    MORE_TERRITORIES_THAN_UNITS = "more territories than units"
    ONE_PLACE = "all at one place"
    ISLANDS = "islands"
    ZERO_MEASURE = "nothing of a measure"
    TOO_HEAVY = "too heavy"
    TOGETHER_TOO_HEAVY = "kept together, too heavy"
    TOGETHER_CONTRADICTS = "kept together, but locked, kept apart or allowed otherwise"
    LOCKED_TOO_HEAVY = "locked, too heavy"
    LOCKED_NOT_ALLOWED = "locked to a territory that may not have it"
    LOCKED_IN_PIECES = "locked in pieces"
    NOBODY_ALLOWED = "no territory may have it"
    ALLOWED_TOO_LITTLE = "a territory may have too little"
    APART_NOT_KEPT = "not kept apart"
    MOVES_USED_UP = "moves used up"
    NOT_BALANCED = "not balanced in the time given"
    IN_PIECES = "in pieces"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something asked for is not there.

    said: one plain sentence in terms of units and territories, with the names of its values in braces, so that whoever
    shows it can say it in another language. units: whom it is about (at most a hundred); territory: -1 where it is
    about none; measure: its name, "" where it is about none. more: other values of the sentence.
    """

    code: Code
    said: str
    units: tuple[int, ...] = ()
    territory: int = -1
    measure: str = ""
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, object]:
        """What stands in the sentence for the names in braces."""
        return {"territory": f"Territory {self.territory}", "measure": self.measure, **self.more}

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.said.format(**self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Districting:
    """An answer to a `DistrictingProblem` of n units, k territories and m measures.

    assignment: (n,) the territory of each unit.
    counts: (k,) units; sums: (k, m) of each measure; deviations: (k, m) relative to each territory's due, signed.
    deviation: the largest of the balanced measures, 0.01 = 1 %.
    pieces: (k,) on the roads, 0 for a territory without a unit; where islands or units kept together make more than
        one unavoidable, that is counted all the same.
    centres: (k,) the unit that the territory is served from: the one with the least driving, or the nearest to its
        home; -1 for a territory without a unit.
    minutes_to_centre: (k,) mean from the home, or else the centre, to the units, weighed by visits; NaN without a unit.
    minutes: the same over all units. polsby_popper: (k,) roundness of its area, 1 for a disc; NaN without a unit.
    moved: units that leave the territory they belong to today.
    bound: no division into territories round these centres has fewer `minutes`, whatever pieces it makes; where every
        territory has a home, none at all. gap: how much more the answer has, relative to it. Both None where nothing
        is known.
    seconds, first_answer_s: wall time till the end and till the first answer; steps, seed: of the search; ended: the
        bound of the search that held.
    """

    assignment: Ints
    counts: Ints
    sums: Floats
    deviations: Floats
    deviation: float
    pieces: Ints
    centres: Ints
    minutes_to_centre: Floats
    minutes: float
    polsby_popper: Floats
    moved: int
    bound: float | None = None
    gap: float | None = None
    seconds: float = 0.0
    first_answer_s: float = 0.0
    steps: int = 0
    seed: int = 1
    ended: Ended = Ended.STEPS
    reasons: tuple[Reason, ...] = ()

    @property
    def territories(self) -> int:
        """How many there are, empty ones too."""
        return len(self.counts)

    @property
    def in_one_piece(self) -> int:
        """How many territories are in one piece."""
        return int((self.pieces == 1).sum())
