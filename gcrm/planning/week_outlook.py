"""A rep's week as it stands: the days that are planned, which visits come due and are not made, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.people.working_week import working_day
from gcrm.planning.candidates import account_words
from gcrm.planning.coming_visits import as_visited, coming_visits
from gcrm.planning.cycles import Due, day_number, visits_due
from gcrm.planning.day_plan import DayPlan, OmissionCode
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

LOOK_AFTER_DAYS = 28
"""So far after the week it is looked whether a visit that is missed in it is planned later."""


@dataclass(frozen=True, slots=True)
class OutlookDay:
    """One day; plan is None where nothing is planned, off says why the rep does not work, "" where there is work."""

    day: date
    plan: DayPlan | None
    off: str


@dataclass(frozen=True, slots=True)
class MissedVisit:
    """A visit that comes due and is not made. due: when; later: the day that it is planned on after all, or None."""

    account: Account
    due: date
    overdue_days: int
    reason: str
    later: date | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Some days of a rep. missed: those worth most first; due: all visits that come due, made or not."""

    rep: Rep
    days: tuple[OutlookDay, ...]
    missed: tuple[MissedVisit, ...]
    due: int

    @property
    def plans(self) -> list[DayPlan]:
        """The plans of the days that are planned."""
        return [one.plan for one in self.days if one.plan]

    @property
    def coverage(self) -> float | None:
        """The share of the visits that come due and are made; None where none comes due."""
        return 1 - len(self.missed) / self.due if self.due else None


def week_outlook(workspace: Workspace, rep: Rep, first: date, today: date, days: int = 7) -> Outlook:
    """The outlook from `first` on. What is missed counts from today on, and not at all where no day is planned."""
    with workspace.store.read() as tx:
        span = [first + timedelta(days=number) for number in range(days)]
        planned = tx.plans.between(rep.id, span[0], span[-1])
        shown = tuple(OutlookDay(day, planned.get(day), working_day(rep, day).off) for day in span)
        begin = max(first, today)
        left = (first + timedelta(days=days) - begin).days
        coming = [one for one in shown if one.plan and one.day >= begin]
        if left <= 0 or not coming:
            return Outlook(rep, shown, (), 0)
        elsewhere = coming_visits(tx, workspace.clock(), of=[rep], planned_anew=(begin, span[-1]))
        accounts = [
            as_visited(account, begin, elsewhere)
            for one in tx.territories.of_rep(rep.id)
            for account in tx.accounts.of_territory(one.id)
        ]
        gone = frozenset(tx.activities.closed_down())
        after = _planned_after(tx, rep, span[-1])
    reasons = _reasons(coming)
    missed: list[MissedVisit] = []
    made = 0
    for account in accounts:
        if account.id in gone:
            continue
        own = {one.day for one in coming if one.plan and account.id in one.plan.account_ids}
        made += len(own)
        others = {one.day for one in elsewhere.get(account.id, ()) if begin <= one.day <= span[-1]}
        visits = sorted((day - begin).days for day in own | others)
        missed += [_missed(account, due, begin, reasons, after) for due in visits_due(account, begin, left, visits)]
    missed.sort(key=lambda one: (one.account.priority.value, -one.overdue_days, one.due, one.account.id))
    return Outlook(rep, shown, tuple(missed), made + len(missed))


def _missed(
    account: Account, due: Due, begin: date, reasons: Mapping[int, str], after: Mapping[int, date]
) -> MissedVisit:
    if account.place is None:
        reason = say("not on the map")
    else:
        reason = reasons.get(account.id) or say(
            "others are worth more for their time than this {account}", account=account_words(account)
        )
    day = day_number(begin, due.day - due.overdue_days)
    return MissedVisit(account, day, due.overdue_days, reason, after.get(account.id))


def _reasons(coming: Sequence[OutlookDay]) -> dict[int, str]:
    """Why an account is not visited, as the first of the days says it that does not only point to another day."""
    found: dict[int, str] = {}
    for one in coming:
        for omitted in one.plan.omissions if one.plan else ():
            if omitted.code not in _OTHER_DAYS:
                found.setdefault(omitted.account_id, omitted.reason)
    return found


_OTHER_DAYS = {OmissionCode.OTHER_DAY, OmissionCode.NOT_DUE, OmissionCode.PINNED_ELSEWHERE}
"""What only points to another day."""


def _planned_after(tx: Transaction, rep: Rep, last: date) -> dict[int, date]:
    """The first day after `last` on which each account is planned."""
    found: dict[int, date] = {}
    for visit in tx.plans.visits_between(last + timedelta(days=1), last + timedelta(days=LOOK_AFTER_DAYS)):
        if visit.rep_id == rep.id:
            found.setdefault(visit.account_id, visit.day)
    return found
