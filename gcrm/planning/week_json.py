"""A plan of several days as JSON: what the command line prints and a job keeps as its result. Made only here."""

from typing import Any

from gcrm.planning.day_json import write_day, write_mended, write_omission, write_quality
from gcrm.planning.week_plan import MissedVisit, PlannedNight, WeekPlan

Json = dict[str, Any]

VERSION = 2


def write_week(plan: WeekPlan) -> Json:
    """The days, and what holds of them together."""
    return {
        "version": VERSION,
        "reps": list(plan.rep_keys),
        "from": plan.first.isoformat(),
        "till": plan.last.isoformat(),
        "seed": plan.seed,
        "router": plan.router,
        "travel_times": write_mended(plan.mended),
        "days": [write_day(day) for day in plan.days],
        "dropped": [write_omission(one) for one in plan.omissions],
        "missed": [_write_missed(one) for one in plan.missed],
        "visits": plan.visits,
        "visits_due": plan.visits_due,
        "coverage": plan.coverage,
        "travel_s": plan.travel_s,
        "service_s": plan.service_s,
        "distance_m": plan.distance_m,
        "drive_share": plan.drive_share,
        "prize": plan.prize,
        "value": plan.value,
        **write_quality(plan.quality),
        "first_answer_s": plan.first_answer_s,
        "nights": [_write_night(one) for one in plan.nights],
        "work": [
            {
                "rep": one.rep_key,
                "visits": one.visits,
                "work_s": one.work_s,
                "hours_s": one.hours_s,
                "share": one.share,
            }
            for one in plan.work
        ],
        "fair": {
            "spread_before": plan.evened.spread_before,
            "spread": plan.evened.spread,
            "value": plan.evened.value,
            "visits": plan.evened.visits,
            "travel_s": plan.evened.travel_s,
        }
        if plan.evened
        else None,
        "notes": list(plan.notes),
        "planned_at": plan.planned_at.isoformat() if plan.planned_at else None,
        "seconds": plan.seconds,
    }


def _write_missed(one: MissedVisit) -> Json:
    return {
        "account": one.account_id,
        "name": one.name,
        "priority": one.priority.value,
        "due": one.due.isoformat(),
        "reason": one.reason,
    }


def _write_night(one: PlannedNight) -> Json:
    return {
        "rep": one.rep_key,
        "date": one.day.isoformat(),
        "place": one.name,
        "lon": one.place.lon,
        "lat": one.place.lat,
        "saved_s": one.saved_s,
    }
