"""What pages and other programs ask about plans, in one snapshot."""

from datetime import date

from gcrm.planning.day_plan import DayPlan
from gcrm.store import Transaction


def current_plan(tx: Transaction, rep_id: int, day: date) -> DayPlan | None:
    """The plan that holds for a rep's day, None where nothing is planned."""
    return tx.plans.current(rep_id, day)


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
