"""What questions about plans are answered with."""

from dataclasses import dataclass
from datetime import date, datetime

from gcrm.accounts.model import Kind, Priority
from gcrm.planning.day_plan import DayPlan, Omission
from gcrm.planning.proposal import Lost
from routing.points import LonLat


@dataclass(frozen=True, slots=True)
class Failed:
    """A rep whose day could not be planned: the fault and its remedy."""

    rep_key: str
    error: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """The day of several reps."""

    day: date
    plans: tuple[DayPlan, ...]
    failed: tuple[Failed, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a plan says about an account. planned: whether it is a stop; facts: sentences."""

    plan_id: int | None
    rep_key: str
    day: date
    account_id: int
    name: str
    planned: bool
    reason: str
    remedy: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A time to offer a customer: a visit of so many minutes may begin from `first` up to `last`.

    extra_s, extra_m: the driving that it adds; after, before: between whom; planned: False on a day without a plan.
    displaces: whose planned visits it takes the place of, on a full day; price: what these are worth.
    """

    rep_key: str
    day: date
    first: datetime
    last: datetime
    minutes: int
    extra_s: int
    extra_m: int
    after: str
    before: str
    planned: bool
    displaces: tuple[Lost, ...] = ()
    price: int = 0


@dataclass(frozen=True, slots=True)
class NoOffer:
    """Why a day of a rep has no time to offer."""

    rep_key: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Offers:
    """Times to offer an account, cheapest first; more: how many were left off."""

    account_id: int
    name: str
    offers: tuple[Offer, ...]
    more: int
    closed: tuple[NoOffer, ...]


@dataclass(frozen=True, slots=True)
class Fitting:
    """Somebody near a day's route who still fits in, beginning from `first` up to `last`, after the stop `after`.

    extra_s, extra_m: the driving that it adds; per_minute: its prize for each minute of driving and visit.
    """

    account_id: int
    name: str
    kind: Kind
    priority: Priority
    place: LonLat
    extra_s: int
    extra_m: int
    visit_s: int
    prize: int
    per_minute: float
    after: str
    first: datetime
    last: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """Who near a day's route still fits, the most for each minute first: the first of `fitting_count`.

    looked_at: how many were near; reason, remedy: why nobody fits, "" where somebody does; nearly: who misses by least.
    """

    rep_key: str
    day: date
    fitting: tuple[Fitting, ...]
    fitting_count: int
    looked_at: int
    reason: str
    remedy: str
    nearly: tuple[Omission, ...]
