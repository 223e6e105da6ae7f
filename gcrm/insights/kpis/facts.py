"""What key figures are counted from, read once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from gcrm.accounts.columns import AccountColumns
from gcrm.activities.model import Activity, Outcome
from gcrm.common.language import say
from gcrm.common.today import desk_today, rep_today
from gcrm.markets.account_potential import account_potential
from gcrm.people.model import Rep
from gcrm.planning.repository.plans import PlannedLoad, PlannedVisit
from gcrm.platform.errors import GcrmError
from gcrm.territories.model import Territory
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

KNOWN_BEFORE = timedelta(days=365)
"""Orders must be known for so long before a period, or its first orders are not those of new customers."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a rep did at an account, on the day that it was for the rep."""

    activity: Activity
    day: date


@dataclass(eq=False)
class Facts:
    """All that figures of the days from first to last are made of. today: the last day that is not ahead.

    visits: of those days where somebody was met; tried: also those where nobody was. last_visits: (n,) datetime64[D] of
    each account up to a day, as `last_visits_at`. potential: by account id.
    """

    tx: Transaction
    first: date
    last: date
    today: date
    accounts: AccountColumns
    gone: frozenset[int]
    reps: list[Rep]
    territories: list[Territory]
    events: list[Event]
    planned: list[PlannedVisit]
    loads: list[PlannedLoad]
    became: list[tuple[int, date]]
    sold: list[tuple[int, date, float]]
    currency: str = ""
    potential: Mapping[int, float] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The day at whose end accounts are looked at: the last one, or today where that is ahead."""
        return min(self.last, self.today)

    @cached_property
    def rep_of_territory(self) -> dict[int, int]:
        """Territory to rep, by id."""
        return {one.id: one.rep_id for one in self.territories}

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Account to its row in `accounts`."""
        return {one: row for row, one in enumerate(self.accounts.ids.tolist())}

    @cached_property
    def _visit_days(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows of accounts and days of all visits, sorted by both."""
        found = self.tx.activities.visit_days()
        zones = {rep.id: ZoneInfo(rep.zone) for rep in self.reps}
        rows, days = [], []
        for account_id, rep_id, at in found:
            row = self.row_of.get(account_id)
            if row is not None:
                rows.append(row)
                days.append(at.astimezone(zones.get(rep_id or 0, UTC)).date())
        return np.array(rows, dtype=np.int64), np.array(days, dtype="datetime64[D]")

    def last_visits_at(self, day: date) -> np.ndarray:
        """(n,) the last visit of each account up to a day, NaT for none; one known from elsewhere counts too."""
        known = self.accounts.last_visits
        if day >= self.today:
            return known
        limit = np.datetime64(day, "D")
        last = np.where(known <= limit, known, np.datetime64("NaT", "D"))
        rows, days = self._visit_days
        before = days <= limit
        since = np.full(len(self.accounts), np.datetime64("0001-01-01", "D"))
        np.maximum.at(since, rows[before], days[before])
        newer = (since > np.datetime64("0001-01-01", "D")) & (np.isnat(last) | (since > last))
        return np.where(newer, since, last)


def facts_of(workspace: Workspace, tx: Transaction, first: date, last: date, *, with_potential: bool = True) -> Facts:
    """Read what figures of the days from first to last need."""
    reps, now = tx.reps.all(), workspace.clock()
    today = desk_today(reps, now)
    found = Facts(
        tx=tx,
        first=first,
        last=last,
        today=today,
        accounts=tx.accounts.columns(),
        gone=frozenset(tx.activities.closed_down()),
        reps=reps,
        territories=tx.territories.all(),
        events=_events(tx, reps, first, last),
        planned=_planned(tx, reps, first, last, now),
        loads=tx.plans.loads_between(first, last),
        became=_became(tx, first, last),
        sold=[],
    )
    _add_sales(found)
    if with_potential:
        _add_potential(workspace, found)
    return found


def _events(tx: Transaction, reps: list[Rep], first: date, last: date) -> list[Event]:
    zones = {rep.id: ZoneInfo(rep.zone) for rep in reps}
    # A day begins up to 14 hours before it does in UTC, and ends up to 12 after.
    start = datetime.combine(first - timedelta(1), clock_time(), UTC)
    end = datetime.combine(last + timedelta(2), clock_time(), UTC)
    events = []
    for one in tx.activities.since(start):
        if one.at >= end:
            break
        day = one.at.astimezone(zones.get(one.rep_id or 0, UTC)).date()
        if first <= day <= last:
            events.append(Event(one, day))
    return events


def _planned(tx: Transaction, reps: list[Rep], first: date, last: date, now: datetime) -> list[PlannedVisit]:
    """Planned visits of days that are over for their rep, and of today those that should have begun."""
    today = {rep.id: rep_today(rep, now) for rep in reps}
    return [
        one
        for one in tx.plans.visits_between(first, last)
        if one.rep_id in today and one.day <= today[one.rep_id] and one.start_at <= now
    ]


def _became(tx: Transaction, first: date, last: date) -> list[tuple[int, date]]:
    """Prospects that became customers, and when."""
    start = datetime.combine(first, clock_time(), UTC)
    end = datetime.combine(last + timedelta(1), clock_time(), UTC)
    return [(account_id, at.date()) for account_id, at in tx.changes.became_customers(start, end)]


def _add_sales(found: Facts) -> None:
    """Orders of the period in the currency that most accounts pay in, and first orders as new customers."""
    tx, days = found.tx, found.tx.orders.days()
    if days is None:
        found.missing["sales"] = say("No orders are imported (`gcrm orders import FILE`).")
        return
    rows = tx.orders.days_of_accounts(found.first, found.last)
    payers: dict[str, set[int]] = {}
    for account_id, _, currency, _ in rows:
        payers.setdefault(currency, set()).add(account_id)
    if payers:
        found.currency = max(payers, key=lambda one: (len(payers[one]), one))
        others = sorted(one or say("no currency") for one in payers if one != found.currency)
        if others:
            found.remarks.append(
                say(
                    "Orders in {currencies} are left out: two currencies are not added up.",
                    currencies=", ".join(others),
                )
            )
    found.sold = [(one, day, amount) for one, day, currency, amount in rows if currency == found.currency]
    if days[0] <= found.first - KNOWN_BEFORE:
        known = {one for one, _ in found.became}
        firsts = tx.orders.first_days(found.first, found.last)
        found.became += [(one, day) for one, day in sorted(firsts.items()) if one not in known]
    else:
        found.remarks.append(say("First orders do not count as new customers: orders are not known for a year before."))


def _add_potential(workspace: Workspace, found: Facts) -> None:
    try:
        known = account_potential(workspace)
    except GcrmError as missing:
        found.missing["potential_reached"] = str(missing)
        return
    found.potential = known.by_account
    if not known.by_account:
        found.missing["potential_reached"] = known.reason


def was_met(one: Activity) -> bool:
    """Whether it is a visit at which somebody was there."""
    return one.is_visit


def said(one: Activity) -> bool:
    """Whether the outcome of a visit says how it went."""
    return one.outcome not in {Outcome.NONE, Outcome.NOBODY_THERE}
