"""How each key figure is counted: records, each with its row, what it adds above the line and below it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from gcrm.activities.model import Outcome, Verdict
from gcrm.insights.kpis.facts import Event, Facts, said
from gcrm.insights.kpis.groups import Groups
from gcrm.insights.kpis.model import By
from gcrm.planning.due_of_many import is_among, is_overdue

WON = frozenset({Outcome.ORDER, Outcome.INTERESTED})


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """m records. rows: (m,) of the report, -1 for none. above: (m,) what each adds to the figure.

    below: (m,) what each adds to what a share or a mean is divided by; None for a count or a sum. index: (m,) position
    of each in the facts that it comes from: accounts, events, planned visits, loads, became or sold. days: (m,) when.
    """

    rows: np.ndarray
    above: np.ndarray
    index: np.ndarray
    below: np.ndarray | None = None
    days: tuple[date, ...] | None = None


def counted(facts: Facts, groups: Groups, key: str) -> Counted:
    """The records of one key figure."""
    return _HOW[key](facts, groups)


def _states(facts: Facts, groups: Groups) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[date, ...]]:
    """Of each account that is not closed down, at the end of each span: row, whether it is overdue, index, day."""
    alive = np.flatnonzero(~is_among(facts.accounts, facts.gone))
    accounts = facts.accounts.where(alive)
    own = groups.of_accounts(accounts.ids)
    rows, late, index, days = [], [], [], []
    for number, span in enumerate(groups.spans):
        day = min(span.last, facts.today)
        seen = replace(accounts, last_visits=facts.last_visits_at(day)[alive])
        late.append(is_overdue(seen, day, frozenset()))
        rows.append(np.full(len(alive), number) if groups.by is By.PERIOD else own)
        index.append(alive)
        days += [day] * len(alive)
    return np.concatenate(rows), np.concatenate(late), np.concatenate(index), tuple(days)


def _coverage(facts: Facts, groups: Groups) -> Counted:
    rows, late, index, days = _states(facts, groups)
    return Counted(rows, (~late).astype(float), index, np.ones(len(rows)), days)


def _overdue(facts: Facts, groups: Groups) -> Counted:
    rows, late, index, days = _states(facts, groups)
    which = np.flatnonzero(late)
    return Counted(rows[which], np.ones(len(which)), index[which], None, tuple(days[one] for one in which.tolist()))


def _of_events(
    facts: Facts, groups: Groups, wanted: Callable[[Event], bool]
) -> tuple[np.ndarray, np.ndarray, list[date]]:
    """Rows, index and days of some events. By rep, what was done is the rep's who did it, whoever has the account."""
    index = [number for number, one in enumerate(facts.events) if wanted(one)]
    chosen = [facts.events[number] for number in index]
    days = [one.day for one in chosen]
    if groups.by is By.REP:
        rows = groups.of_reps([one.activity.rep_id for one in chosen])
    else:
        rows = groups.of_accounts([one.activity.account_id for one in chosen])
    return groups.of_days(days, rows), np.array(index, dtype=np.int64), days


def _visits(facts: Facts, groups: Groups) -> Counted:
    rows, index, days = _of_events(facts, groups, lambda one: one.activity.is_visit)
    return Counted(rows, np.ones(len(rows)), index, None, tuple(days))


def _visits_a_day(facts: Facts, groups: Groups) -> Counted:
    """The first visit of a rep's day brings the day below the line."""
    made = _visits(facts, groups)
    seen: set[tuple[int, int | None, date]] = set()
    below = np.zeros(len(made.rows))
    for number, (row, at) in enumerate(zip(made.rows.tolist(), made.index.tolist(), strict=True)):
        one = facts.events[at]
        day = (row, one.activity.rep_id, one.day)
        below[number] = day not in seen
        seen.add(day)
    return replace(made, below=below)


def _driving(facts: Facts, groups: Groups) -> Counted:
    days = [one.day for one in facts.loads]
    rows = groups.of_days(days, groups.of_reps([one.rep_id for one in facts.loads]))
    travel = np.array([one.travel_s for one in facts.loads], dtype=float)
    whole = travel + np.array([one.service_s for one in facts.loads], dtype=float)
    return Counted(rows, travel, np.arange(len(days)), whole, tuple(days))


def _done(facts: Facts, groups: Groups) -> Counted:
    made = {
        (one.activity.account_id, one.day)
        for one in facts.events
        if one.activity.is_visit or (one.activity.kind == "visit" and one.activity.withdrawn_at is None)
    }
    days = [one.day for one in facts.planned]
    if groups.by is By.REP:
        rows = groups.of_reps([one.rep_id for one in facts.planned])
    else:
        rows = groups.of_accounts([one.account_id for one in facts.planned])
    above = np.array([(one.account_id, one.day) in made for one in facts.planned], dtype=float)
    return Counted(groups.of_days(days, rows), above, np.arange(len(days)), np.ones(len(days)), tuple(days))


def _success(facts: Facts, groups: Groups) -> Counted:
    rows, index, days = _of_events(facts, groups, lambda one: one.activity.is_visit and said(one.activity))
    won = np.array([facts.events[at].activity.outcome in WON for at in index.tolist()], dtype=float)
    return Counted(rows, won, index, np.ones(len(rows)), tuple(days))


def _at_the_door(facts: Facts, groups: Groups) -> Counted:
    def tells(one: Event) -> bool:
        seen = one.activity.check_in
        return one.activity.withdrawn_at is None and seen is not None and seen.verdict in _TELL

    rows, index, days = _of_events(facts, groups, tells)
    inside = [facts.events[at].activity.check_in for at in index.tolist()]
    above = np.array([one is not None and one.verdict is Verdict.INSIDE for one in inside], dtype=float)
    return Counted(rows, above, index, np.ones(len(rows)), tuple(days))


_TELL = frozenset({Verdict.INSIDE, Verdict.OUTSIDE})


def _new_customers(facts: Facts, groups: Groups) -> Counted:
    days = [day for _, day in facts.became]
    rows = groups.of_days(days, groups.of_accounts([one for one, _ in facts.became]))
    return Counted(rows, np.ones(len(days)), np.arange(len(days)), None, tuple(days))


def _sales(facts: Facts, groups: Groups) -> Counted:
    days = [day for _, day, _ in facts.sold]
    rows = groups.of_days(days, groups.of_accounts([one for one, _, _ in facts.sold]))
    return Counted(rows, np.array([amount for *_, amount in facts.sold]), np.arange(len(days)), None, tuple(days))


def _prospects(facts: Facts, groups: Groups) -> Counted:
    wanted = np.flatnonzero(facts.accounts.is_prospect & ~is_among(facts.accounts, facts.gone))
    return _reached(facts, groups, wanted, np.ones(len(wanted)))


def _potential(facts: Facts, groups: Groups) -> Counted:
    worth = np.array([facts.potential.get(one, 0.0) for one in facts.accounts.ids.tolist()])
    wanted = np.flatnonzero((worth > 0) & ~is_among(facts.accounts, facts.gone))
    return _reached(facts, groups, wanted, worth[wanted])


def _reached(facts: Facts, groups: Groups, wanted: np.ndarray, worth: np.ndarray) -> Counted:
    """Accounts by what they are worth, of which those count that were visited in the span."""
    ids = facts.accounts.ids[wanted]
    own = groups.of_accounts(ids)
    rows, above, days = [], [], []
    for number, span in enumerate(groups.spans):
        met = {
            one.activity.account_id
            for one in facts.events
            if one.activity.is_visit and span.first <= one.day <= span.last
        }
        rows.append(np.full(len(wanted), number) if groups.by is By.PERIOD else own)
        above.append(np.where(np.isin(ids, np.fromiter(met, dtype=np.int64, count=len(met))), worth, 0.0))
        days += [span.last] * len(wanted)
    times = len(groups.spans)
    return Counted(
        np.concatenate(rows), np.concatenate(above), np.tile(wanted, times), np.tile(worth, times), tuple(days)
    )


_HOW: dict[str, Callable[[Facts, Groups], Counted]] = {
    "coverage": _coverage,
    "overdue": _overdue,
    "visits": _visits,
    "visits_a_day": _visits_a_day,
    "driving_share": _driving,
    "done_of_planned": _done,
    "success": _success,
    "at_the_door": _at_the_door,
    "new_customers": _new_customers,
    "prospects_reached": _prospects,
    "potential_reached": _potential,
    "sales": _sales,
}
