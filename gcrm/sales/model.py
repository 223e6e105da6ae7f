"""What accounts have ordered, a line at a time."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
