"""What accounts have ordered, a line at a time, and the deals that may become orders."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gcrm.common.language import to_say

SCALE = Decimal(10_000)
"""Amounts and quantities are kept in ten-thousandths: whole numbers, which both databases add up exactly."""
MOST = Decimal(10) ** 12
"""Amounts and quantities from here on are mistakes, and would no longer add up in 64 bits."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order, of an invoice or of a credit note, whose amount is negative.

    day: as the file says it, in no zone. currency: the ISO 4217 code, "" where no file said it; amounts of two
    currencies are never added up. quantity: None where the file has none. key: the same for the same line of any
    file (`gcrm.sales.line_identity`). import_id: the change set that brought it; replaced_by: the one that brought a
    newer version of it, None while it counts.
    """

    account_id: int
    day: date
    amount: Decimal
    currency: str = ""
    product: str = ""
    quantity: Decimal | None = None
    number: str = ""
    line: str = ""
    key: str = ""
    import_id: int | None = None
    replaced_by: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class YearOfSales:
    """What an account has ordered in a year in one currency: the lines, and their sum."""

    year: int
    currency: str
    lines: int
    amount: Decimal


class DealOutcome(StrEnum):
    """How a deal stands."""

    OPEN = to_say("open")
    WON = to_say("won")
    LOST = to_say("lost")


@dataclass(slots=True)
class Deal:
    """Something that may be sold. stage and pipeline as the program that told it names them.

    amount: exact, None where nobody said one; currency: ISO 4217 code, "" where nobody said it: amounts of two
    currencies are never added up. probability: percent, as its rep said. people: ids of persons, the main one first.
    """

    name: str
    account_id: int | None = None
    people: tuple[int, ...] = ()
    pipeline: str = ""
    stage: str = ""
    outcome: DealOutcome = DealOutcome.OPEN
    amount: Decimal | None = None
    currency: str = ""
    probability: float | None = None
    close_date: date | None = None
    closed_on: date | None = None
    created_on: date | None = None
    owner: str = ""
    owner_id: int | None = None
    loss_reason: str = ""
    next_step: str = ""
    source: str = ""
    note: str = ""
    custom: dict[str, Any] = field(default_factory=dict)
    import_id: int | None = None
    revised: int = 0
    updated_at: datetime | None = None
    id: int = 0
