"""Cases and their histories."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from gcrm.common.text import tokens
from gcrm.platform.database.repository import Repository, chunks, not_found, refuse_nul
from gcrm.platform.database.schema import account, case_entry, plan, plan_stop, service_case
from gcrm.service.model import Case, CaseChannel, CaseEntry, CasePriority, CaseState, EntryKind

_NAMES = tuple(one.name for one in fields(Case) if one.name != "id")
_WORDS = {"priority": CasePriority, "channel": CaseChannel, "state": CaseState}
HIGHEST = 2**31 - 1
"""The highest number that PostgreSQL holds in a key; it refuses to compare one with more."""
_LIVE = (CaseState.OPEN.value, CaseState.WAITING.value)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are wanted; empty fields choose all. live: those that are neither solved nor closed.

    text: a number, or a part of title, text, category, order or account. overdue: at the instant that is given.
    """

    text: str = ""
    state: CaseState | None = None
    live: bool = False
    priority: CasePriority | None = None
    owner_id: int | None = None
    category: str = ""
    account_id: int | None = None
    overdue_at: datetime | None = None


class Cases(Repository):
    """Cases. territory_ids: of accounts of these territories only, None for all."""

    def add(self, new: Case) -> int:
        """Add one; its number. Raises NotFound for an unknown account."""
        if self._connection.execute(select(account.c.id).where(account.c.id == new.account_id)).first() is None:
            raise not_found("account", new.account_id)
        number = self._insert(service_case, _row_of(new))
        self._transaction.touch("service_case")
        return number

    def get(self, case_id: int) -> Case:
        """One case. Raises NotFound."""
        asked = select(service_case).where(service_case.c.id == case_id)
        row = self._connection.execute(asked).first() if case_id <= HIGHEST else None
        if row is None:
            raise not_found("case", f"C-{case_id}")
        return _case_of(row)

    def by_survey_key(self, key: str) -> Case | None:
        """The one whose survey has a link with that hash."""
        row = self._connection.execute(select(service_case).where(service_case.c.survey_key == key)).first()
        return _case_of(row) if row and key else None

    def update(self, changed: Case) -> None:
        """Change one. Raises NotFound."""
        self._update(service_case, changed.id, _row_of(changed), "case")
        self._transaction.touch("service_case")

    def page(
        self, wanted: CaseFilter, territory_ids: Collection[int] | None = None, *, after: int = 0, limit: int = 50
    ) -> tuple[list[Case], int]:
        """Those that are to be worked on first, by what is due first; and how many there are in all."""
        conditions = _conditions(wanted, territory_ids)
        c = service_case.c
        total = self._connection.execute(select(func.count()).select_from(service_case).where(*conditions)).scalar()
        over = case((c.state.in_(_LIVE), 0), else_=1)
        due = case((c.answered_at.is_(None), c.answer_due), else_=c.solve_due)
        rows = self._connection.execute(
            select(service_case)
            .where(*conditions)
            .order_by(over, case((over == 0, due)), c.opened_at.desc(), c.id.desc())
            .offset(after)
            .limit(limit)
        )
        return [_case_of(row) for row in rows], int(total or 0)

    def categories(self, territory_ids: Collection[int] | None = None) -> list[str]:
        """The categories in use, by name."""
        rows = self._connection.execute(
            select(service_case.c.category)
            .where(*_conditions(CaseFilter(), territory_ids), service_case.c.category != "")
            .distinct()
            .order_by(service_case.c.category)
            .limit(200)
        )
        return [row[0] for row in rows]

    def parts_of(self, case_id: int) -> list[Case]:
        """The cases that became part of one."""
        rows = self._connection.execute(
            select(service_case).where(service_case.c.merged_into == case_id).order_by(service_case.c.id)
        )
        return [_case_of(row) for row in rows]

    def tell(self, entry: CaseEntry) -> int:
        """Add a line to a history; its number."""
        refuse_nul(entry.text, entry.before, entry.after)
        row = {one.name: getattr(entry, one.name) for one in fields(entry) if one.name != "id"}
        number = self._insert(case_entry, {**row, "kind": entry.kind.value})
        self._transaction.touch("case_entry")
        return number

    def history(self, case_ids: Sequence[int]) -> list[CaseEntry]:
        """What was done about cases, in order."""
        rows = self._connection.execute(
            select(case_entry).where(case_entry.c.case_id.in_(case_ids)).order_by(case_entry.c.at, case_entry.c.id)
        )
        return [
            CaseEntry(row.case_id, row.at, row.user_id, EntryKind(row.kind), row.text, row.before, row.after, row.id)
            for row in rows
        ]

    def stop_of(self, account_id: int, first: date, last: date) -> tuple[date, datetime, int] | None:
        """The first planned stop at an account within some days: the day, when it begins, and the rep's id."""
        newest = select(func.max(plan.c.id)).where(plan.c.day.between(first, last)).group_by(plan.c.rep_id, plan.c.day)
        row = self._connection.execute(
            select(plan.c.day, plan_stop.c.start_at, plan.c.rep_id)
            .join(plan_stop, plan_stop.c.plan_id == plan.c.id)
            .where(plan.c.id.in_(newest), plan_stop.c.account_id == account_id)
            .order_by(plan_stop.c.start_at)
            .limit(1)
        ).first()
        return (row.day, row.start_at, row.rep_id) if row else None

    def with_cases(self, account_ids: Sequence[int]) -> set[int]:
        """Those of the accounts that have reported something."""
        return {
            row[0]
            for some in chunks(account_ids)
            for row in self._connection.execute(
                select(service_case.c.account_id).where(service_case.c.account_id.in_(some)).distinct()
            )
        }

    def move(self, account_id: int, to_account_id: int) -> list[int]:
        """Make the cases of one account those of another, as when the two are one business; their ids."""
        rows = self._connection.execute(
            select(service_case.c.id).where(service_case.c.account_id == account_id).order_by(service_case.c.id)
        )
        ids = [row[0] for row in rows]
        self.give(ids, to_account_id)
        return ids

    def give(self, ids: Sequence[int], account_id: int) -> None:
        """Make these cases those of an account; one that is not there any more is passed over."""
        for some in chunks(ids):
            self._connection.execute(
                update(service_case).where(service_case.c.id.in_(some)).values(account_id=account_id)
            )
        if ids:
            self._transaction.touch("service_case")


def _conditions(wanted: CaseFilter, territory_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    c = service_case.c
    found: list[ColumnElement[bool]] = []
    if text := wanted.text.strip():
        number = text.upper().removeprefix("C-")
        ways: list[ColumnElement[bool]] = []
        if key := " ".join(tokens(text)):
            ways.append(c.search_key.contains(key, autoescape=True))
            ways.append(c.account_id.in_(select(account.c.id).where(account.c.name_key.contains(key, autoescape=True))))
        if number.isascii() and number.isdecimal() and len(number) < 10:
            ways.append(c.id == int(number))
        found.append(or_(*ways) if ways else c.id < 0)
    if wanted.state is not None:
        found.append(c.state == wanted.state.value)
    if wanted.live:
        found.append(c.state.in_(_LIVE))
    if wanted.priority is not None:
        found.append(c.priority == wanted.priority.value)
    if wanted.owner_id is not None:
        own = c.owner_id == wanted.owner_id if wanted.owner_id <= HIGHEST else c.id < 0
        found.append(own if wanted.owner_id else c.owner_id.is_(None))
    if wanted.category:
        found.append(c.category == wanted.category)
    if wanted.account_id is not None:
        found.append(c.account_id == wanted.account_id)
    if (now := wanted.overdue_at) is not None:
        unanswered = and_(c.state.in_(_LIVE), c.answered_at.is_(None), c.answer_due < now)
        found.append(or_(unanswered, and_(c.state == CaseState.OPEN.value, c.solve_due < now)))
    if territory_ids is not None:
        found.append(c.account_id.in_(select(account.c.id).where(account.c.territory_id.in_(sorted(territory_ids)))))
    return found


def search_key(one: Case) -> str:
    """What a search compares."""
    return " ".join(tokens(f"{one.title} {one.category} {one.order_number} {one.text}"))


def _row_of(one: Case) -> dict[str, Any]:
    refuse_nul(one.title, one.text, one.category, one.order_number, one.survey_remark)
    row = {name: getattr(one, name) for name in _NAMES}
    return {**row, **{name: row[name].value for name in _WORDS}, "search_key": search_key(one)}


def _case_of(row: Any) -> Case:
    values = {name: getattr(row, name) for name in _NAMES}
    return Case(**{**values, **{name: kind(values[name]) for name, kind in _WORDS.items()}}, id=row.id)
