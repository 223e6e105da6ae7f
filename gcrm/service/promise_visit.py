"""A case that needs somebody on site: a visit is promised by a day, and plans are made around it."""

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from gcrm.common.language import say
from gcrm.common.today import desk_today
from gcrm.common.wording import day_in_words
from gcrm.people.user import User
from gcrm.planning.appointments import Promised, add_appointment
from gcrm.planning.model import Appointment
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.service.access import case_to_change, user_id_of
from gcrm.service.model import CaseEntry, EntryKind
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


def promise_visit(workspace: Workspace, case_id: int, last: date, user: User | None = None) -> Promised:
    """Promise a visit by a day for a case; it stands where the planner finds all promises. Closing stays a person's.

    What stands against it is in the warnings. Raises NotFound, NotAllowed, InputRejected for a day that is over,
    Conflict for a case that is over or has a visit to come.
    """
    with workspace.store.read() as tx:
        found = case_to_change(tx, case_id, user)
        first = desk_today(tx.reps.all(), workspace.clock())
    if last < first:
        raise InputRejected(say("{day} is over.", day=day_in_words(last)), say("Choose today or a later day."))
    note = f"{found.number} {found.title}"

    def check(tx: "Transaction") -> None:
        now = case_to_change(tx, case_id, user)
        if now.is_over:
            raise Conflict(say("{number} needs no visit any more.", number=now.number), say("Open it again first."))
        if now.appointment_id is not None and tx.appointments.get(now.appointment_id).last >= first:
            raise Conflict(
                say("A visit is promised for {number} already.", number=now.number), say("Take that one back first.")
            )

    def link(tx: "Transaction", made: Appointment) -> None:
        tx.cases.update(replace(tx.cases.get(case_id), appointment_id=made.id))
        _tell(tx, case_id, workspace.clock(), user, "", last.isoformat())

    return add_appointment(workspace, found.account_id, first, till=last, note=note, beside=check, then=link)


def call_off_visit(workspace: Workspace, case_id: int, user: User | None = None) -> None:
    """Take the visit back that was promised for a case. Raises NotFound, NotAllowed, Conflict where there is none."""
    with workspace.store.write() as tx:
        found = case_to_change(tx, case_id, user)
        if found.appointment_id is None:
            raise Conflict(say("No visit is promised for {number}.", number=found.number), say("Reload the page."))
        promised = tx.appointments.get(found.appointment_id)
        tx.cases.update(replace(found, appointment_id=None))
        tx.appointments.delete(promised.id)
        _tell(tx, case_id, workspace.clock(), user, promised.last.isoformat(), "")


def _tell(tx: "Transaction", case_id: int, now: datetime, user: User | None, before: str, after: str) -> None:
    tx.cases.tell(CaseEntry(case_id, now, user_id_of(user), EntryKind.VISIT, "", before, after))
