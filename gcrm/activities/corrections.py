"""Correct what was told of an account, withdraw it, or let it hold again; each with who did it, when, before and after.

What follows from a visit follows from the corrected one: an account whose "visit" found nobody there is due again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import Account
from gcrm.activities.account_history import NOTE_MOST
from gcrm.activities.due_date import recount_last_visit
from gcrm.activities.model import Activity, ActivityKind, Outcome, Revision
from gcrm.common.language import number, say
from gcrm.people.user import Role, User
from gcrm.platform.errors import Conflict, InputRejected, NotAllowed
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

MAY_CORRECT_ALL = frozenset({Role.PLANNER, Role.ADMINISTRATOR})
STEP_MOST = 200


@dataclass(frozen=True, slots=True)
class Correction:
    """An activity as it should have been told."""

    outcome: Outcome = Outcome.NONE
    note: str = ""
    next_step: str = ""
    next_date: date | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """One correction for people: who made it, when, and (field, before, after) in words."""

    at: datetime
    by: str
    differences: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An activity with its account, who told it, its corrections (oldest first), and whether this user may correct it.

    read: what a correction has to say that it was made on.
    """

    activity: Activity
    account: Account
    by: str
    corrections: tuple[Corrected, ...]
    may_correct: bool

    @property
    def read(self) -> int:
        """How many corrections have been seen."""
        return len(self.corrections)


def told(workspace: Workspace, activity_id: int, user: User) -> Told:
    """One activity as its page shows it. Raises NotFound."""
    with workspace.store.read() as tx:
        activity = tx.activities.get(activity_id)
        account = tx.accounts.get(activity.account_id)
        revisions = tx.activities.revisions_of([activity_id]).get(activity_id, [])
        names = {one.id: one.name for one in tx.users.all()}
    corrections = tuple(
        Corrected(one.at, names.get(one.user_id or 0, ""), differences(one.before, one.after)) for one in revisions
    )
    return Told(activity, account, names.get(activity.user_id or 0, ""), corrections, may_correct(activity, user))


def told_by(workspace: Workspace, user: User, limit: int = 20) -> list[tuple[Activity, str]]:
    """What a user told last, newest first, each with the account's name."""
    with workspace.store.read() as tx:
        activities = tx.activities.of_user(user.id, limit)
        names = {one.id: one.name for one in tx.accounts.by_ids({activity.account_id for activity in activities})}
    return [(activity, names.get(activity.account_id, "")) for activity in activities]


def may_correct(activity: Activity, user: User) -> bool:
    """Whether a user may correct it: who told it, and planners."""
    return user.role in MAY_CORRECT_ALL or (activity.user_id == user.id and user.role is not Role.MANAGER)


def correct_activity(workspace: Workspace, activity_id: int, to: Correction, *, user: User, read: int) -> Activity:
    """Correct an activity. read: how many corrections of it had been made when it was looked at.

    Raises NotFound, NotAllowed for somebody else's, Conflict where it was corrected meanwhile, InputRejected for a text
    that is too long, and for a note or call without any.
    """
    note, step = to.note.strip(), to.next_step.strip()
    if len(note) > NOTE_MOST or len(step) > STEP_MOST:
        raise InputRejected(
            say(
                "The note has {note} characters, the next step {step}.",
                note=number(len(note)),
                step=number(len(step)),
            ),
            say(
                "Keep the note under {note} and the step under {step}.",
                note=number(NOTE_MOST),
                step=STEP_MOST,
            ),
        )

    def corrected(activity: Activity) -> Activity:
        if activity.kind is not ActivityKind.VISIT:
            if not note:
                raise InputRejected(say("The note is empty."), say("Type what colleagues should know, or withdraw it."))
            return replace(activity, note=note)
        return replace(
            activity, outcome=to.outcome, note=note, next_step=step, next_date=to.next_date if step else None
        )

    return _revise(workspace, activity_id, corrected, user, read)


def withdraw_activity(workspace: Workspace, activity_id: int, *, user: User, read: int) -> Activity:
    """Let an activity count no more: it never happened. It stays in the history, as withdrawn. Raises as above."""
    now = workspace.clock()
    return _revise(workspace, activity_id, lambda one: replace(one, withdrawn_at=one.withdrawn_at or now), user, read)


def reinstate_activity(workspace: Workspace, activity_id: int, *, user: User, read: int) -> Activity:
    """Let an activity that was withdrawn hold again. Raises as above."""
    return _revise(workspace, activity_id, lambda one: replace(one, withdrawn_at=None), user, read)


def _revise(
    workspace: Workspace, activity_id: int, change: Callable[[Activity], Activity], user: User, read: int
) -> Activity:
    now = workspace.clock()
    with workspace.store.write() as tx:
        before = tx.activities.get(activity_id)
        if not may_correct(before, user):
            raise NotAllowed(say("Someone else recorded this."), say("Ask them or a planner to correct it."))
        made = tx.activities.revisions_of([activity_id]).get(activity_id, [])
        if len(made) != read:
            raise Conflict(say("Someone else corrected this."), say("Reload it, then correct it."))
        after = change(before)
        old, new = _values(before), _values(after)
        differing = [name for name in old if old[name] != new[name]]
        if not differing:
            return before
        tx.activities.update(after)
        tx.activities.add_revision(
            Revision(
                activity_id,
                now,
                user.id,
                {name: old[name] for name in differing},
                {name: new[name] for name in differing},
            )
        )
        _let_follow(tx, after, ChangeSet(ChangeKind.VISIT, "", now, user.id))
    return after


def _let_follow(tx: "Transaction", after: Activity, made: ChangeSet) -> None:
    """What follows from a visit: when its account is due."""
    if after.kind is ActivityKind.VISIT:
        account = tx.accounts.get(after.account_id)
        recounted = recount_last_visit(tx, account.id)
        record(tx, replace(made, title=say("Visit corrected: {account}", account=account.name)), [(account, recounted)])


def _values(activity: Activity) -> dict[str, Any]:
    return {
        "outcome": activity.outcome.value,
        "note": activity.note,
        "next_step": activity.next_step,
        "next_date": activity.next_date.isoformat() if activity.next_date else "",
        "withdrawn": activity.withdrawn_at is not None,
    }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Fields that differ, each with its old and new value, in words."""
    labels = {
        "outcome": say("Outcome"),
        "note": say("Note"),
        "next_step": say("Next step"),
        "next_date": say("Due"),
    }
    told = [
        (label, _value(name, before[name]), _value(name, after[name]))
        for name, label in labels.items()
        if name in after
    ]
    if "withdrawn" in after:
        told.append((say("Counts"), _yes(not before["withdrawn"]), _yes(not after["withdrawn"])))
    return tuple(told)


def _value(name: str, value: object) -> str:
    return say(str(value)) if name == "outcome" else str(value)


def _yes(counts: bool) -> str:
    return say("yes") if counts else say("no")
