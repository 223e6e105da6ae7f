"""Key figures of a period by rep, territory or time, and the records behind each."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from gcrm.accounts.queries import account_names
from gcrm.common.language import number, say, to_say
from gcrm.insights.kpis.count import Counted, counted
from gcrm.insights.kpis.facts import Facts, facts_of
from gcrm.insights.kpis.groups import NONE, Groups, groups_of
from gcrm.insights.kpis.model import BY_KEY, KPIS, By, Figure, Record, Records, Report, Row, Unit
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

MOST_DAYS = 800
RECORDS_MOST = 2_000
_NO_ROW = {
    By.REP: to_say("There is no rep {row!r} in this report."),
    By.TERRITORY: to_say("There is no territory {row!r} in this report."),
    By.PERIOD: to_say("There is no period {row!r} in this report."),
}


def kpi_report(workspace: Workspace, tx: Transaction, first: date, last: date, by: By = By.REP) -> Report:
    """All key figures of the days from first to last. Raises InputRejected for days that cannot be."""
    check_days(first, last)
    facts = facts_of(workspace, tx, first, last)
    groups = groups_of(facts, by)
    total = _figures(facts, groups_of(facts, None))[0]
    rows = [
        Row(key, label, figures)
        for key, label, figures in zip(groups.keys, groups.labels, _figures(facts, groups), strict=True)
        if key != NONE or any(one.records for one in figures.values())
    ]
    length = facts.as_of - first + timedelta(1)
    before = facts_of(workspace, tx, first - length, first - timedelta(1)) if length.days > 0 else None
    return Report(
        by=by,
        first=first,
        last=last,
        as_of=facts.as_of,
        rows=tuple(rows),
        total=total,
        before=_figures(before, groups_of(before, None))[0] if before else {},
        currency=facts.currency,
        made_at=workspace.clock(),
        remarks=tuple(facts.remarks),
        missing=facts.missing,
    )


def kpi_records(
    workspace: Workspace, tx: Transaction, first: date, last: date, by: By, key: str, row: str | None
) -> tuple[Figure, list[Record]]:
    """One figure and what it is made of, what counts first; at most RECORDS_MOST records.

    row: the key of the row, None for all. Raises NotFound for a figure or a row that is not there, InputRejected.
    """
    check_days(first, last)
    if key not in BY_KEY:
        raise NotFound(
            say("There is no key figure {key!r}.", key=key[:40]), say("There are {by_key}.", by_key=", ".join(BY_KEY))
        )
    facts = facts_of(workspace, tx, first, last, with_potential=key == "potential_reached")
    groups = groups_of(facts, None if row is None else by)
    if row is not None and row not in groups.keys:
        raise NotFound(say(_NO_ROW[by], row=row[:40]), say("Open the report again."))
    at = 0 if row is None else groups.keys.index(row)
    found = counted(facts, groups, key)
    figure = _summed(found, len(groups.keys), BY_KEY[key].unit)[at]
    chosen = np.flatnonzero(found.rows == at)
    chosen = chosen[np.argsort(-found.above[chosen], kind="stable")][:RECORDS_MOST]
    return figure, _records(facts, found, chosen.tolist(), key)


def check_days(first: date, last: date) -> None:
    """Raise InputRejected for a period that ends before it begins, or is too long."""
    if last < first:
        raise InputRejected(
            say("{last} is before {first}.", last=last, first=first), say("Give the earlier day first.")
        )
    if (last - first).days >= MOST_DAYS:
        raise InputRejected(
            say("{first} to {last} is longer than {most_days} days.", first=first, last=last, most_days=MOST_DAYS),
            say("Choose a shorter period."),
        )


def _figures(facts: Facts, groups: Groups) -> list[dict[str, Figure]]:
    """For each row all figures; those that are not known have no value."""
    columns = {one.key: _summed(counted(facts, groups, one.key), len(groups.keys), one.unit) for one in KPIS}
    return [
        {key: Figure() if key in facts.missing else some[row] for key, some in columns.items()}
        for row in range(len(groups.keys))
    ]


def _summed(found: Counted, count: int, unit: Unit) -> list[Figure]:
    inside = found.rows >= 0
    rows = found.rows[inside]
    above = np.bincount(rows, weights=found.above[inside], minlength=count)
    records = np.bincount(rows, minlength=count).tolist()
    if found.below is None:
        digits = 2 if unit is Unit.MONEY else 0
        return [Figure(round(float(one), digits), None, n) for one, n in zip(above.tolist(), records, strict=True)]
    below = np.bincount(rows, weights=found.below[inside], minlength=count)
    return [
        Figure(round(part / of, 6) if of > 0 else None, round(of, 2), n)
        for part, of, n in zip(above.tolist(), below.tolist(), records, strict=True)
    ]


def _records(facts: Facts, found: Counted, chosen: Sequence[int], key: str) -> list[Record]:
    kind = BY_KEY[key].records
    reps = {rep.id: rep.name for rep in facts.reps}
    told: list[Record] = []
    for place in chosen:
        at, counts = int(found.index[place]), bool(found.above[place])
        day = found.days[place] if found.days else None
        if kind is Records.VISITS:
            done = facts.events[at].activity
            words = say(done.outcome.value or done.kind.value)
            if done.check_in is not None:
                words = say("{outcome}, check-in {verdict}", outcome=words, verdict=say(done.check_in.verdict.value))
            told.append(Record("", day, words, counts, done.account_id, reps.get(done.rep_id or 0, "")))
        elif kind is Records.PLANNED:
            visit = facts.planned[at]
            words = say("made") if counts else say("not made")
            told.append(Record("", day, words, counts, visit.account_id, reps.get(visit.rep_id, "")))
        elif kind is Records.DAYS:
            load = facts.loads[at]
            words = say(
                "{driving} h driving, {visits} h visits",
                driving=number(load.travel_s / 3600, 1),
                visits=number(load.service_s / 3600, 1),
            )
            told.append(Record(reps.get(load.rep_id, ""), day, words, counts, 0, reps.get(load.rep_id, "")))
        elif kind is Records.ORDERS:
            account_id, _, sold = facts.sold[at]
            told.append(Record("", day, say("ordered"), counts, account_id, "", sold))
        elif key == "new_customers":
            told.append(Record("", day, say("new customer"), counts, facts.became[at][0]))
        else:
            account_id = int(facts.accounts.ids[at])
            amount = float(found.below[place]) if found.below is not None and found.below[place] != 1 else None
            told.append(
                Record("", day, say("counts") if counts else say("does not count"), counts, account_id, "", amount)
            )
    names = account_names(facts.tx, {one.account_id for one in told if one.account_id})
    return [
        one
        if one.name
        else Record(
            names.get(one.account_id) or say("Account {number}, which is gone", number=one.account_id),
            one.day, one.what, one.counts,
            one.account_id if one.account_id in names else 0, one.rep, one.amount,
        )
        for one in told
    ]  # fmt: skip
