"""What the maps fetch: points, cards, routes, regions, catchments and the tiles of the basemap."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from gcrm.accounts.queries import accounts_by_ids, neighbours, placed_columns
from gcrm.activities.queries import closed_down
from gcrm.areas.picture import UNIT, Frame
from gcrm.common.language import say
from gcrm.markets.region_table import region_table
from gcrm.people.model import Rep
from gcrm.people.queries import all_reps
from gcrm.planning.queries import current_plan, plans_of_day
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.platform.memo import Memo, digest
from gcrm.territories.polygons import area_km2
from gcrm.territories.queries import regions_of_set
from gcrm.territories.territory_table import territory_table
from maps.classing import QUANTILE, VIRIDIS, Scheme
from routing.points import LonLat
from webapp.access import DESK, EVERYONE, account_to_see, allow, rep_to_see, visible_territories
from webapp.accounts.filters import read_filter, selection
from webapp.context import snapshot, workspace
from webapp.day.timeline import follow, visits_of
from webapp.given import day_of
from webapp.maps_api import choropleth
from webapp.maps_api.cards import card_of, encoded
from webapp.maps_api.routes import route_of
from webapp.zones import today, zone_of_user

FRAME_MOST = round(1 / UNIT)
"""The widest frame of a picture: the whole map."""

_PICTURES: Memo[str] = Memo(most=200)
"""Pictures of streets: a day's is asked for by the rep's phone, and again by whoever looks at the day."""

blueprint = Blueprint("maps_api", __name__, url_prefix="/map")

MINUTES_MOST = 120
"""Farther than this nobody drives for a visit, and the search would span countries."""

AREAS_MOST = 4
"""Nested areas in one answer: more cannot be told apart."""

MARKS_MOST = 1_000
"""Accounts marked for a fault: beyond this the map says it by its count alone."""

TILE_LIFE_S = 31_536_000
"""A tile's address names the import it was cut from, so it never changes."""


@blueprint.get("/points")
@allow(*EVERYONE)
def points() -> ResponseReturnValue:
    """The chosen accounts that the signed-in user may see, as bytes (`maps.points`)."""
    day = today(zone_of_user())
    near = request.args.get("near", type=int)
    tx = snapshot()
    seen = visible_territories(tx)
    if near:
        chosen = neighbours(tx, seen, account_to_see(tx, near))
    else:
        chosen = placed_columns(tx, seen, selection(read_filter(request.args)))
    return Response(encoded(chosen, day, closed_down(tx)), mimetype="application/octet-stream")


@blueprint.get("/accounts/<int:account_id>")
@allow(*EVERYONE)
def card(account_id: int) -> ResponseReturnValue:
    """One account's card."""
    account = account_to_see(snapshot(), account_id)
    return jsonify(card_of(account, today(zone_of_user()), closed_down(snapshot())))


@blueprint.get("/day/<key>/<day>")
@allow(*EVERYONE)
def day(key: str, day: str) -> ResponseReturnValue:
    """One rep's route."""
    rep = rep_to_see(snapshot(), key)
    colour = [one.key for one in all_reps(snapshot())].index(rep.key)
    return jsonify({"reps": _routes([(rep, colour)], day), "empty": say("Nothing is planned for this day yet.")})


@blueprint.get("/team/<day>")
@allow(*DESK)
def team(day: str) -> ResponseReturnValue:
    """Every rep's route; a rep's colour is its place among all reps, the same on every day."""
    reps = [(rep, colour) for colour, rep in enumerate(all_reps(snapshot()))]
    return jsonify({"reps": _routes(reps, day), "empty": say("Nothing is planned for this day yet.")})


@blueprint.get("/regions")
@allow(*DESK)
def regions() -> ResponseReturnValue:
    """A set of regions with all measures; with=potential_visits adds potential against visits, which takes longer."""
    name = request.args.get("set", "")
    tx = snapshot()
    listed = regions_of_set(tx, name)
    reps = [rep.name for rep in all_reps(tx)]
    table = region_table(tx, name, workspace().clock(), today(zone_of_user()))
    measures = choropleth.measures_of(table.rows, reps, _scheme(), table.currency, table.joined)
    digits = choropleth.joined_digits(table.rows, table.joined)
    values = {row.id: choropleth.values_of(row, digits) for row in table.rows}
    if request.args.get("with") == "potential_visits":
        from gcrm.markets.neglected import potential_against_visits

        shown, named = choropleth.against_visits(potential_against_visits(workspace(), name, table.rows, tx))
        measures.append(shown)
        values = {key: {**value, "potential_visits": named[key]} for key, value in values.items()}
    areas = {row.id: row.area_km2 for row in table.rows}
    return jsonify({"measures": measures, "regions": choropleth.features_of(listed, values, areas)})


@blueprint.get("/potential")
@allow(*DESK)
def potential() -> ResponseReturnValue:
    """A set of regions with what is to be won in each."""
    from gcrm.markets.potential import potential_of_regions

    name = request.args.get("set", "")
    found = potential_of_regions(workspace(), name, tx=snapshot())
    listed = regions_of_set(snapshot(), name)
    return jsonify(
        {
            "measures": choropleth.potential_measures(found, _scheme()),
            "regions": choropleth.features_of(
                listed,
                {row.id: choropleth.potential_values(row) for row in found.rows},
                {region.id: area_km2(region.geometry) for region in listed},
            ),
        }
    )


@blueprint.get("/territories")
@allow(*DESK)
def territories() -> ResponseReturnValue:
    """A set of regions by who looks after them, with the accounts that nobody or more than one looks after."""
    name = request.args.get("set", "")
    tx = snapshot()
    listed = regions_of_set(tx, name)
    table = territory_table(tx, today(zone_of_user()))
    reps = [row.rep.name for row in table.rows]
    names = {region.id: tuple(rep.name for rep in table.owners.get(region.id, ())) for region in listed}
    rows = region_table(tx, name, workspace().clock(), today(zone_of_user())).rows
    return jsonify(
        {
            "measures": [choropleth.reps_measure([names[region.id] for region in listed], reps)],
            "regions": choropleth.features_of(
                listed,
                {region_id: {"rep": choropleth.owner_words(reps)} for region_id, reps in names.items()},
                {row.id: row.area_km2 for row in rows},
            ),
            "marks": [
                {
                    "id": account.id,
                    "name": account.name,
                    "lon": account.place.lon,
                    "lat": account.place.lat,
                    "state": state,
                }
                for state, accounts in ((say("unowned"), table.unowned), (say("doubly owned"), table.doubly_owned))
                for account in accounts.first[:MARKS_MOST]
                if account.place
            ],
        }
    )


@blueprint.get("/catchment")
@allow(*DESK)
def catchment() -> ResponseReturnValue:
    """The areas within reach of a place, and what is inside each."""
    from gcrm.markets.catchment import catchment as catchment_of

    return jsonify(catchment_of(workspace(), _origin(), _minutes(), today(zone_of_user())))


@blueprint.get("/catchment/compare")
@allow(*DESK)
def compared() -> ResponseReturnValue:
    """The ground split among places by who is nearest, with what is inside each part."""
    from gcrm.markets.compare_places import compare_places
    from webapp.catchment.views import COMPARED_MIN, asked_minutes, chosen_places

    found = compare_places(workspace(), chosen_places(), asked_minutes(COMPARED_MIN), today(zone_of_user()))
    return jsonify(choropleth.split_of(found))


@blueprint.get("/catchment/coverage")
@allow(*DESK)
def coverage() -> ResponseReturnValue:
    """A set of regions with what no rep's home reaches in each."""
    from gcrm.markets.coverage import coverage as coverage_of
    from webapp.catchment.views import TEAM_MIN, asked_minutes

    name = request.args.get("set", "")
    found = coverage_of(workspace(), asked_minutes(TEAM_MIN)[0], name, snapshot())
    listed = regions_of_set(snapshot(), name)
    return jsonify(
        {
            "measures": choropleth.coverage_measures(found),
            "regions": choropleth.features_of(
                listed,
                {row.id: choropleth.coverage_values(row) for row in found.rows},
                {region.id: area_km2(region.geometry) for region in listed},
            ),
        }
    )


@blueprint.get("/tiles/<area>/<version>/<int:z>/<int:x>/<int:y>.mvt")
@allow(*EVERYONE)
def tile(area: str, version: str, z: int, x: int, y: int) -> ResponseReturnValue:  # noqa: ARG001 - the version is for caches
    """One vector tile of the basemap; nothing where the extract has nothing."""
    if z > 22 or x >= 2**z or y >= 2**z:
        raise NotFound(say("There is no tile {z}/{x}/{y}.", z=z, x=x, y=y), say("Reload the page."))
    content = workspace().areas.get(area).tile(z, x, y)
    response = Response(content or b"", 200 if content else 204, mimetype="application/vnd.mapbox-vector-tile")
    _keep_long(response)
    return response


@blueprint.get("/streets/<area>/<version>/<int(signed=True):x>/<int(signed=True):y>/<int:size>.svg")
@allow(*EVERYONE)
def picture(area: str, version: str, x: int, y: int, size: int) -> ResponseReturnValue:
    """The streets in a frame as a picture (`gcrm.areas.picture`), for pages that show one before a map."""
    if not (0 < size <= FRAME_MOST and abs(x) <= 2 * FRAME_MOST and abs(y) <= 2 * FRAME_MOST):
        raise NotFound(say("There is no such picture."), say("Reload the page."))
    frame = Frame(x, y, size)
    key = digest([area.encode(), version.encode(), repr(frame).encode()])
    response = Response(_PICTURES.of(key, lambda: workspace().areas.get(area).picture(frame)), mimetype="image/svg+xml")
    _keep_long(response)
    return response


def _keep_long(response: Response) -> None:
    """Say that what is drawn from an area's import never changes, and whose data it is."""
    response.cache_control.private = True
    response.cache_control.max_age = TILE_LIFE_S
    response.cache_control.immutable = True
    response.headers["Link"] = '<https://www.openstreetmap.org/copyright>; rel="license"'
    response.headers["X-Attribution"] = "OpenStreetMap contributors, ODbL"


def _routes(reps: list[tuple[Rep, int]], day_text: str) -> list[dict[str, Any]]:
    on = day_of(day_text)
    now = workspace().clock()
    tx = snapshot()
    one = reps[0][0] if len(reps) == 1 else None
    plans = {one.id: current_plan(tx, one.id, on)} if one else plans_of_day(tx, on)
    shown = {account_id for plan in plans.values() if plan for account_id in plan.account_ids}
    accounts = {one.id: one for one in accounts_by_ids(tx, shown)}
    return [
        route_of(rep, follow(plan, visits_of(tx, rep, on, plan), now), accounts, colour)
        for rep, colour in reps
        if (plan := plans.get(rep.id))
    ]


def _scheme() -> Scheme:
    """How the values of regions are classed. Raises InputRejected."""
    try:
        return Scheme.read(request.args.get("classes") or QUANTILE)
    except ValueError as wrong:
        raise InputRejected(
            say("Those classes are not possible."),
            say(
                "Send quantile, jenks, equal, or 1 to {most} lower ends of your own as 10,20,50.",
                most=len(VIRIDIS),
            ),
        ) from wrong


def _origin() -> LonLat:
    lon, lat = (request.args.get(name, type=float) for name in ("lon", "lat"))
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputRejected(say("There is no such place."), say("Click on the map, or send lon and lat in degrees."))
    return LonLat(lon, lat)


def _minutes() -> list[float]:
    try:
        minutes = sorted({float(part) for part in request.args.get("minutes", "10,20,30").split(",")})
    except ValueError as wrong:
        raise InputRejected(say("The minutes are not numbers."), say("Send them as 10,20,30.")) from wrong
    if not 1 <= len(minutes) <= AREAS_MOST or not all(0 < one <= MINUTES_MOST for one in minutes):
        raise InputRejected(
            say("Those minutes are not possible."),
            say(
                "Send 1 to {areas} numbers above 0, at most {minutes}.",
                areas=AREAS_MOST,
                minutes=MINUTES_MOST,
            ),
        )
    return minutes
