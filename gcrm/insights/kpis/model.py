"""What a key figure is, and what a report of them holds."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from gcrm.common.language import say, to_say


class By(StrEnum):
    """What the rows of a report are."""

    REP = "rep"
    TERRITORY = "territory"
    PERIOD = "period"

    def in_words(self) -> str:
        """What a row is, as the heading above them says it."""
        return say(_ROW_WORDS[self])


_ROW_WORDS = {By.REP: to_say("Rep"), By.TERRITORY: to_say("Territory"), By.PERIOD: to_say("Period")}


class Records(StrEnum):
    """What a figure is made of."""

    ACCOUNTS = "accounts"
    VISITS = "visits"
    PLANNED = "planned visits"
    DAYS = "planned days"
    ORDERS = "accounts that ordered"


class Unit(StrEnum):
    """How a figure is read."""

    SHARE = "share"
    COUNT = "count"
    MEAN = "mean"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One key figure, in English. how: how it is counted; more_is: 1 where more is better, -1 where less is."""

    key: str
    name: str
    unit: Unit
    records: Records
    how: str
    more_is: int = 1

    @property
    def label(self) -> str:
        """Its name, in the language at hand."""
        return say(self.name)

    @property
    def says(self) -> str:
        """How it is counted, in a sentence of the language at hand."""
        return say(self.how)


KPIS = (
    Kpi(
        "coverage", to_say("Coverage"), Unit.SHARE, Records.ACCOUNTS,
        to_say("Accounts whose next visit is not overdue at the end of the period, of all that are not closed down."),
    ),
    Kpi(
        "overdue", to_say("Overdue"), Unit.COUNT, Records.ACCOUNTS,
        to_say("Accounts whose next visit is overdue at the end of the period."), -1,
    ),
    Kpi("visits", to_say("Visits"), Unit.COUNT, Records.VISITS, to_say("Visits at which somebody was met.")),
    Kpi(
        "visits_a_day", to_say("Visits a day"), Unit.MEAN, Records.VISITS,
        to_say("Visits for each day on which a rep made any."),
    ),
    Kpi(
        "driving_share", to_say("Driving"), Unit.SHARE, Records.DAYS,
        to_say("Driving of the driving and visiting time that was planned."), -1,
    ),
    Kpi(
        "done_of_planned", to_say("Done of planned"), Unit.SHARE, Records.PLANNED,
        to_say("Planned visits, up to today, that were made on their day."),
    ),
    Kpi(
        "success", to_say("Success"), Unit.SHARE, Records.VISITS,
        to_say("Visits that ended in an order or with interest, of those whose outcome was said."),
    ),
    Kpi(
        "at_the_door", to_say("At the door"), Unit.SHARE, Records.VISITS,
        to_say("Check-ins at the account, of those whose position tells; unclear ones are held against nobody."),
    ),
    Kpi(
        "new_customers", to_say("New customers"), Unit.COUNT, Records.ACCOUNTS,
        to_say("Prospects that became customers, and first orders where orders are known for a year before."),
    ),
    Kpi(
        "prospects_reached", to_say("Prospects reached"), Unit.SHARE, Records.ACCOUNTS,
        to_say("Prospects that were visited in the period, of all there are."),
    ),
    Kpi(
        "potential_reached", to_say("Potential reached"), Unit.SHARE, Records.ACCOUNTS,
        to_say("What the accounts visited in the period buy or would buy in a year, of what all would."),
    ),
    Kpi("sales", to_say("Sales"), Unit.MONEY, Records.ORDERS, to_say("Orders of the period, credit notes taken off.")),
)  # fmt: skip
BY_KEY = {one.key: one for one in KPIS}


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure of one row. value: None where nothing can be said; of: what a share or a mean is divided by.

    records: how many records it is made of.
    """

    value: float | None = None
    of: float | None = None
    records: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A rep, a territory or a span of time. key: what an address names it by, "" for what belongs to none."""

    key: str
    label: str
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Report:
    """Key figures of the days from first to last. before: the same of as many days before.

    as_of: the last day that is behind. currency: of the sales. remarks: what has to be known to read them.
    missing: figure to why it is not known.
    """

    by: By
    first: date
    last: date
    as_of: date
    rows: tuple[Row, ...]
    total: dict[str, Figure]
    before: dict[str, Figure]
    currency: str = ""
    made_at: datetime | None = None
    remarks: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure. counts: whether it counts for it, rather than only in what it is divided by.

    day: when; what: in words. account_id, rep_id, amount: 0 or None where it has none.
    """

    name: str
    day: date | None
    what: str
    counts: bool
    account_id: int = 0
    rep: str = ""
    amount: float | None = None
