"""Cases in lists, and one with all that was done about it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from gcrm.people.user import User
from gcrm.service.access import case_to_see, seen_territories
from gcrm.service.model import Case, CaseEntry
from gcrm.service.repository import CaseFilter
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.planning.model import Appointment
    from gcrm.transaction import Transaction

__all__ = ["CaseFilter", "CasePage", "CaseRow", "CasesFound", "EntryRow", "Visit", "list_cases", "show_case"]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists show it. overdue: somebody has to do something now; answer_late, solve_late: it was, or is."""

    case: Case
    account: str
    person: str
    owner: str
    place: LonLat | None
    overdue: bool
    answer_late: bool
    solve_late: bool


@dataclass(frozen=True, slots=True)
class CasesFound:
    """One page of cases, and how many there are in all."""

    cases: tuple[CaseRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A line of a history with the name of whoever did it, "" where nobody is known."""

    entry: CaseEntry
    by: str


@dataclass(frozen=True, slots=True)
class Visit:
    """The visit that was promised for a case. stop: the planned day, the instant and who comes; done: when it was."""

    appointment: "Appointment"
    stop: tuple[date, datetime, str] | None
    done: date | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case: its history, those that became part of it, and the visit that was promised for it."""

    row: CaseRow
    entries: tuple[EntryRow, ...]
    parts: tuple[Case, ...]
    visit: Visit | None


def list_cases(
    workspace: Workspace,
    tx: "Transaction",
    wanted: CaseFilter,
    user: User | None = None,
    *,
    after: int = 0,
    limit: int = 50,
) -> CasesFound:
    """Cases, what is due first first, then those that are over. user: who asks, None for the command line."""
    found, total = tx.cases.page(wanted, seen_territories(tx, user), after=after, limit=limit)
    return CasesFound(tuple(_rows(workspace, tx, found)), total)


def list_categories(tx: "Transaction", user: User | None = None) -> list[str]:
    """The categories of cases that somebody sees, as they were typed."""
    return tx.cases.categories(seen_territories(tx, user))


def show_case(workspace: Workspace, tx: "Transaction", case_id: int, user: User | None = None) -> CasePage:
    """One case. Raises NotFound."""
    found = case_to_see(tx, case_id, user)
    parts = tx.cases.parts_of(case_id)
    names = {one.id: one.name for one in tx.users.all()}
    entries = tuple(
        EntryRow(one, names.get(one.user_id or 0, ""))
        for one in tx.cases.history([case_id, *(part.id for part in parts)])
    )
    return CasePage(_rows(workspace, tx, [found])[0], entries, tuple(parts), _visit(tx, found))


def _rows(workspace: Workspace, tx: "Transaction", found: list[Case]) -> list[CaseRow]:
    now = workspace.clock()
    accounts = {one.id: one for one in tx.accounts.by_ids(sorted({one.account_id for one in found}))}
    people = tx.people.names({one.person_id for one in found if one.person_id})
    users = {one.id: one.name for one in tx.users.all()}
    return [
        CaseRow(
            one,
            accounts[one.account_id].name,
            people.get(one.person_id or 0, ""),
            users.get(one.owner_id or 0, ""),
            accounts[one.account_id].place,
            one.is_overdue(now),
            one.answer_overdue(now),
            one.solve_overdue(now),
        )
        for one in found
    ]


def _visit(tx: "Transaction", one: Case) -> Visit | None:
    if one.appointment_id is None:
        return None
    promised = tx.appointments.get(one.appointment_id)
    account = tx.accounts.get(promised.account_id)
    stop = tx.cases.stop_of(account.id, promised.day, promised.last)
    reps = {rep.id: rep.name for rep in tx.reps.all()}
    done = account.last_visit if account.last_visit and account.last_visit >= promised.day else None
    return Visit(promised, (stop[0], stop[1], reps.get(stop[2], "")) if stop else None, done)
