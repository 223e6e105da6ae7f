"""The use-cases of planning, answering as the command line prints it: what users and scripts depend on."""

from typing import Any

from gcrm.planning import explain_plan as explaining
from gcrm.planning import nearby as near
from gcrm.planning import offers as offering
from gcrm.planning import plan_day as days
from gcrm.planning import plan_horizon as horizons
from gcrm.planning import plan_team as teams
from gcrm.planning import plan_week as weeks
from gcrm.planning import replan as replanning
from gcrm.planning.answers_json import write_explanation, write_nearby, write_offers, write_team
from gcrm.planning.day_json import write_day
from gcrm.planning.week_json import write_week

Json = dict[str, Any]


def plan_day(*given: Any, **wishes: Any) -> Json:
    return write_day(days.plan_day(*given, **wishes))


def plan_week(*given: Any, **wishes: Any) -> Json:
    return write_week(weeks.plan_week(*given, **wishes))


def plan_horizon(*given: Any, **wishes: Any) -> Json:
    return write_week(horizons.plan_horizon(*given, **wishes))


def plan_team(*given: Any, **wishes: Any) -> Json:
    return write_team(teams.plan_team(*given, **wishes))


def replan(*given: Any, **wishes: Any) -> Json:
    return write_day(replanning.replan(*given, **wishes))


def explain_plan(*given: Any, **wishes: Any) -> Json:
    return write_explanation(explaining.explain_plan(*given, **wishes))


def offers(*given: Any, **wishes: Any) -> Json:
    return write_offers(offering.offers(*given, **wishes))


def nearby(*given: Any, **wishes: Any) -> Json:
    return write_nearby(near.nearby(*given, **wishes))
