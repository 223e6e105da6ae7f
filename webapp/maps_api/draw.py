"""Maps as parts of a page. Each names addresses to fetch from; nothing of an account stands in it."""

from collections.abc import Sequence
from datetime import date

from flask import g, url_for

from gcrm.areas import Area
from gcrm.platform.errors import GcrmError, NotReady
from maps.layers.accounts import Accounts
from maps.layers.catchment import Catchment
from maps.layers.check_in import CheckIn
from maps.layers.day_route import DayRoutes
from maps.layers.pin import Pin
from maps.layers.regions import Regions
from maps.layers.streets import Streets
from maps.page import DataLayer, MapParts, WorkMap, parts, with_controls
from webapp.context import workspace

MINUTES = (10, 20, 30)
"""The reach shown unless other minutes are asked for."""


def accounts_map(filter_form: str = "") -> MapParts:
    """All accounts that the signed-in user may see. filter_form: selector of a form whose fields choose among them."""
    layer = Accounts(_points_url(), _card_url(), filter_form=filter_form)
    return _drawn("Map of accounts", layer, key="accounts", locate=True)


def points_map(label: str, points_url: str, card_url: str) -> MapParts:
    """Points that are not accounts yet. Both addresses answer as those of the accounts do; card_url holds {id}."""
    return _drawn(label, Accounts(points_url, card_url))


def account_map(account_id: int) -> MapParts:
    """One account among its neighbours."""
    layer = Accounts(_points_url(), _card_url(), query=f"near={account_id}", select=account_id)
    return _drawn("Map of this account and its neighbours", layer)


def day_map(rep_key: str, day: date) -> MapParts:
    """One rep's day on the streets."""
    layer = DayRoutes(url_for("maps_api.day", key=rep_key, day=day.isoformat()))
    return _drawn("Map of the day's route", layer, locate=True)


def live_map(url: str) -> MapParts:
    """A plan that is still being sought, fetched from an address that answers as that of the day."""
    return _drawn("Map of the best plan so far", DayRoutes(url))


def week_map(rep_key: str, first: date) -> MapParts:
    """One rep's week: each day as a route of its own, with its colour, line style and label."""
    return _drawn("Map of the week's routes", DayRoutes(url_for("weeks.routes", key=rep_key, day=first.isoformat())))


def team_map(day: date) -> MapParts:
    """Every rep's day."""
    return _drawn("Map of the team's routes", DayRoutes(url_for("maps_api.team", day=day.isoformat())))


def regions_map(set_name: str, measure: str = "customers") -> MapParts:
    """Regions coloured by one of their measures, which is switched on the map."""
    layer = Regions(url_for("maps_api.regions", set=set_name), measure)
    return _drawn("Map of regions", layer, key=f"regions:{set_name}", names=False)


def territories_map(set_name: str) -> MapParts:
    """Regions coloured by who looks after them, with the accounts that nobody or more than one looks after."""
    layer = Regions(url_for("maps_api.territories", set=set_name), "rep")
    return _drawn("Map of territories", layer, key=f"territories:{set_name}", names=False)


def catchment_map(minutes: Sequence[int] = MINUTES, origin: tuple[float, float] | None = None) -> MapParts:
    """What is within so many minutes by car of a place that is clicked. origin: (lon, lat) to begin with."""
    layer = Catchment(url_for("maps_api.catchment"), minutes, origin)
    return _drawn("Map of what is within reach", layer, key="catchment")


def pin_map(account_id: int) -> MapParts:
    """An account whose pin is put where it belongs, among the candidates that the page lists."""
    return _drawn("Map to put the account in its place", Pin(_card_url().replace("{id}", str(account_id))))


def check_in_map(account_id: int) -> MapParts:
    """An account and where the phone is."""
    return _drawn("Map of the account and your position", CheckIn(_card_url().replace("{id}", str(account_id))))


def tiles_url(area: Area) -> str:
    """Where the basemap of an area is fetched from; the address changes when the area is imported anew."""
    version = f"{area.info.imported_at.timestamp():.0f}"
    return url_for("maps_api.tile", area=area.info.name, version=version, z=0, x=0, y=0).replace(
        "/0/0/0.mvt", "/{z}/{x}/{y}.mvt"
    )


def _drawn(label: str, layer: DataLayer, *, key: str = "", locate: bool = False, names: bool = True) -> MapParts:
    """The layer over the streets of the current area, or over an empty ground where no area is imported."""
    area: Area | None
    try:
        area = workspace().areas.current()
    except NotReady:
        area = None
    except GcrmError:  # an area that cannot be read is the health page's matter; the accounts can still be shown
        area = None
    view = f"{area.info.name}:{key}" if area and key else key
    drawn = WorkMap(label, bbox=area.info.bbox if area else None, key=view)
    if area:
        Streets(tiles_url(area), names=names).add_to(drawn)
    layer.add_to(drawn)
    return parts(with_controls(drawn, locate=locate), g.csp_nonce)


def _points_url() -> str:
    return url_for("maps_api.points")


def _card_url() -> str:
    return url_for("maps_api.card", account_id=0).replace("/0", "/{id}")
