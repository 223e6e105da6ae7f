"""Keep a change of days that was proposed, discard it, or undo it.

What is kept is to the minute what was shown, and only where the days are still those that it was shown for: a proposal
names the plan of each of its days. Where one was planned again meanwhile, by another tab, another person or a job, both
versions are handed back for a person to choose.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gcrm.common.language import say
from gcrm.people.model import DayOff
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.proposal import KeptChange, KeptDay, Override, Proposal, ProposedDay, Wish
from gcrm.platform.errors import Conflict
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Versions:
    """A proposed day beside the plan that has come meanwhile, None where that was taken away."""

    proposed: ProposedDay
    current: DayPlan | None


class ChangedMeanwhile(Conflict):
    """A day was planned again after the proposal was made. versions: of each such day."""

    def __init__(self, proposal: Proposal, versions: Sequence[Versions]) -> None:
        super().__init__(
            say("The day was replanned in the meantime."),
            say("Choose between the two versions, or try the change again."),
        )
        self.proposal = proposal
        self.versions = tuple(versions)


def propose(workspace: Workspace, proposal: Proposal) -> Proposal:
    """Keep a proposal until a person has chosen; returned with its id. Raises NotFound for the rep."""
    with workspace.store.write() as tx:
        return tx.proposals.add(tx.reps.get(proposal.rep_key).id, proposal)


def apply_proposal(
    workspace: Workspace, proposal_id: int, rep_key: str, user_id: int | None, *, anyway: bool = False
) -> list[DayPlan]:
    """Make a proposal the current plan of its days, in one transaction; returns their plans.

    What was decided holds whenever the days are planned again; all of it can be undone by the person who kept it.
    anyway: whether it takes the place of a plan that has come meanwhile.
    Raises NotFound for a proposal that is not there (any more), Conflict for one of another rep or one that is not
    possible, ChangedMeanwhile with both versions where a day was planned again.
    """
    now = workspace.clock()
    with workspace.store.write() as tx:
        proposal = tx.proposals.get(proposal_id)
        if proposal.rep_key != rep_key:
            raise Conflict(say("That change is one of another rep's days."), say("Propose the change again."))
        if proposal.refused:
            raise Conflict(
                say("That is not possible: {refused}.", refused=proposal.refused), say("Try another change.")
            )
        versions = _changed_meanwhile(tx, proposal)
        if versions and not anyway:
            raise ChangedMeanwhile(proposal, versions)
        plans, kept = _keep(tx, rep_key, proposal.days)
        tx.proposals.drop(proposal_id)
        if user_id is not None:
            tx.kept_changes.set_last(user_id, kept, now)
    return plans


def apply_simulated(workspace: Workspace, proposed: ProposedDay) -> DayPlan:
    """Keep what was tried just now, for whoever need not look at it first. Raises ChangedMeanwhile."""
    return apply_simulated_days(workspace, (proposed,))[0]


def apply_simulated_days(
    workspace: Workspace, days: tuple[ProposedDay, ...], also: Callable[[Transaction], None] | None = None
) -> list[DayPlan]:
    """The same for several days of one rep, all of them or none. also: what is written in the same transaction."""
    with workspace.store.write() as tx:
        proposal = Proposal(days[0].rep_key, "", days, workspace.clock())
        if versions := _changed_meanwhile(tx, proposal):
            raise ChangedMeanwhile(proposal, versions)
        plans, _ = _keep(tx, proposal.rep_key, proposal.days)
        if also is not None:
            also(tx)
    return plans


def discard(workspace: Workspace, proposal_id: int) -> None:
    """Forget a proposal."""
    with workspace.store.write() as tx:
        tx.proposals.drop(proposal_id)


def undoable(tx: Transaction, user_id: int, rep_key: str, days: Sequence[date]) -> bool:
    """Whether the change that a person kept last is of one of these days, and its days are still as it left them."""
    last = tx.kept_changes.last_of(user_id)
    if last is None or last.rep_key != rep_key or not {one.day for one in last.days} & set(days):
        return False
    return _is_current(tx, last)


def undo_kept(workspace: Workspace, user_id: int, rep_key: str) -> list[date]:
    """Take the change that a person kept last back: plans and overrides are as before; returns the days.

    Raises Conflict where there is none of that rep, or its days were planned again since.
    """
    with workspace.store.write() as tx:
        last = tx.kept_changes.last_of(user_id)
        if last is None or last.rep_key != rep_key:
            raise Conflict(say("There is no change to undo."), say("Plan the day again, or change it by hand."))
        if not _is_current(tx, last):
            raise Conflict(say("The day was replanned since."), say("Plan the day again, or change it by hand."))
        rep = tx.reps.get(rep_key)
        for one in last.days:
            if one.kept is not None and one.kept != one.replaced:
                tx.plans.drop(one.kept)
            if one.account_id is not None:
                tx.overrides.put(rep.id, one.day, one.overridden or Override(one.account_id, Wish.FREE))
        _days_off(tx, rep_key, remove=last.days)
        tx.kept_changes.set_last(user_id, None, workspace.clock())
    return [one.day for one in last.days]


def _changed_meanwhile(tx: Transaction, proposal: Proposal) -> list[Versions]:
    """The days of a proposal whose current plan is another than the one that it was made for."""
    rep = tx.reps.get(proposal.rep_key)
    current = tx.plans.current_ids(rep.id, [one.day for one in proposal.days])
    return [
        Versions(one, tx.plans.current(rep.id, one.day))
        for one in proposal.days
        if current.get(one.day) != one.replaces
    ]


def _keep(tx: Transaction, rep_key: str, proposed: Sequence[ProposedDay]) -> tuple[list[DayPlan], KeptChange]:
    """The plans as they are kept, and what it takes to undo that."""
    rep = tx.reps.get(rep_key)
    current = tx.plans.current_ids(rep.id, [one.day for one in proposed])
    plans: list[DayPlan] = []
    days: list[KeptDay] = []
    for one in proposed:
        before = kept = current.get(one.day)
        if one.plan is not None:
            plans.append(tx.plans.save(rep.id, one.plan))
            kept = plans[-1].id
        decided = one.override
        known = tx.overrides.on(rep.id, one.day).get(decided.account_id) if decided else None
        days.append(KeptDay(one.day, kept, before, decided.account_id if decided else None, known, one.day_off))
        if decided:
            tx.overrides.put(rep.id, one.day, decided)
    _days_off(tx, rep_key, add=days)
    return plans, KeptChange(rep_key, tuple(days))


def _days_off(tx: Transaction, rep_key: str, add: Sequence[KeptDay] = (), remove: Sequence[KeptDay] = ()) -> None:
    """Add the days off of a change to the rep's, or take them away again."""
    added, removed = ([DayOff(one.day, one.day, one.day_off) for one in kept if one.day_off] for kept in (add, remove))
    if added or removed:
        rep = tx.reps.get(rep_key)
        stay = [one for one in rep.days_off if one not in removed]
        tx.reps.update(replace(rep, days_off=(*stay, *(one for one in added if one not in stay))))


def _is_current(tx: Transaction, change: KeptChange) -> bool:
    """Whether the days of a kept change are still as it left them."""
    rep = tx.reps.get(change.rep_key)
    current = tx.plans.current_ids(rep.id, [one.day for one in change.days])
    return all(current.get(one.day) == one.kept for one in change.days)
