"""What is done about a case: answered, noted, given to somebody, solved, closed, opened again; each told for good."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from gcrm.common.language import say
from gcrm.people.user import User
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.service.access import MOST_WORD, a_line, case_to_change, some_text, user_id_of
from gcrm.service.model import STATE_WORDS, Case, CaseEntry, CasePriority, CaseState, EntryKind
from gcrm.service.open_case import check_owner, checked_title
from gcrm.service.sla import levels
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


def answer_case(
    workspace: Workspace, case_id: int, text: str, user: User | None = None, *, then_wait: bool = False
) -> Case:
    """Write down what the customer was answered; the first answer ends the time for it. A case that is over stays so.

    then_wait: the customer has to do something now. Raises NotFound, NotAllowed, Conflict, InputRejected.
    """
    said = _something(text)

    def change(tx: "Transaction", before: Case, now: datetime) -> Case:
        tx.cases.tell(CaseEntry(case_id, now, user_id_of(user), EntryKind.ANSWER, said))
        after = replace(before, answered_at=before.answered_at or now)
        return _in_state(tx, after, CaseState.WAITING, now, user) if then_wait and not before.is_over else after

    return _changed(workspace, case_id, user, change)


def note_case(workspace: Workspace, case_id: int, text: str, user: User | None = None) -> Case:
    """Add a note that only we read. Raises NotFound, NotAllowed, Conflict, InputRejected."""
    said = _something(text)

    def change(tx: "Transaction", before: Case, now: datetime) -> Case:
        tx.cases.tell(CaseEntry(case_id, now, user_id_of(user), EntryKind.NOTE, said))
        return before

    return _changed(workspace, case_id, user, change)


def set_state(workspace: Workspace, case_id: int, state: CaseState, user: User | None = None, text: str = "") -> Case:
    """Let a case wait, solve it, close it or open it again. text: why or how, as a note in the same line.

    The same state again changes nothing. Raises NotFound, NotAllowed, Conflict, InputRejected.
    """
    said = some_text(text)

    def change(tx: "Transaction", before: Case, now: datetime) -> Case:
        if before.state is state:
            return before
        if before.is_over and state is CaseState.WAITING:
            raise Conflict(
                say("{number} is {state}.", number=before.number, state=say(STATE_WORDS[before.state]).lower()),
                say("Open it again first."),
            )
        if before.state is CaseState.CLOSED and state is CaseState.SOLVED:
            raise Conflict(say("{number} is closed.", number=before.number), say("Open it again first."))
        return _in_state(tx, before, state, now, user, said)

    return _changed(workspace, case_id, user, change)


def assign_case(workspace: Workspace, case_id: int, owner_id: int | None, user: User | None = None) -> Case:
    """Give a case to a user, None for nobody. Raises NotFound, NotAllowed, Conflict, InputRejected."""
    return change_case(workspace, case_id, user, owner_id=owner_id or 0)


def change_case(
    workspace: Workspace,
    case_id: int,
    user: User | None = None,
    *,
    title: str | None = None,
    category: str | None = None,
    priority: CasePriority | None = None,
    owner_id: int | None = None,
) -> Case:
    """Change what is given; a new priority moves the times by which it is due. owner_id: 0 for nobody.

    Raises NotFound, NotAllowed, Conflict, InputRejected.
    """

    def change(tx: "Transaction", before: Case, now: datetime) -> Case:
        after = before
        names = {one.id: one.name for one in tx.users.all()}
        by = user_id_of(user)
        if title is not None and (line := checked_title(title)) != before.title:
            after = replace(after, title=line)
            tx.cases.tell(CaseEntry(case_id, now, by, EntryKind.TITLE, "", before.title, line))
        if category is not None and (line := a_line(category, MOST_WORD)) != before.category:
            after = replace(after, category=line)
            tx.cases.tell(CaseEntry(case_id, now, by, EntryKind.CATEGORY, "", before.category, line))
        if priority is not None and priority is not before.priority:
            answer_due, solve_due = levels(tx).due(before.opened_at, priority, before.waited_s)
            after = replace(after, priority=priority, answer_due=answer_due, solve_due=solve_due)
            tx.cases.tell(CaseEntry(case_id, now, by, EntryKind.PRIORITY, "", before.priority.value, priority.value))
        if owner_id is not None and (owner_id or None) != before.owner_id:
            if owner_id:
                check_owner(tx, owner_id, before.account_id)
            after = replace(after, owner_id=owner_id or None)
            told = names.get(before.owner_id or 0, ""), names.get(owner_id, "")
            tx.cases.tell(CaseEntry(case_id, now, by, EntryKind.OWNER, "", *told))
        return after

    return _changed(workspace, case_id, user, change)


def _changed(
    workspace: Workspace, case_id: int, user: User | None, change: "Callable[[Transaction, Case, datetime], Case]"
) -> Case:
    now = workspace.clock()
    with workspace.store.write() as tx:
        before = case_to_change(tx, case_id, user)
        after = change(tx, before, now)
        if after != before:
            tx.cases.update(after)
        return after


def _in_state(
    tx: "Transaction", before: Case, state: CaseState, now: datetime, user: User | None, text: str = ""
) -> Case:
    """The case in another state, told in its history; what it waited for the customer is added to its time."""
    after = replace(before, state=state, waiting_since=now if state is CaseState.WAITING else None)
    if before.waiting_since is not None and state is not CaseState.WAITING:
        ours = levels(tx)
        waited = before.waited_s + round(ours.office.between(before.waiting_since, now))
        _, solve_due = ours.due(before.opened_at, before.priority, waited)
        after = replace(after, waited_s=waited, solve_due=solve_due)
    if state is CaseState.SOLVED:
        after = replace(after, solved_at=now)
    elif state is CaseState.CLOSED:
        after = replace(after, closed_at=now)
    else:
        after = replace(after, solved_at=None, closed_at=None)
    tx.cases.tell(CaseEntry(before.id, now, user_id_of(user), EntryKind.STATE, text, before.state.value, state.value))
    return after


def _something(text: str) -> str:
    said = some_text(text)
    if not said:
        raise InputRejected(say("There is no text."), say("Write what is to be kept."))
    return said
