"""Make two cases of one account one, and two again."""

from dataclasses import replace

from gcrm.common.language import say
from gcrm.people.user import User
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.service.access import case_to_change, case_to_see, check_writes, user_id_of
from gcrm.service.model import Case, CaseEntry, CaseState, EntryKind, number_of
from gcrm.workspace import Workspace


def merge_cases(workspace: Workspace, case_id: int, into: int, user: User | None = None) -> Case:
    """Make a case part of another: it is closed, and its history is shown there. The case that goes on.

    Raises NotFound, NotAllowed, InputRejected for the same case or one of another account, Conflict where either is
    part of another, or others are part of the first.
    """
    now, by = workspace.clock(), user_id_of(user)
    with workspace.store.write() as tx:
        gone, kept = case_to_change(tx, case_id, user), case_to_change(tx, into, user)
        if case_id == into:
            raise InputRejected(
                say("{number} cannot be merged with itself.", number=gone.number), say("Give two cases.")
            )
        if gone.account_id != kept.account_id:
            raise InputRejected(
                say("{number} and {other} are of two accounts.", number=gone.number, other=kept.number),
                say("Merge cases of one account, or merge the accounts first."),
            )
        if tx.cases.parts_of(case_id):
            raise Conflict(
                say("Other cases are part of {number}.", number=gone.number),
                say("Merge {other} into {number} instead.", other=kept.number, number=gone.number),
            )
        tx.cases.update(replace(gone, merged_into=into, state=CaseState.CLOSED, closed_at=now, waiting_since=None))
        # What it was before stands in the line that says so: undoing reads it there.
        tx.cases.tell(CaseEntry(case_id, now, by, EntryKind.MERGED, kept.number, gone.state.value, "closed"))
        tx.cases.tell(CaseEntry(into, now, by, EntryKind.MERGED, gone.number))
        return kept


def part_case(workspace: Workspace, case_id: int, user: User | None = None) -> Case:
    """Undo a merge: the case is its own again, in the state that it had. Raises NotFound, NotAllowed, Conflict."""
    now, by = workspace.clock(), user_id_of(user)
    with workspace.store.write() as tx:
        check_writes(user)
        gone = case_to_see(tx, case_id, user)
        if gone.merged_into is None:
            raise Conflict(say("{number} is not part of another case.", number=gone.number), say("Reload the page."))
        merged = [one for one in tx.cases.history([case_id]) if one.kind is EntryKind.MERGED and one.before]
        state = CaseState(merged[-1].before)
        closed_at = gone.closed_at if state is CaseState.CLOSED else None
        waiting = merged[-1].at if state is CaseState.WAITING else None
        after = replace(gone, merged_into=None, state=state, closed_at=closed_at, waiting_since=waiting)
        tx.cases.update(after)
        tx.cases.tell(CaseEntry(case_id, now, by, EntryKind.PARTED, number_of(gone.merged_into), "closed", state.value))
        tx.cases.tell(CaseEntry(gone.merged_into, now, by, EntryKind.PARTED, gone.number))
        return after
