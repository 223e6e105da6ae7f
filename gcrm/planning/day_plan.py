"""A planned day of one rep: its stops, drives and break, who is not in it and why, and how good it is."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from gcrm.common.language import to_say
from gcrm.people.model import Hotel
from routing.points import LonLat
from routing.travel_times.mended import NOTHING_MENDED, Mended

HOME = to_say("home")
"""The name of a day's start or end where it is none of a hotel."""


@dataclass(frozen=True, slots=True)
class Break:
    """The pause of a day, as it is planned."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Leg:
    """The drive to a stop, or from the last one to where the day ends.

    line: the streets that it follows, (lon, lat) in EPSG:4326; guessed: a straight line, where the router has none.
    """

    seconds: int
    metres: int
    line: tuple[tuple[float, float], ...] = ()
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class DayEnd:
    """Where a day begins or ends: home or a hotel."""

    place: LonLat
    name: str = HOME

    @property
    def hotel(self) -> Hotel | None:
        """The hotel, None for home."""
        return None if self.name == HOME else Hotel(self.name, self.place)


@dataclass(frozen=True, slots=True)
class Stop:
    """One planned visit. Instants carry the offset of the rep's zone.

    The drive to it takes `travel_s` and ends at `arrive`. why: why it is in the plan; open: when the account is open
    that day; fixed: an appointment, to the minute; detour_s: the driving that would be saved without it; on_time: how
    likely the visit is on time, 0 to 1; advice: what to do about one that is likely to be late, "" for nothing; done:
    whether it was behind when the day was planned again.
    """

    account_id: int
    name: str
    place: LonLat
    arrive: datetime
    start: datetime
    leave: datetime
    travel_s: int
    distance_m: int
    why: str = ""
    prize: int = 1
    open: tuple[tuple[datetime, datetime], ...] = ()
    fixed: bool = False
    detour_s: int | None = None
    on_time: float | None = None
    advice: str = ""
    done: bool = False

    @property
    def service_s(self) -> int:
        """How long the visit takes."""
        return int((self.leave - self.start).total_seconds())


class OmissionCode(StrEnum):
    """Why an account is not in a plan, in a word that a page can sort by."""

    UNKNOWN = ""
    # What no plan can change.
    OFF_NETWORK = "off network"
    UNREACHABLE = "unreachable"
    NOT_PLACED = "not placed"
    GONE = "gone"
    NOT_ABLE = "not able"
    # What the calendar says.
    CLOSED = "closed"
    WINDOW_TOO_SHORT = "window too short"
    OUTSIDE_HOURS = "outside hours"
    TOO_FAR = "too far"
    DRIVING_LIMIT = "driving limit"
    NO_ROOM_FOR_BREAK = "no room for break"
    BY_APPOINTMENT = "by appointment"
    DAY_OFF = "day off"
    NOT_DUE = "not due"
    VISITED = "visited"
    # What other plans, or people, have decided.
    OTHER_DAY = "other day"
    PINNED_ELSEWHERE = "pinned elsewhere"
    FORBIDDEN = "forbidden"
    BY_HAND = "by hand"
    CANCELLED = "cancelled"
    # What this plan chose.
    CLASH = "clash"
    IN_THE_WAY = "in the way"
    LESS_VALUABLE = "less valuable"
    NOTHING_TO_GAIN = "nothing to gain"
    FITS = "fits"
    # What a plan of weeks chose.
    NO_REP = "no rep"
    NEVER_POSSIBLE = "never possible"
    NO_PATTERN = "no pattern"

    @classmethod
    def _missing_(cls, value: object) -> "OmissionCode":  # noqa: ARG003 - the signature of Enum
        """A plan that was kept by another version may know other words."""
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would let an account into a plan, in words.

    instead_of: accounts that would give way to it.
    """

    text: str
    instead_of: tuple[int, ...] = ()

    def __str__(self) -> str:
        """The words alone."""
        return self.text


@dataclass(frozen=True, slots=True)
class Omission:
    """An account that is not in the plan: why, and what would let it in, None where nothing would."""

    account_id: int
    name: str
    reason: str
    remedy: Remedy | None = None
    code: OmissionCode = OmissionCode.UNKNOWN


@dataclass(frozen=True, slots=True)
class OptimalityGap:
    """How good a plan is known to be. bound: no plan is worth more, None where nothing is known.

    gap: how far the plan may be below the best, as a share of the bound; proven: no plan is worth more than this one;
    how: the same in a sentence. ended: which bound ended the search: "proven", "steps", "seconds", "no improvement" or
    "asked to stop"; "" where nothing was searched, or that is not known.
    """

    bound: float | None = None
    gap: float | None = None
    proven: bool = False
    how: str = ""
    ended: str = ""


NOTHING_KNOWN = OptimalityGap()


@dataclass(frozen=True, slots=True)
class Change:
    """One visit that changed: "removed", "added", "later" or "earlier"; "not possible" where an urgent one is not in.

    before, now: its start, None for none.
    """

    account_id: int
    name: str
    change: str
    reason: str
    before: datetime | None
    now: datetime | None


@dataclass(frozen=True, slots=True)
class PartOf:
    """The days that a day was planned together with."""

    first: date
    last: date
    value: float
    quality: OptimalityGap


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day as it is planned, checked and shown.

    home: where the rep lives; start, end: where the day begins and ends; each None where it may be anywhere. legs: one
    more than stops. home_*: the way to where the day ends. prize: what the visits are worth. router, seed,
    first_answer_s, seconds: how it was computed. mended: what the router answered that was not sound.
    id: the number that it is kept under, None where it is not. replaces: the plan that it was made from by a change, at
    the instant `at`; changes: what that changed, None for a plan that was made anew.
    """

    rep_key: str
    day: date
    seed: int
    router: str
    stops: tuple[Stop, ...]
    home_arrive: datetime
    break_: Break | None = None
    omissions: tuple[Omission, ...] = ()
    travel_s: int = 0
    service_s: int = 0
    distance_m: int = 0
    prize: int = 0
    home_travel_s: int | None = 0
    home_distance_m: int | None = 0
    home_on_time: float | None = 1.0
    home: LonLat | None = None
    start: DayEnd | None = None
    end: DayEnd | None = None
    legs: tuple[Leg, ...] = ()
    first_answer_s: float = 0.0
    quality: OptimalityGap = NOTHING_KNOWN
    notes: tuple[str, ...] = ()
    planned_at: datetime | None = None
    seconds: float = 0.0
    id: int | None = None
    replaces: int | None = None
    at: datetime | None = None
    changes: tuple[Change, ...] | None = None
    part_of: PartOf | None = None
    mended: Mended = NOTHING_MENDED

    @property
    def account_ids(self) -> frozenset[int]:
        """Who is visited."""
        return frozenset(stop.account_id for stop in self.stops)

    @property
    def start_name(self) -> str:
        """What the place is called where the day begins."""
        return self.start.name if self.start else HOME

    @property
    def end_name(self) -> str:
        """What the place is called where the day ends."""
        return self.end.name if self.end else HOME

    def stop_of(self, account_id: int) -> Stop | None:
        """The visit to an account, None where it is not planned."""
        return next((stop for stop in self.stops if stop.account_id == account_id), None)

    def omission_of(self, account_id: int) -> Omission | None:
        """Why an account is not in the plan, None where that is not said."""
        return next((one for one in self.omissions if one.account_id == account_id), None)

    def with_remarks(self, notes: tuple[str, ...], planned_at: datetime, seconds: float) -> "DayPlan":
        """The plan with what the reader should know beside it; seconds: of planning, all told."""
        return replace(self, notes=notes, planned_at=planned_at, seconds=round(seconds, 3))
