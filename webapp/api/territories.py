"""Reps, territories, regions and scenarios, as they are read."""

from typing import Any

from gcrm.people.model import Rep
from gcrm.people.queries import all_reps
from gcrm.people.token import Scope
from gcrm.people.working_week import week_words
from gcrm.territories.model import Region, Territory
from gcrm.territories.queries import all_territories, region_sets, regions_of_set
from webapp.access import DESK, me, rep_to_see, visible_territories
from webapp.api.operation import Given, Reply, operation
from webapp.api.pages import paged
from webapp.api.shapes import CURSOR, KEY, LIMIT, NO_SUCH, REGION, REP, TERRITORY, named, page
from webapp.context import snapshot

TAG = "Territories"
PAGE = {"cursor": CURSOR, "limit": LIMIT}
SCENARIO = named("Scenario", {"type": "object", "required": ["scenario", "name", "state"]})


def rep_json(rep: Rep) -> dict[str, Any]:
    """A rep as the API answers it."""
    return {
        "id": rep.id,
        "key": rep.key,
        "name": rep.name,
        "zone": rep.zone,
        "home": {"lon": rep.home.lon, "lat": rep.home.lat} if rep.home else None,
        "hours": week_words(rep.week),
        "skills": list(rep.skills),
        "languages": list(rep.languages),
    }


@operation(
    "GET", "/reps", "List reps", tag=TAG, scope=Scope.PLANS_READ, query=PAGE,
    answers={200: ("A page of reps, by id.", page("Reps", REP))},
)  # fmt: skip
def list_reps(given: Given) -> Reply:
    """A rep sees the own one."""
    tx = snapshot()
    seen = visible_territories(tx)
    found = [one for one in all_reps(tx) if seen is None or one.id == me().rep_id]
    return paged(given, found, rep_json, lambda one: one.id)


@operation(
    "GET", "/reps/<key>", "Read a rep", tag=TAG, scope=Scope.PLANS_READ, answers={200: ("The rep.", REP)},
)  # fmt: skip
def read_rep(given: Given) -> Reply:
    """By key."""
    return Reply(rep_json(rep_to_see(snapshot(), given.path["key"])))


@operation(
    "GET", "/territories", "List territories", tag=TAG, scope=Scope.TERRITORIES_READ, query=PAGE,
    answers={200: ("A page of territories, by id.", page("Territories", TERRITORY))},
)  # fmt: skip
def list_territories(given: Given) -> Reply:
    """A rep sees the own ones."""
    tx = snapshot()
    seen = visible_territories(tx)
    found = [one for one in all_territories(tx) if seen is None or one.id in seen]
    return paged(given, found, _territory_json, lambda one: one.id)


@operation(
    "GET", "/regions", "List regions", tag=TAG, scope=Scope.TERRITORIES_READ, roles=DESK,
    query={"set": {**KEY, "description": "Of that set; of all without it."}, **PAGE},
    answers={200: ("A page of regions, by id, without their outlines.", page("Regions", REGION)), 404: NO_SUCH},
)  # fmt: skip
def list_regions(given: Given) -> Reply:
    """Their outlines are in the layers: /api/v1/ogc/collections/regions."""
    tx = snapshot()
    sets = [given.query["set"]] if "set" in given.query else region_sets(tx)
    found = [one for name in sets for one in regions_of_set(tx, name)]
    return paged(given, found, _region_json, lambda one: one.id)


@operation(
    "GET", "/scenarios", "List scenarios", tag=TAG, scope=Scope.TERRITORIES_READ, roles=DESK, query=PAGE,
    answers={200: ("A page of scenarios, by id.", page("Scenarios", SCENARIO))},
)  # fmt: skip
def list_scenarios(given: Given) -> Reply:
    """How territories could be."""
    from gcrm.territories.scenarios.queries import all_scenarios
    from gcrm.territories.scenarios.scenario_json import answer_json

    return paged(given, all_scenarios(snapshot()), answer_json, lambda one: one.id)


@operation(
    "GET", "/scenarios/<int:scenario_id>", "Read a scenario", tag=TAG, scope=Scope.TERRITORIES_READ, roles=DESK,
    answers={200: ("The scenario with the figures of each territory.", SCENARIO)},
)  # fmt: skip
def read_scenario(given: Given) -> Reply:
    """As `gcrm territories scenarios show --json` says it."""
    from gcrm.territories.scenarios.queries import one_scenario
    from gcrm.territories.scenarios.scenario_json import answer_json

    return Reply(answer_json(one_scenario(snapshot(), given.path["scenario_id"])))


def _territory_json(one: Territory) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "rep_id": one.rep_id,
        "region_ids": sorted(one.region_ids),
        "postcodes": list(one.postcodes),
    }


def _region_json(one: Region) -> dict[str, Any]:
    return {
        "id": one.id,
        "set_name": one.set_name,
        "name": one.name,
        "population": one.population,
        "properties": one.properties or {},
    }
