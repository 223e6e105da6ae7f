"""The rows of a file of orders as lines, or rejected with the reason why not."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from gcrm.accounts.cells import clean_date
from gcrm.common.language import number, say
from gcrm.common.spreadsheet import original
from gcrm.common.text import joined, tokens
from gcrm.imports.dates import DAYS_FIRST, DateOrder, order_of
from gcrm.imports.identity import loose_number
from gcrm.imports.row_shapes import no_account, shaped, unlike_headings
from gcrm.imports.table import LONGEST_CELL, Row, Table
from gcrm.imports.understanding import Reject
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.sales.amounts import COMMA, POINT, decimal_sign, read_number
from gcrm.sales.columns import OrderColumns, credit_words, currency_words
from gcrm.sales.currencies import currency_of_sign, is_currency
from gcrm.sales.whose import Named

DECIMALS = {"point": POINT, "comma": COMMA}
STEP = 2_000
"""Rows between two reports of progress, and two chances to stop."""
LONGEST = 200
"""Letters of a product, a number or a line."""
LAST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Read:
    """A row understood. key: its identity, the same whenever the same line comes again.

    stated: the currency where the row or its column says it, and "" where a person or the country did.
    """

    row: int
    named: Named
    day: date
    amount: Decimal
    currency: str
    product: str = ""
    quantity: Decimal | None = None
    number: str = ""
    line: str = ""
    stated: str = ""
    key: str = ""

    @property
    def content(self) -> tuple[object, ...]:
        """All that a line says but where it stands."""
        return (self.named.key, self.day, self.amount, self.stated, self.product, self.quantity)


@dataclass(frozen=True, slots=True)
class LinesRead:
    """The rows of a table: read = len(lines) + len(rejects) + repeated.

    remarks tell of the whole file; dates: in which order it writes day and month.
    """

    lines: tuple[Read, ...]
    rejects: dict[int, Reject] = field(default_factory=dict)
    repeated: int = 0
    remarks: tuple[str, ...] = ()
    dates: DateOrder = DAYS_FIRST


@dataclass(frozen=True, slots=True)
class Reading:
    """How one file writes its lines: which day comes first, the decimal sign, the usual currency."""

    columns: OrderColumns
    width: int
    decimal: str = ""
    dates: DateOrder = DAYS_FIRST
    currency: str = ""

    def read(self, row: Row) -> Read:
        """The row as a line, without its key. Raises InputRejected with the reason."""
        if len(row.cells) != self.width:
            raise unlike_headings(len(row.cells), self.width)
        if (longest := max(map(len, row.cells))) > LONGEST_CELL:
            raise InputRejected(
                say(
                    "A cell has {longest} characters; {longest_cell} is the most.",
                    longest=number(longest),
                    longest_cell=number(LONGEST_CELL),
                )
            )
        named = Named(*(self._text(row, name) for name in ("gcrm_id", "external_id", "account", "city")))
        if not (named.gcrm_id or named.external_id or named.account):
            raise InputRejected(say("Does not say whose order it is."))
        day = self._day(row)
        amount, stated = self._amount(row)
        currency = stated or self.currency
        quantity = self._quantity(row)
        if joined(tokens(self._text(row, "type"))) in credit_words():
            amount, quantity = -abs(amount), None if quantity is None else -abs(quantity)
        texts = [self._text(row, name) for name in ("product", "number", "line")]
        if too_long := next((text for text in texts if len(text) > LONGEST), ""):
            raise InputRejected(
                say(
                    "{too_long!r} has {count} letters; {longest} is the most.",
                    too_long=too_long[:40],
                    count=number(len(too_long)),
                    longest=LONGEST,
                )
            )
        product, order, line = texts
        return Read(row.number, named, day, amount, currency, product, quantity, order, line, stated)

    def _text(self, row: Row, name: str) -> str:
        text = " ".join(self.columns.cell(row.cells, name).split())
        if "\0" in text:
            raise InputRejected(say("Holds a NUL letter."))
        return original(text)

    def _day(self, row: Row) -> date:
        written = self._text(row, "date")
        if not written:
            raise InputRejected(say("Has no date."))
        day = _date(written, day_first=self.dates.day_first)
        if day is None:
            raise InputRejected(say("{written!r} is no date.", written=written[:40]))
        if day.year > LAST_YEAR:
            raise InputRejected(
                say("{written!r} is beyond the year {last_year}.", written=written[:40], last_year=LAST_YEAR)
            )
        return day

    def _amount(self, row: Row) -> tuple[Decimal, str]:
        written = self._text(row, "amount")
        if not written:
            raise InputRejected(say("Has no amount."))
        amount, sign = read_number(written, self.decimal)
        column = self._text(row, "currency")
        beside = currency_of_sign(sign, self.columns.currency or self.currency) if sign else ""
        if sign and not beside:
            raise InputRejected(
                say(
                    "{sign!r} in {written!r} is no currency that is known for sure; see --currency.",
                    sign=sign[:10],
                    written=written[:40],
                )
            )
        said = _code(column, self.currency) if column else ""
        if column and not said:
            raise InputRejected(say("{column!r} is no currency; write its code, as EUR.", column=column[:40]))
        if said and beside and said != beside:
            raise InputRejected(say("{written!r} is not in {said}.", written=written[:40], said=said))
        return amount, said or beside or self.columns.currency

    def _quantity(self, row: Row) -> Decimal | None:
        written = self._text(row, "quantity")
        if not written:
            return None
        # Units stand behind a quantity: "12 kg", "3 Stk."
        bare = re.sub(r"(?<=[\d.,])\s*[^\W\d_]+\.?$", "", written)
        return read_number(bare, self.decimal)[0]


def read_lines(
    table: Table,
    columns: OrderColumns,
    progress: Progress = quiet,
    *,
    latest: date,
    country: str = "",
    currency: str = "",
    decimal: str = "",
    dates: str = "",
) -> LinesRead:
    """Read every row. country: of the company, for dates that may be read in two ways; latest: the day that it is.

    currency: that of amounts beside which none stands; decimal: "point", "comma", or "" to find it out; dates: "day" or
    "month", whichever stands first, or "" to find that out.
    Raises InputRejected for a currency or a decimal sign that there is none of, Cancelled if `progress` does.
    """
    currency = currency.strip().upper()
    if currency and not is_currency(currency):
        raise InputRejected(
            say("There is no currency {currency!r}.", currency=currency[:20]), say("Give its code, as EUR.")
        )
    if decimal and decimal not in DECIMALS:
        raise InputRejected(say("{decimal!r} is no decimal sign.", decimal=decimal[:20]), say("Say point or comma."))
    remarks: list[str] = []
    sign = DECIMALS.get(decimal) or _decimal_of(table, columns)
    order = order_of(_cells(table, columns, "date"), latest, country, dates)
    reading = Reading(columns, len(table.headings), sign, order, currency)
    rejects: dict[int, Reject] = {}
    found: list[Read] = []
    for index, row in enumerate(shaped(table).rows):
        if index % STEP == 0:
            progress(say("Reading lines"), index, len(table.rows))
        if reason := no_account(row, index, table.headings, of_orders=True):
            rejects[row.number] = Reject(row.number, reason)
            continue
        try:
            found.append(reading.read(row))
        except InputRejected as error:
            rejects[row.number] = Reject(row.number, error.fault)
    lines, repeated = _identified(found, rejects)
    if any(not one.currency for one in lines):
        remarks.append(say("The file does not say in which currency its amounts are; say it with --currency."))
    return LinesRead(tuple(lines), rejects, repeated, tuple(remarks), order)


def _identified(found: Sequence[Read], rejects: dict[int, Reject]) -> tuple[list[Read], int]:
    """The lines with their keys, and how many stood in the file twice.

    A line of an order is known by the order's number and its own, apart from one that takes it back; any other row by
    all that it says, and where rows say the same, by which of them it is.
    """
    lines: list[Read] = []
    numbered: dict[str, Read] = {}
    times: Counter[str] = Counter()
    repeated = 0
    for one in found:
        if one.number and one.line:
            key = _digest("line", loose_number(one.number), loose_number(one.line), str(one.amount < 0))
            first = numbered.get(key)
            if first is None:
                numbered[key] = one
            elif first.content == one.content:
                repeated += 1
                continue
            else:
                reason = say(
                    "Order {order} has a line {line} already, in row {row}, which says something else.",
                    order=one.number,
                    line=one.line,
                    row=first.row,
                )
                rejects[one.row] = Reject(one.row, reason)
                continue
        else:
            whole = _digest("row", loose_number(one.number), one.line, *map(str, one.content))
            times[whole] += 1
            key = f"{whole}#{times[whole]}"
        lines.append(replace(one, key=key))
    return lines, repeated


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=15).hexdigest()


def _code(written: str, usual: str) -> str:
    folded = joined(tokens(written))
    return currency_of_sign(written, usual) or currency_words().get(folded, "")


def _decimal_of(table: Table, columns: OrderColumns) -> str:
    if table.of_cells:
        # Numbers of a sheet come with a point; text that somebody typed tells for itself.
        texts = decimal_sign(_cells(table, columns, "amount"))
        return texts or POINT
    return decimal_sign([*_cells(table, columns, "amount"), *_cells(table, columns, "quantity")])


def _cells(table: Table, columns: OrderColumns, field_name: str) -> list[str]:
    return [text for row in table.rows if (text := columns.cell(row.cells, field_name))]


def _date(written: str, *, day_first: bool) -> date | None:
    day = clean_date(written, day_first=day_first)
    if day is None and (dated := re.match(r"[\d./-]{6,10}(?=[T\s])", written)):
        # A time of day that is none, behind a day that is one.
        day = clean_date(dated[0], day_first=day_first)
    return day


def totals_of(lines: Sequence[Read]) -> Mapping[str, Decimal]:
    """The sum of the amounts of each currency."""
    found: dict[str, Decimal] = {}
    for one in lines:
        found[one.currency] = found.get(one.currency, Decimal(0)) + one.amount
    return dict(sorted(found.items()))
