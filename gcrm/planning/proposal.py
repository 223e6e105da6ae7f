"""What a person decides about a planned day against the planner, and a change with its price before it is kept."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from gcrm.planning.day_plan import Change, DayPlan


class Wish(StrEnum):
    """What is wanted of an account on a day.

    PIN: visit it, where it is if it is planned; MOVE: visit it at a time, at a place among the stops, or where it costs
    least; FORBID: do not; OUT: take it out now, and leave it to the planner after; FREE: leave it to the planner.
    """

    PIN = "pin"
    MOVE = "move"
    FORBID = "forbid"
    FREE = "free"
    OUT = "out"

    @property
    def lasts(self) -> bool:
        """Whether it holds when the day is planned again."""
        return self in {Wish.PIN, Wish.MOVE, Wish.FORBID}


@dataclass(frozen=True, slots=True)
class Override:
    """What a person decided about an account on a day of a rep.

    start: wall-clock time of the rep, for MOVE; place: its number among the stops, from 1. said: why, as the plan says.
    """

    account_id: int
    what: Wish
    start: time | None = None
    said: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A visit that nobody gave up, and that does not fit any more."""

    account_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What it costs to put one plan of a day in the place of another, each the difference.

    home_s: how much later the day ends; prize: worth of the visits; lost: visits that nobody gave up; added: names.
    """

    travel_s: int = 0
    distance_m: int = 0
    home_s: int = 0
    prize: int = 0
    lost: tuple[Lost, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposedDay:
    """One day as it would be. replaces: the number of the plan that it was made for, None where there was none.

    plan: None where nothing changes but that the rep does not work (`day_off`: why). override: what was decided, of the
    account called `name`. refused: why it is not possible, "" where it is; warning: what speaks against it.
    """

    rep_key: str
    day: date
    replaces: int | None
    plan: DayPlan | None
    override: Override | None = None
    name: str = ""
    cost: Cost | None = None
    changes: tuple[Change, ...] = ()
    refused: str = ""
    warning: str = ""
    day_off: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of one or several days of one rep that was shown to a person, who has not chosen yet.

    title: what is asked; made_at: when it was computed.
    """

    rep_key: str
    title: str
    days: tuple[ProposedDay, ...]
    made_at: datetime
    user_id: int | None = None
    id: int | None = None

    @property
    def refused(self) -> str:
        """Why it is not possible, "" where it is."""
        return next((day.refused for day in reversed(self.days) if day.refused), "")

    @property
    def warning(self) -> str:
        """What speaks against it, "" for nothing."""
        return next((day.warning for day in reversed(self.days) if day.warning), "")

    @property
    def travel_s(self) -> int:
        """Seconds of driving more, or less, on all days together."""
        return sum(day.cost.travel_s for day in self.days if day.cost)

    @property
    def lost(self) -> tuple[Lost, ...]:
        """Visits that nobody gave up and that do not fit any more."""
        return tuple(one for day in self.days if day.cost for one in day.cost.lost)


@dataclass(frozen=True, slots=True)
class KeptDay:
    """What a kept change did to a day, and what it takes to undo that.

    kept, replaced: numbers of the plan after and before it, None for none. account_id: of the override that it made,
    None for none; overridden: what had been decided before. day_off: the reason of the day off that it added, "" for
    none.
    """

    day: date
    kept: int | None
    replaced: int | None
    account_id: int | None = None
    overridden: Override | None = None
    day_off: str = ""


@dataclass(frozen=True, slots=True)
class KeptChange:
    """A change that was kept, of one or several days of one rep."""

    rep_key: str
    days: tuple[KeptDay, ...]
