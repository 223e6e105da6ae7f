"""The tiles and pictures of the streets that the kept days lead along."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from gcrm.areas.picture import Frame
from gcrm.people.model import Rep
from gcrm.people.queries import all_reps
from gcrm.planning.queries import current_plan
from gcrm.platform.errors import GcrmError
from routing.points import LonLat
from webapp.context import snapshot, workspace
from webapp.day.timeline import follow
from webapp.maps_api.draw import tiles_url
from webapp.maps_api.sketch import sketch_of

ZOOMS = (12, 13, 14, 15, 16)
"""From the whole of a day to the houses of a stop; nearer zooms enlarge the last."""

MOST = 500
"""Tiles that are taken along, the coarse ones first: some megabytes."""


def tiles_of_days(rep: Rep, days: Sequence[date]) -> list[str]:
    """Addresses of pictures and tiles, those of the first day first; none where no street data is there."""
    tx = snapshot()
    try:
        address = tiles_url(workspace().areas.current())
    except GcrmError:
        return []
    colour = [one.key for one in all_reps(tx)].index(rep.key)
    found: list[str] = []
    for day in days:
        plan = current_plan(tx, rep.id, day)
        if plan is None or not plan.stops:
            continue
        drawn = sketch_of(rep, follow(plan, (), workspace().clock()), colour)
        found += [drawn.streets_url] if drawn and drawn.streets_url else []
        line = [LonLat(*point) for leg in plan.legs for point in leg.line]
        for z, x, y in tiles_along([*line, *(stop.place for stop in plan.stops)], [stop.place for stop in plan.stops]):
            found.append(address.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y)))
    return list(dict.fromkeys(found))[:MOST]


def tiles_along(line: Iterable[LonLat], stops: Iterable[LonLat]) -> list[tuple[int, int, int]]:
    """(z, x, y) of the tiles that a line runs through, coarse ones first; around stops their neighbours as well."""
    found: list[tuple[int, int, int]] = []
    corners, places = list(line), list(stops)
    if not corners:
        return []
    whole = Frame(0, 0, 2**30)
    unit = whole.place(corners) / 800
    near = whole.place(places) / 800 if places else np.empty((0, 2))
    for z in ZOOMS:
        at = {(int(x), int(y)) for x, y in np.floor(unit * 2**z)}
        at |= {(int(x) + i, int(y) + j) for x, y in np.floor(near * 2**z) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        found += [(z, x, y) for x, y in sorted(at) if 0 <= x < 2**z and 0 <= y < 2**z]
    return found
