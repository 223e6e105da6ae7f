"""What pages and other programs ask about plans, in one snapshot."""

from collections.abc import Sequence
from datetime import date, datetime

from gcrm.common.today import rep_today
from gcrm.people.model import Rep
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.proposal import Override
from gcrm.transaction import Transaction


def current_plan(tx: Transaction, rep_id: int, day: date) -> DayPlan | None:
    """The plan that holds for a rep's day, None where nothing is planned."""
    return tx.plans.current(rep_id, day)


def first_planned(tx: Transaction, rep_id: int | None, days: Sequence[date]) -> date | None:
    """The first of some days, in their order, that has a plan of a rep, or of anybody; None where none has."""
    planned = tx.plans.planned_days(days, rep_id)
    return next((day for day in days if day in planned), None)


def plans_of_day(tx: Transaction, day: date) -> dict[int, DayPlan]:
    """The plans that hold for a day, by the number of their rep."""
    return tx.plans.of_day(day)


def stops_between(tx: Transaction, rep_id: int, first: date, last: date) -> dict[date, list[int]]:
    """The accounts that a rep's plans of some days visit, in their order; days without a visit are left out."""
    stops: dict[date, list[int]] = {}
    for visit in tx.plans.visits_between(first, last):
        if visit.rep_id == rep_id:
            stops.setdefault(visit.day, []).append(visit.account_id)
    return stops


def plans_between(tx: Transaction, rep_id: int, first: date, last: date) -> dict[date, DayPlan]:
    """The plans that hold for a rep's days, both included."""
    return tx.plans.between(rep_id, first, last)


def routes_of_today(tx: Transaction, reps: Sequence[Rep], now: datetime) -> list[tuple[Rep, DayPlan]]:
    """The plans that hold today, each on its rep's own calendar; reps without one are left out."""
    found = ((rep, tx.plans.current(rep.id, rep_today(rep, now))) for rep in reps)
    return [(rep, plan) for rep, plan in found if plan is not None]


def overrides_on(tx: Transaction, rep_id: int, day: date) -> dict[int, Override]:
    """What was decided by hand about a rep's day, by account."""
    return tx.overrides.on(rep_id, day)
