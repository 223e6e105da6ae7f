"""Answers to questions about plans as JSON: what the command line prints. Made only here."""

from typing import Any

from gcrm.planning.answers import Explanation, Nearby, Offers, TeamPlan
from gcrm.planning.day_json import write_change, write_day, write_omission
from gcrm.planning.proposal import ProposedDay
from gcrm.planning.proposal_json import write_cost

Json = dict[str, Any]


def write_team(team: TeamPlan) -> Json:
    """The day of several reps."""
    return {
        "date": team.day.isoformat(),
        "plans": [write_day(plan) for plan in team.plans],
        "failed": [{"rep": one.rep_key, "error": one.error, "remedy": one.remedy} for one in team.failed],
    }


def write_explanation(said: Explanation) -> Json:
    """What a plan says about an account."""
    return {
        "plan": said.plan_id,
        "rep": said.rep_key,
        "date": said.day.isoformat(),
        "account": said.account_id,
        "name": said.name,
        "planned": said.planned,
        "reason": said.reason,
        "remedy": said.remedy,
        "facts": list(said.facts),
    }


def write_move(proposed: ProposedDay) -> Json:
    """What a change of a day would cost, or why it is not possible."""
    possible = not proposed.refused
    return {
        "possible": possible,
        "reason": proposed.refused,
        "cost": write_cost(proposed.cost) if possible and proposed.cost else None,
        "changes": [write_change(one) for one in proposed.changes] if possible else [],
        "warning": proposed.warning,
        "plan": write_day(proposed.plan) if possible and proposed.plan else None,
    }


def write_offers(found: Offers) -> Json:
    """Times to offer an account."""
    return {
        "account": found.account_id,
        "name": found.name,
        "offers": [
            {
                "rep": one.rep_key,
                "date": one.day.isoformat(),
                "from": one.first.isoformat(),
                "till": one.last.isoformat(),
                "minutes": one.minutes,
                "extra_s": one.extra_s,
                "extra_m": one.extra_m,
                "after": one.after,
                "before": one.before,
                "planned": one.planned,
                "displaces": [{"account": lost.account_id, "name": lost.name} for lost in one.displaces],
                "price": one.price,
            }
            for one in found.offers
        ],
        "more": found.more,
        "closed": [{"rep": one.rep_key, "date": one.day.isoformat(), "reason": one.reason} for one in found.closed],
    }


def write_nearby(found: Nearby) -> Json:
    """Who near a route still fits, or why nobody does."""
    return {
        "rep": found.rep_key,
        "date": found.day.isoformat(),
        "nearby": [
            {
                "account": one.account_id,
                "name": one.name,
                "kind": one.kind.value,
                "priority": one.priority.value,
                "lon": one.place.lon,
                "lat": one.place.lat,
                "extra_s": one.extra_s,
                "extra_m": one.extra_m,
                "visit_s": one.visit_s,
                "prize": one.prize,
                "per_minute": one.per_minute,
                "after": one.after,
                "from": one.first.isoformat(),
                "till": one.last.isoformat(),
                "why": one.why,
            }
            for one in found.fitting
        ],
        "looked_at": found.looked_at,
        "fitting": found.fitting_count,
        "reason": found.reason,
        "remedy": found.remedy,
        "nearly": [write_omission(one) for one in found.nearly],
    }
