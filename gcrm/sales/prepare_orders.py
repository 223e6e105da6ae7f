"""All of an import of orders that needs no lock: the file read, its rows understood, and what becomes of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.common.language import say, say_n
from gcrm.common.today import latest_today
from gcrm.imports.choices import Option, Question
from gcrm.imports.columns import fingerprint
from gcrm.imports.dates import DAY_FIRST, MONTH_FIRST, DateOrder
from gcrm.imports.read import read_table
from gcrm.imports.repository import ORDERS
from gcrm.imports.table import ALL_SHEETS, ReadAs, Table
from gcrm.imports.understanding import Reject
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.platform.progress import Progress
from gcrm.sales.choices import OrderChoices
from gcrm.sales.columns import OrderColumns, map_orders, of_orders
from gcrm.sales.currencies import currency_of_country
from gcrm.sales.model import OrderLine
from gcrm.sales.read_lines import LinesRead, Read, read_lines, totals_of
from gcrm.sales.whose import Whose
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.accounts.repository.accounts import AccountsState
    from gcrm.transaction import Transaction

"""Under which a person's choice of columns is remembered for files of the same headings."""


@dataclass(frozen=True, slots=True)
class UnknownAccount:
    """An account that the file names and nobody knows: how many lines are its, and what they come to, by currency."""

    named: str
    lines: int
    amounts: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line and what becomes of it: "add", "replace" (a corrected one) or "unchanged"."""

    read: Read
    account_id: int
    existing: OrderLine | None = None

    @property
    def action(self) -> str:
        """What becomes of it."""
        if self.existing is None:
            return "add"
        return "unchanged" if self.line.key and _same(self.existing, self.line) else "replace"

    @property
    def line(self) -> OrderLine:
        """As it is kept."""
        one = self.read
        return OrderLine(
            self.account_id, one.day, one.amount, one.currency, one.product, one.quantity, one.number, one.line, one.key
        )


@dataclass(frozen=True, slots=True)
class PlannedOrders:
    """What becomes of each line, the rows that are rejected since nobody knows their account, and those accounts."""

    lines: tuple[PlannedLine, ...]
    rejects: dict[int, Reject]
    unknown: tuple[UnknownAccount, ...]
    accounts: "AccountsState"


@dataclass(frozen=True, slots=True)
class PreparedOrders:
    """A file of orders read and understood.

    questions: what a person has to choose before it may be imported, none where everything is clear or was said.
    """

    table: Table
    columns: OrderColumns
    lines: LinesRead
    prepared_at: datetime
    questions: tuple[Question, ...] = ()

    def plan(self, tx: "Transaction") -> PlannedOrders:
        """What becomes of each line, given what is in the database."""
        whose = Whose.of(tx.accounts.all(), tx.changes.merged_away())
        known = tx.orders.by_keys({one.key for one in self.lines.lines})
        planned: list[PlannedLine] = []
        rejects: dict[int, Reject] = {}
        strangers: dict[str, list[Read]] = {}
        for one in self.lines.lines:
            try:
                planned.append(PlannedLine(one, whose.find(one.named), known.get(one.key)))
            except NotFound as error:
                rejects[one.row] = Reject(one.row, error.fault)
                strangers.setdefault(one.named.text, []).append(one)
            except InputRejected as error:
                rejects[one.row] = Reject(one.row, error.fault)
        unknown = [UnknownAccount(name, len(some), dict(totals_of(some))) for name, some in strangers.items()]
        unknown.sort(key=lambda one: (-one.lines, one.named))
        return PlannedOrders(tuple(planned), rejects, tuple(unknown), tx.accounts.state())

    def remarks(self, planned: Sequence[PlannedLine]) -> tuple[str, ...]:
        """What is to say of the whole file."""
        last = latest_today(self.prepared_at)
        future = [one.read.day for one in planned if one.read.day > last]
        said = []
        if future:
            said.append(
                say_n(
                    "{n} lines are dated in the future, up to {day}.",
                    "{n} lines are dated in the future, up to {day}.",
                    len(future),
                    day=_day(max(future)),
                )
            )
        return (*self.table.remarks, *self.lines.remarks, *said)

    @property
    def fields(self) -> dict[str, str]:
        """Field to the heading of the column that it is read from."""
        return {name: self.table.headings[at] for name, at in self.columns.columns.items()}


def prepare_orders(workspace: Workspace, file: Path, progress: Progress, choices: OrderChoices) -> PreparedOrders:
    """Read a file of orders and understand its rows. Raises InputRejected, Cancelled."""
    progress(say("Reading the file"))
    table = read_table(file, ReadAs(choices.encoding, choices.sheet, of_orders()))
    with workspace.store.read() as tx:
        remembered = tx.import_columns.of(ORDERS, fingerprint(table.headings))
    columns = map_orders(table.headings, choices.columns or remembered)
    now = workspace.clock()
    country = workspace.geocoder.country if workspace.areas.has_any else ""
    lines = read_lines(
        table,
        columns,
        progress,
        latest=latest_today(now),
        country=country,
        currency=choices.currency or currency_of_country(country),
        decimal=choices.decimal,
        dates=choices.dates,
    )
    return PreparedOrders(table, columns, lines, now, _questions(table, columns, lines.dates, choices))


def _questions(table: Table, columns: OrderColumns, dates: DateOrder, choices: OrderChoices) -> tuple[Question, ...]:
    """What a person has to say before the file may be imported."""
    found = []
    if table.encodings and not choices.encoding:
        options = tuple(Option(one.name, one.name, one.lines) for one in table.encodings)
        found.append(Question("encoding", say("Which of these encodings reads right?"), options, table.encoding))
    if len(table.sheets) > 1 and not choices.sheet:
        options = (*(Option(name, name) for name in table.sheets), Option(ALL_SHEETS, say("All of them")))
        asked = say(
            "{count} worksheets hold orders: {sheets}. Which one is to be read?",
            count=len(table.sheets),
            sheets=", ".join(table.sheets),
        )
        found.append(Question("sheet", asked, options, table.sheets[0]))
    if dates.unsure:
        heading = table.headings[columns.columns["date"]]
        asked = say(
            "Which stands first in {heading}, the day or the month? {unsure} may be either.",
            heading=heading,
            unsure=", ".join(dates.unsure),
        )
        options = (Option(DAY_FIRST, say("The day")), Option(MONTH_FIRST, say("The month")))
        found.append(Question("dates", asked, options, DAY_FIRST if dates.day_first else MONTH_FIRST))
    return tuple(found)


def sums(planned: Sequence[PlannedLine]) -> Mapping[str, Decimal]:
    """What lines come to, by currency."""
    return totals_of([one.read for one in planned])


def _same(existing: OrderLine, new: OrderLine) -> bool:
    """Whether a line says the same; an account that it was moved to since counts as the one it names."""
    return (existing.account_id, existing.day, existing.amount, existing.currency, existing.product) == (
        new.account_id,
        new.day,
        new.amount,
        new.currency,
        new.product,
    ) and (existing.quantity, existing.number, existing.line) == (new.quantity, new.number, new.line)


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"
