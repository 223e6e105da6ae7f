"""Maps as parts of a page. Each names addresses to fetch from; nothing of an account stands in it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import current_app, g, url_for

from gcrm.common.language import language, say
from gcrm.platform.errors import GcrmError
from gcrm.platform.memo import Memo, digest
from webapp.context import workspace

if TYPE_CHECKING:
    from gcrm.areas import Area
    from maps.page import MapParts, RenderedMap

MINUTES = (10, 20, 30)
"""The reach shown unless other minutes are asked for."""

_RENDERED: "Memo[RenderedMap]" = Memo(most=1_000)
"""Maps by all that they are made of: rendering one takes longer than the page around it."""


def accounts_map(filter_form: str = "") -> "MapParts":
    """All accounts that the signed-in user may see. filter_form: selector of a form whose fields choose among them."""
    layer = _layer("accounts.Accounts", _points_url(), _card_url(), filter_form=filter_form)
    return _drawn(say("Map of accounts"), layer, key="accounts", locate=True)


def fields_map(url: str) -> "MapParts":
    """All accounts that may be seen, coloured and chosen by their fields."""
    return _drawn(say("Map of accounts"), _layer("fields.AccountFields", url, _card_url()), key="fields")


def points_map(label: str, points_url: str, card_url: str) -> "MapParts":
    """Points that are not accounts yet. Both addresses answer as those of the accounts do; card_url holds {id}."""
    return _drawn(label, _layer("accounts.Accounts", points_url, card_url))


def account_map(account_id: int) -> "MapParts":
    """One account among its neighbours."""
    layer = _layer("accounts.Accounts", _points_url(), _card_url(), query=f"near={account_id}", select=account_id)
    return _drawn(say("Map of this account and its neighbours"), layer, patient=True)


def day_map(rep_key: str, day: date) -> "MapParts":
    """One rep's day on the streets."""
    layer = _layer("day_route.DayRoutes", url_for("maps_api.day", key=rep_key, day=day.isoformat()))
    return _drawn(say("Map of the day's route"), layer, locate=True, patient=True)


def live_map(url: str) -> "MapParts":
    """A plan that is still being sought, fetched from an address that answers as that of the day."""
    return _drawn(say("Map of the best plan so far"), _layer("day_route.DayRoutes", url))


def week_map(rep_key: str, first: date) -> "MapParts":
    """One rep's week: each day as a route of its own, with its colour, line style and label."""
    layer = _layer("day_route.DayRoutes", url_for("weeks.routes", key=rep_key, day=first.isoformat()))
    return _drawn(say("Map of the week's routes"), layer, patient=True)


def team_map(day: date) -> "MapParts":
    """Every rep's day."""
    layer = _layer("day_route.DayRoutes", url_for("maps_api.team", day=day.isoformat()))
    return _drawn(say("Map of the team's routes"), layer)


def regions_map(set_name: str, measure: str = "customers", classes: str = "") -> "MapParts":
    """Regions coloured by one of their measures, which is switched on the map."""
    more: Any = {"with": measure} if measure == "potential_visits" else {}
    layer = _layer(
        "regions.Regions", url_for("maps_api.regions", set=set_name, classes=classes or None, **more), measure
    )
    return _drawn(say("Map of regions"), layer, key=f"regions:{set_name}", names=False)


def cube_map(url: str, level: str) -> "MapParts":
    """Regions of a level coloured by a cut of the cube, fetched from `url`; its columns are switched on the map."""
    return _drawn(
        say("Map of the cut"),
        _layer("regions.Regions", url, "total"),
        key=f"regions:{level}",
        names=False,
    )


def potential_map(set_name: str, classes: str = "") -> "MapParts":
    """Regions coloured by what is to be won there, or by another measure of the potential."""
    layer = _layer("regions.Regions", url_for("maps_api.potential", set=set_name, classes=classes or None), "value")
    return _drawn(say("Map of the potential of regions"), layer, key=f"potential:{set_name}", names=False)


def territories_map(set_name: str) -> "MapParts":
    """Regions coloured by who looks after them, with the accounts that nobody or more than one looks after."""
    layer = _layer("regions.Regions", url_for("maps_api.territories", set=set_name), "rep")
    return _drawn(say("Map of territories"), layer, key=f"territories:{set_name}", names=False)


def scenario_map(
    scenario_id: int, *, today: bool = False, names: Sequence[str] = (), key: str = "", label: str = ""
) -> "MapParts":
    """Territories of a scenario, or as they are today. names: in the order of their colours, where maps share them."""
    as_it_is: Any = {"as": "today"} if today else {}
    drawing = url_for("scenarios.drawing", scenario_id=scenario_id, **as_it_is)
    units = url_for("scenarios.units", scenario_id=scenario_id)
    layer = _layer("scenario.ScenarioMap", units, drawing, _card_url(), tuple(names))
    return _drawn(label or say("Map of the scenario"), layer, key=key, names=False)


def homes_map(job_id: int) -> "MapParts":
    """Every possible home coloured by the drive that somebody who lives there would have."""
    layer = _layer("regions.Regions", url_for("scenarios.homes_cells", job_id=job_id), "minutes")
    return _drawn(say("Map of possible homes"), layer, key="homes", names=False)


def catchment_map(minutes: Sequence[int] = MINUTES, origin: tuple[float, float] | None = None) -> "MapParts":
    """What is within so many minutes by car of a place that is clicked. origin: (lon, lat) to begin with."""
    layer = _layer("catchment.Catchment", url_for("maps_api.catchment"), tuple(minutes), origin)
    return _drawn(say("Map of what is within reach"), layer, key="catchment")


def compare_map(places: Mapping[str, Any], minutes: Sequence[float]) -> "MapParts":
    """The ground split among places by who is nearest. places: parts of the address that names them."""
    url = url_for("maps_api.compared", **places, minutes=",".join(f"{one:g}" for one in minutes))
    return _drawn(say("Map of who is nearest"), _layer("regions.Regions", url, "nearest"), key="compare", names=False)


def huff_map(url: str) -> "MapParts":
    """Who goes to one's own places and to competitors, fetched from `url`, with the places themselves."""
    return _drawn(say("Map of shares"), _layer("regions.Regions", url, "ours"), key="huff", names=False)


def coverage_map(set_name: str, minutes: float) -> "MapParts":
    """Regions coloured by what no rep's home reaches in them."""
    url = url_for("maps_api.coverage", set=set_name, minutes=f"{minutes:g}")
    label = say("Map of what no home reaches")
    return _drawn(
        label,
        _layer("regions.Regions", url, "accounts"),
        key=f"coverage:{set_name}",
        names=False,
    )


def pin_map(account_id: int) -> "MapParts":
    """An account whose pin is put where it belongs, among the candidates that the page lists."""
    layer = _layer("pin.Pin", _card_url().replace("{id}", str(account_id)))
    return _drawn(say("Map to put the account in its place"), layer)


def check_in_map(account_id: int) -> "MapParts":
    """An account and where the phone is."""
    layer = _layer("check_in.CheckIn", _card_url().replace("{id}", str(account_id)))
    return _drawn(say("Map of the account and your position"), layer, patient=True)


def tiles_url(area: "Area") -> str:
    """Where the basemap of an area is fetched from; the address changes when the area is imported anew."""
    version = f"{area.info.imported_at.timestamp():.0f}"
    return url_for("maps_api.tile", area=area.info.name, version=version, z=0, x=0, y=0).replace(
        "/0/0/0.mvt", "/{z}/{x}/{y}.mvt"
    )


_Layer = tuple[str, tuple[Any, ...], dict[str, Any]]
"""Module and class below `maps.layers`, and what it is made of: texts, numbers and tuples of them."""


def _layer(name: str, *given: Any, **named: Any) -> _Layer:
    return name, given, named


def _drawn(
    label: str, layer: _Layer, *, key: str = "", locate: bool = False, names: bool = True, patient: bool = False
) -> "MapParts":
    """The layer over the streets of the current area, or over an empty ground where no area is imported."""
    area: Area | None
    try:
        area = workspace().areas.current()
    except GcrmError:  # an area that cannot be read is the health page's matter; the accounts can still be shown
        area = None
    bbox = area.info.bbox if area else None
    tiles = tiles_url(area) if area else ""
    view = f"{area.info.name}:{key}" if area and key else key
    static = current_app.static_url_path or "/static"

    def render() -> "RenderedMap":
        # Folium brings pandas, and is not loaded before somebody wants a map that was not drawn before.
        from importlib import import_module

        from maps.assets import use_local
        from maps.layers.streets import Streets
        from maps.page import WorkMap, rendered, with_controls

        use_local(static)
        drawn = WorkMap(label, bbox=bbox, key=view)
        if tiles:
            Streets(tiles, names=names).add_to(drawn)
        name, given, named = layer
        module, maker = name.split(".")
        getattr(import_module(f"maps.layers.{module}"), maker)(*given, **named).add_to(drawn)
        return rendered(with_controls(drawn, locate=locate), patient=patient)

    made_of = repr((language(), label, layer, bbox, tiles, view, static, locate, names, patient))
    return _RENDERED.of(digest([made_of.encode()]), render).parts(g.csp_nonce)


def _points_url() -> str:
    return url_for("maps_api.points")


def _card_url() -> str:
    return url_for("maps_api.card", account_id=0).replace("/0", "/{id}")
