"""Apply the scenarios whose day has come."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from gcrm.common.language import say
from gcrm.common.today import today_in
from gcrm.platform.errors import GcrmError
from gcrm.territories.scenarios.model import ScenarioState
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


def apply_due(workspace: Workspace) -> list[int]:
    """Apply the approved scenarios whose day has come where the reps work; their numbers.

    One that cannot be applied is a draft again, and its remarks say why.
    """
    now = workspace.clock()
    with workspace.store.read() as tx:
        due = tx.scenarios.due(today_in(usual_zone(tx), now))
    if not due:
        return []
    from gcrm.territories.scenarios.apply import apply_scenario

    done = []
    for scenario in due:
        try:
            done.append(apply_scenario(workspace, scenario.id, scenario.decided_by).scenario.id)
        except GcrmError as fault:
            with workspace.store.write() as tx:
                held = tx.scenarios.get(scenario.id)
                if held.state is ScenarioState.APPROVED:
                    told = say("It was not applied on {day}: {fault}", day=scenario.apply_on, fault=fault)
                    draft = replace(held, state=ScenarioState.DRAFT, apply_on=None, remarks=(*held.remarks, told))
                    tx.scenarios.update(draft)
    return done


def usual_zone(tx: "Transaction") -> str:
    """The time zone that most reps work in."""
    zones = [rep.zone for rep in tx.reps.all()]
    return max(sorted(set(zones)), key=zones.count) if zones else "UTC"


def next_monday(now: datetime) -> date:
    """The Monday after today, in UTC."""
    today = today_in("UTC", now)
    return today + timedelta(days=7 - today.weekday())
