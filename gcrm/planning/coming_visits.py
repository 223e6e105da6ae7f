"""What plans know of each other: a visit that is planned for a coming day counts as made.

So a day does not visit whom another day, or another rep, is about to visit: nobody is visited twice by accident.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gcrm.accounts.model import Account
from gcrm.activities.model import ActivityKind, Outcome
from gcrm.common.language import say
from gcrm.common.today import rep_today, today_in
from gcrm.common.wording import day_in_words
from gcrm.people.model import Rep
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.due import cycle_days, early_days
from gcrm.transaction import Transaction

LOOK_AHEAD = timedelta(days=26 * 7)
"""Plans are read as far ahead as anybody plans."""


@dataclass(frozen=True, slots=True)
class ComingVisit:
    """A visit that is planned. rep: the name of another rep who makes it, "" for the rep who asks."""

    day: date
    rep: str = ""

    @property
    def said(self) -> str:
        """When, and by whom: "planned on Tue 1 Dec 2026 by Sam"."""
        day = day_in_words(self.day)
        if self.rep:
            return say("planned on {day} by {rep}", day=day, rep=self.rep)
        return say("planned on {day}", day=day)


Coming = Mapping[int, Sequence[ComingVisit]]
"""By account, in the order of days."""

NOBODY: Coming = {}


def coming_visits(
    tx: Transaction, now: datetime, *, of: Collection[Rep], planned_anew: tuple[date, date]
) -> dict[int, list[ComingVisit]]:
    """Whom the current plans of all reps visit from today on, by the clock of each rep.

    of: who asks; planned_anew: the first and the last of their days that are being planned, whose plans do not count.
    A stop of today that nobody has recorded counts until the rep's day is over; one where nobody was met does not.
    """
    reps = {rep.id: rep for rep in tx.reps.all()}
    own = {rep.id for rep in of}
    utc_day = today_in("UTC", now)
    # A day to either side of it, since somewhere it is yesterday or tomorrow.
    first = utc_day - timedelta(days=1)
    tried = {
        activity.account_id
        for activity in tx.activities.since(now - timedelta(hours=36))
        if activity.kind is ActivityKind.VISIT and activity.outcome is Outcome.NOBODY_THERE
    }
    found: dict[int, list[ComingVisit]] = {}
    for visit in tx.plans.visits_between(first, utc_day + timedelta(days=1) + LOOK_AHEAD):
        rep = reps.get(visit.rep_id)
        if rep is None or (visit.rep_id in own and planned_anew[0] <= visit.day <= planned_anew[1]):
            continue
        today = rep_today(rep, now)
        over = visit.day == today and (visit.ends_at <= now or visit.account_id in tried)
        if visit.day >= today and not over:
            name = "" if visit.rep_id in own and len(own) == 1 else rep.name
            found.setdefault(visit.account_id, []).append(ComingVisit(visit.day, name))
    return found


def too_near(account: Account, day: date, coming: Iterable[ComingVisit]) -> ComingVisit | None:
    """The coming visit that makes one on a day needless, the nearest first; None where there is none."""
    least = timedelta(days=max(1, cycle_days(account) - early_days(account)))
    near = [one for one in coming if abs(one.day - day) < least]
    return min(near, key=lambda one: abs(one.day - day), default=None)


def as_visited(account: Account, first: date, coming: Coming) -> Account:
    """The account as it will stand on a day, after the visits that are planned before it."""
    before = [one.day for one in coming.get(account.id, ()) if one.day < first]
    last = max([*before, *([account.last_visit] if account.last_visit else [])], default=None)
    return account if last == account.last_visit else replace(account, last_visit=last)


def planned_twice(plan: DayPlan, accounts: Mapping[int, Account], coming: Coming) -> list[str]:
    """What the reader of a plan should know of stops that somebody wants although they are planned elsewhere, too."""
    said = []
    for stop in plan.stops:
        account = accounts.get(stop.account_id)
        other = too_near(account, plan.day, coming.get(stop.account_id, ())) if account else None
        if account and other:
            said.append(
                say("{account} ({id}) is {planned}, too.", account=stop.name, id=account.id, planned=other.said)
            )
    return said
