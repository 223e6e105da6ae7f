"""What a scenario is: who would have which accounts, what that means in hours, and what was decided about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gcrm.common.language import to_say
from routing.points import LonLat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from routing.districting.cells import Cells

MEASURES = (to_say("work"), to_say("accounts"), to_say("revenue"), to_say("potential"))
"""What territories can have alike; revenue of one currency is "revenue:EUR"."""
STARTS = ("current", "nothing")
"""What a proposal begins from."""
NOBODY = -1
"""The position of an account that would be in no territory."""


class ScenarioState(StrEnum):
    """How far a scenario is. An approved one with a day waits for it."""

    DRAFT = to_say("draft")
    APPROVED = to_say("approved")
    APPLIED = to_say("applied")
    TAKEN_BACK = to_say("taken back")


class Level(StrEnum):
    """What is given out whole, where it is not the regions of a set."""

    ACCOUNTS = to_say("accounts")
    CELLS = to_say("cells")
    POSTCODES = to_say("postcodes")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked of a proposal.

    start: "current" keeps to today's territories where it can, "nothing" begins anew. balance: the measures that
    territories are to have alike. level: a `Level` or the name of a set of regions. most_moves: so many accounts at
    most change hands, None for as many as it takes. without: keys of reps whose accounts are given to the others.
    fixed, together, apart: numbers of accounts, fixed with the key of the rep who keeps the account.
    """

    start: str = "current"
    balance: tuple[str, ...] = ("work",)
    level: str = Level.ACCOUNTS.value
    most_moves: int | None = None
    from_homes: bool = True
    without: tuple[str, ...] = ()
    seconds: float | None = None
    steps: int | None = None
    seed: int = 1
    fixed: tuple[tuple[int, str], ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    apart: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """One territory in numbers. Hours are hours a week.

    visits_h: the visits that the call cycles ask for; travel_h: the driving between them as estimated from the streets,
    without the way from home and back; work_h: both. hours_h: what the rep works, None for nobody's. load: work_h of
    hours_h. minutes_to_centre: mean drive from the home, or else the centre; compactness: Polsby-Popper, 1 for a disc;
    pieces: parts on the roads. revenue: of the last twelve months by currency; potential: None where nothing is known.
    """

    accounts: int = 0
    customers: int = 0
    work_h: float = 0.0
    visits_h: float = 0.0
    travel_h: float = 0.0
    hours_h: float | None = None
    minutes_to_centre: float | None = None
    compactness: float | None = None
    pieces: int = 0
    revenue: dict[str, float] = field(default_factory=dict)
    potential: float | None = None

    @property
    def load(self) -> float | None:
        """Work of the rep's hours, 1.0 where they are full; None for nobody's."""
        return self.work_h / self.hours_h if self.hours_h else None


@dataclass(frozen=True, slots=True)
class ScenarioTerritory:
    """A territory as it would be: positions count from 0. rep: its key, "" for nobody yet.

    centre: the place that it is served from best, or the rep's home. was: the figures of the rep's territories today.
    outline: GeoJSON of the ground round its accounts, for the map.
    """

    position: int
    name: str
    rep_id: int | None = None
    rep: str = ""
    centre: LonLat | None = None
    figures: Figures = field(default_factory=Figures)
    was: Figures | None = None
    outline: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole alignment that nobody lives yet.

    deviation: the largest relative difference of a territory from its due, of the balanced measures (0.01 = 1 %);
    deviations: by measure; deviation_before: of today's territories. moved: accounts that would change hands.
    bound, gap: of the search, None where nothing is known. remarks: why it is no better, and what it leaves out.
    before: what applying it replaced, so that it can be taken back. open_for_comment: whether reps see of a draft what
    it would change for them.
    """

    name: str
    wish: Wish
    territories: tuple[ScenarioTerritory, ...]
    made_at: datetime
    state: ScenarioState = ScenarioState.DRAFT
    made_by: int | None = None
    deviation: float = 0.0
    deviations: dict[str, float] = field(default_factory=dict)
    deviation_before: float | None = None
    moved: int = 0
    moved_revenue: dict[str, float] = field(default_factory=dict)
    bound: float | None = None
    gap: float | None = None
    seconds: float = 0.0
    first_answer_s: float = 0.0
    seed: int = 1
    remarks: tuple[str, ...] = ()
    unplaced: int = 0
    apply_on: date | None = None
    decided_by: int | None = None
    applied_at: datetime | None = None
    before: dict[str, Any] | None = None
    outdated: bool = False
    open_for_comment: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The n accounts of a scenario, in the order of their numbers, with what each weighs.

    places: (n, 2) lon and lat. now: (n,) the position of the rep who has it today, -1 for none. visits_min, travel_min:
    (n,) minutes a week; visits: (n,) a week. edges: (e, 2) neighbours on the roads, and the shortest
    crossings that join islands, edge_s seconds apart. revenue: by
    currency (n,). customer: (n,) whether it buys already. others: (o, 2) places of accounts that stay with other reps.
    cells: the ground of each. centre_min: (k, n) minutes from the home or centre of each territory, NaN where no street
    leads, None where that is too much to keep. potential: (n,) as `KnownPotential` has it, None where nobody asked.
    """

    account_ids: NDArray[np.int64]
    places: NDArray[np.float64]
    now: NDArray[np.int32]
    visits_min: NDArray[np.float64]
    travel_min: NDArray[np.float64]
    visits: NDArray[np.float64]
    customer: NDArray[np.bool_]
    edges: NDArray[np.int32]
    edge_s: NDArray[np.float64]
    cells: Cells
    others: NDArray[np.float64]
    centre_min: NDArray[np.float32] | None = None
    revenue: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    potential: NDArray[np.float64] | None = None

    @property
    def count(self) -> int:
        """How many accounts."""
        return len(self.account_ids)


@dataclass(frozen=True, slots=True)
class KnownPotential:
    """What accounts buy or would buy in a year, by number; unit: a currency, or "customers" for chances to be one.

    reason: why nothing is known.
    """

    by_account: dict[int, float]
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said about a scenario. An objection names one account and where it should go instead.

    cost: what following the objection would do: deviation before and after, hours, minutes. settled: "accepted" or
    "declined", "" while it is open.
    """

    scenario_id: int
    text: str
    at: datetime
    user_id: int | None = None
    account_id: int | None = None
    wanted: int | None = None
    cost: dict[str, Any] = field(default_factory=dict)
    settled: str = ""
    id: int = 0

    @property
    def is_objection(self) -> bool:
        """Whether it wants an account to go elsewhere."""
        return self.account_id is not None


@dataclass(frozen=True, slots=True)
class Made:
    """A territory that a change by hand has added as the last one.

    centre_min: (n,) its row in `Units`, None for an account that no street leads to.
    """

    territory: ScenarioTerritory
    centre_min: tuple[float | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One change by hand: which accounts went where, with where they were, so that it can be undone.

    made: the territory that it has added, which goes when it is undone.
    """

    scenario_id: int
    title: str
    at: datetime
    moves: tuple[tuple[int, int, int], ...]
    undone: bool = False
    user_id: int | None = None
    made: Made | None = None
    id: int = 0
