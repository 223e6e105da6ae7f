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
