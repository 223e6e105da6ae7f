"""A cut of the cube, and what is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

Key = tuple[str | None, ...]
"""Values of some dimensions, None where a record has none."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, both included, as a person names them: 2026, 2026-Q1, 2026-03, 2026-W05, 2026-03-02."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Cut:
    """What is asked of the cube.

    rows, columns: dimensions, as `region:municipalities`, `territory`, `year`. where: dimension to the values that
    count, "" for records that have none. period: the days that count. compare: two periods beside each other, which
    then are the columns.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    measure: str = "visits"
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    period: Period | None = None
    compare: tuple[Period, Period] | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the cube and how many records it is made of.

    value: None where the records are of several currencies, which are not added up; by_currency has each then. Where a
    measure is no money its one currency is "".
    """

    by_currency: Mapping[str, Decimal]
    records: int

    @property
    def value(self) -> Decimal | None:
        """The number, 0 where there is no record, None where there are several currencies."""
        if len(self.by_currency) > 1:
            return None
        return next(iter(self.by_currency.values()), Decimal(0))


@dataclass(frozen=True, slots=True)
class CubeRow:
    """A row: its key and how a person reads it, a figure for each column (None where there is no record), their total.

    rest: how many rows are put together in this one, the last, where there are too many to show; 0 for a row of its
    own. difference and change (1 is 100 %, None from nothing) are of the second period against the first, by currency.
    """

    key: Key
    labels: tuple[str, ...]
    cells: tuple[Figure | None, ...]
    total: Figure
    rest: int = 0
    difference: Mapping[str, Decimal] = field(default_factory=dict)
    change: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CubeColumn:
    """A column: its key, how a person reads it, and the total of its figures; rest as in a row."""

    key: Key
    labels: tuple[str, ...]
    total: Figure
    rest: int = 0


@dataclass(frozen=True, slots=True)
class CubeAnswer:
    """A cut with its numbers. as_of: when the records were taken from the database.

    columns: the dimensions that the columns are made of, with `currency` or `period` where those were put in. total:
    of all records of the cut, shown or not.
    """

    cut: Cut
    as_of: datetime
    unit: str
    columns: tuple[str, ...]
    header: tuple[CubeColumn, ...]
    table: tuple[CubeRow, ...]
    total: Figure
    currencies: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    total_difference: Mapping[str, Decimal] = field(default_factory=dict)
    total_change: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CubeRecord:
    """One record that a figure is made of: an account, something done there, or a line of an order."""

    id: int
    account_id: int
    account: str
    day: date | None
    what: str
    value: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class CubeRecords:
    """The records of a figure, newest first, the figure itself, and how many of them are not listed."""

    records: tuple[CubeRecord, ...]
    figure: Figure
    more: int = 0
