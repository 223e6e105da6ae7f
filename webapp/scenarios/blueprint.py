"""The blueprint that the views of this folder share, and who may see which scenario."""

from flask import Blueprint

from gcrm.common.language import say
from gcrm.platform.errors import NotFound
from gcrm.territories.scenarios.model import Scenario
from gcrm.territories.scenarios.queries import OwnChanges, is_shown_to_reps, one_scenario, own_changes
from gcrm.transaction import Transaction
from webapp.access import me, sees_all, visible_territories

blueprint = Blueprint("scenarios", __name__, url_prefix="/territories/scenarios", template_folder="templates")


def scenario_to_see(tx: Transaction, scenario_id: int) -> Scenario:
    """The scenario, if the signed-in user may see it.

    A rep sees those that are shown to reps and change something for that rep. Raises NotFound, with the same words for
    one that is hidden as for one that does not exist.
    """
    hidden = NotFound(
        say("There is no scenario {scenario_id} for you.", scenario_id=scenario_id), say("See the list of scenarios.")
    )
    try:
        scenario = one_scenario(tx, scenario_id)
    except NotFound as unknown:
        raise hidden from unknown
    if not sees_all() and own_part(tx, scenario) is None:
        raise hidden
    return scenario


def own_part(tx: Transaction, scenario: Scenario) -> OwnChanges | None:
    """What a scenario changes for the signed-in rep; None where nothing, or where it is not shown to reps."""
    if not is_shown_to_reps(scenario) or me().rep_id is None:
        return None
    seen = visible_territories(tx)
    found = own_changes(tx, scenario, me().rep_id, seen if seen is not None else frozenset())
    takes_part = found.loses or found.gains or (scenario.before is not None and found.position is not None)
    return found if takes_part else None
