"""A day's route as a drawing that stands in the page itself: what a phone shows before anybody asks for the map."""

from dataclasses import dataclass

from flask import url_for

from gcrm.areas.picture import HEIGHT, WIDTH, Frame, path_of
from gcrm.people.model import Rep
from gcrm.platform.errors import GcrmError
from routing.points import LonLat
from webapp.context import workspace
from webapp.day.timeline import Day

ROUTE_COLOURS = ("#0072b2", "#d55e00", "#007a5a", "#b5508a", "#56b4e9", "#e69f00", "#6a51a3", "#5d5d5d")
"""Of reps, in the order of `map-day.js`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stop in the drawing: its number, account, state, and place in the drawing's units."""

    number: int
    account_id: int
    state: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """The drawing: size of its frame, streets below it ("" without an area), the legs as one path, stops, home."""

    width: int
    height: int
    streets_url: str
    colour: str
    route: str
    stops: tuple[Mark, ...]
    home: tuple[int, int] | None


def sketch_of(rep: Rep, day: Day, colour: int) -> Sketch | None:
    """A rep's day, in the colour that it has on the map; None where nothing of it has a place."""
    plan = day.plan
    home = plan.home or rep.home
    stops = [stop.planned.place for stop in day.stops]
    lines = [[LonLat(*point) for point in leg.line] for leg in plan.legs]
    shown = [*stops, *([home] if home else []), *(point for line in lines for point in line)]
    if not shown:
        return None
    frame = Frame.around(shown)
    marks = frame.place(stops).round().astype(int).tolist()
    return Sketch(
        WIDTH,
        HEIGHT,
        _streets_url(frame),
        ROUTE_COLOURS[colour % len(ROUTE_COLOURS)],
        "".join(path_of(frame.place(line)) for line in lines if len(line) > 1),
        tuple(
            Mark(stop.number, stop.planned.account_id, stop.state, x, y)
            for stop, (x, y) in zip(day.stops, marks, strict=True)
        ),
        tuple(frame.place([home]).round().astype(int)[0].tolist()) if home else None,
    )


def _streets_url(frame: Frame) -> str:
    try:
        info = workspace().areas.current().info
    except GcrmError:  # the health page says what is wrong with the area; a route can be drawn without streets
        return ""
    version = f"{info.imported_at.timestamp():.0f}"
    return url_for("maps_api.picture", area=info.name, version=version, x=frame.x, y=frame.y, size=frame.size)
