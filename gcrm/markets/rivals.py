"""Shares of one's own places against rivals: sites from a list or the extract, people from homes, real minutes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gcrm.areas.area import Area
from gcrm.common.language import number, say, say_n
from gcrm.markets.competitors import Competitors, sites_of_kind
from gcrm.markets.huff import ASSUMED, Exponents, Floats, expected_sales, fit_sales, shares
from gcrm.markets.population import Population
from gcrm.markets.reach import MINUTES_MOST
from gcrm.markets.sites import SITES_MOST, Site
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.workspace import Workspace
from routing.geodesy import metres_per_degree
from routing.points import LonLat, Points, as_points

ORIGINS_MOST = 400
"""Places that people set out from: homes are gathered in cells until there are no more."""
CELL_M = 250.0
ASSUMED_RANGE = (1.0, 3.0)
"""Exponents of driving time that shares are shown between where none was fitted."""


@dataclass(frozen=True, slots=True)
class SiteShare:
    """What a site draws. share: of all people within reach of some site, 0 to 1; people: how many, None where unknown.

    low, high: the share by the ends of the exponents' intervals; where none was fitted, by exponents of 1 and 3.
    reached: whether a road leads there.
    """

    name: str
    lon: float
    lat: float
    size: float
    sales: float | None
    ours: bool
    share: float
    low: float
    high: float
    people: int | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Rivals:
    """All sites, the largest share first. origins: places that people set out from."""

    sites: tuple[SiteShare, ...]
    exponents: Exponents
    origins: int
    people: int | None
    router: str
    remark: str


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where people set out from, and whom they would go to.

    places: (n, 2) lon and lat; demand: (n,) people, or floor space where they are not known; share: (n, m) of each
    site, in the order of `Rivals.sites`; zeros where none is reached.
    """

    places: Points
    demand: Floats
    share: Floats


def huff(
    workspace: Workspace,
    sites: Sequence[Site],
    *,
    kind: str = "",
    minutes: float = 30.0,
    exponents: Exponents | None = None,
    who: Competitors | None = None,
) -> Rivals:
    """Shares of sites among the people around them.

    kind: businesses of this kind in the extract ("supermarket") are rivals too. who: further rivals. minutes: nobody
    drives farther. exponents: fitted to the sites' sales, where six or more are known, if not given.
    Raises InputRejected for sites that are not on Earth, too many of them, or minutes that cannot be.
    """
    return huff_on_ground(workspace, sites, kind=kind, minutes=minutes, exponents=exponents, who=who)[0]


def huff_on_ground(
    workspace: Workspace,
    sites: Sequence[Site],
    *,
    kind: str = "",
    minutes: float = 30.0,
    exponents: Exponents | None = None,
    who: Competitors | None = None,
) -> tuple[Rivals, Ground | None]:
    """As `huff`, with where the people set out from; None for that where nothing is known. Raises as `huff`."""
    if not (math.isfinite(minutes) and 0 < minutes <= MINUTES_MOST):
        raise InputRejected(
            say("{minutes:g} minutes is not possible.", minutes=minutes),
            say("Enter more than 0 and at most {minutes_most}.", minutes_most=MINUTES_MOST),
        )
    try:
        area = workspace.areas.current()
    except NotReady as missing:
        return Rivals((), ASSUMED, 0, None, "", str(missing)), None
    everyone = [*sites, *(who.sites if who else ())]
    for one in dict.fromkeys([kind, *(who.kinds if who else ())]):
        everyone += sites_of_kind(area, one, everyone)
    if not everyone:
        found = say("No {kind} with a name is in the extract.", kind=kind) if kind else say("There is no site.")
        remark = f"{found} {say('Give some: `gcrm huff --sites FILE`.')}"
        return Rivals((), ASSUMED, 0, None, "", remark), None
    if len(everyone) > SITES_MOST:
        raise InputRejected(
            say("There are {count} sites.", count=len(everyone)),
            say("Give at most {sites_most}.", sites_most=SITES_MOST),
        )
    try:
        places = as_points([site.place for site in everyone])
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    router = area.travel_times(workspace.settings.router, workspace.settings.osrm_url)
    origins, demand, people = _origins(workspace, area, places)
    if not len(origins):
        remark = say("No homes and no regions with people are known around there.")
        return Rivals((), ASSUMED, 0, None, router.name, remark), None
    matrix = router.matrix(as_points([*origins.tolist(), *places.tolist()]))
    away = np.where(matrix.reachable, matrix.seconds / 60.0, np.inf)[: len(origins), len(origins) :]
    away = np.where(away <= minutes, away, np.inf)
    sizes = np.array([site.size for site in everyone])
    sales = np.array([np.nan if site.sales is None else site.sales for site in everyone])
    chosen = exponents or fit_sales(sizes, away, demand, sales)
    drawn = _drawn(sizes, away, demand, chosen)
    reached = np.isfinite(away).any(axis=0)
    total = float(demand[np.isfinite(away).any(axis=1)].sum())
    share, low, high = ((each / total if total else np.zeros(len(each))).tolist() for each in drawn)
    rows = [
        SiteShare(
            name=site.name,
            lon=site.place.lon,
            lat=site.place.lat,
            size=site.size,
            sales=site.sales,
            ours=site.ours,
            share=share[number],
            low=low[number],
            high=high[number],
            people=round(float(drawn[0][number])) if people else None,
            reached=bool(reached[number]),
        )
        for number, site in enumerate(everyone)
    ]
    far = [site.name for site, is_in in zip(everyone, reached.tolist(), strict=True) if not is_in]
    remarks = [
        say(chosen.remark),
        say(
            "Nobody reaches {sites} within {minutes:g} minutes on the roads of the extract.",
            sites=", ".join(far[:3]),
            minutes=minutes,
        )
        if far
        else "",
        "" if people else say("People are not known there: shares are of the floor space of homes."),
        ""
        if len(set(sizes.tolist())) > 1 or len(everyone) == 1
        else say("Sizes are not known: all sites count alike."),
    ]
    order = sorted(range(len(rows)), key=lambda number: (-rows[number].share, rows[number].name))
    share_of = shares(sizes, away, chosen.size.value, chosen.minutes.value)[:, order]
    told = Rivals(
        tuple(rows[number] for number in order),
        chosen,
        len(origins),
        round(total) if people else None,
        router.name,
        " ".join(each for each in remarks if each),
    )
    return told, Ground(origins, demand, share_of)


def finding_of(found: Rivals) -> str:
    """The one sentence that a manager should read."""
    ours = [one for one in found.sites if one.ours]
    if not ours:
        return say("Nothing can be said of this place.")
    if not any(one.reached for one in ours):
        return say("No road leads there, so it draws nobody.")
    if len(ours) == len(found.sites):
        return say("No competitor is known, so the shares are among your own places.")
    share, low, high = (sum(getattr(one, key) for one in ours) for key in ("share", "low", "high"))
    values = {
        "who": ours[0].name if len(ours) == 1 else say("Your {count} places", count=len(ours)),
        "share": share,
        "against": say_n("one competitor", "{n} competitors", len(found.sites) - len(ours)),
        "low": low,
        "high": min(high, 1.0),
    }
    if found.people:
        return say_n(
            "{who} draws {share:.0%} of {people} people against {against} ({low:.0%} to {high:.0%}).",
            "{who} draw {share:.0%} of {people} people against {against} ({low:.0%} to {high:.0%}).",
            len(ours),
            people=number(found.people),
            **values,
        )
    return say_n(
        "{who} draws {share:.0%} against {against} ({low:.0%} to {high:.0%}).",
        "{who} draw {share:.0%} against {against} ({low:.0%} to {high:.0%}).",
        len(ours),
        **values,
    )


def _drawn(sizes: Floats, away: Floats, demand: Floats, exponents: Exponents) -> tuple[Floats, Floats, Floats]:
    """What each site draws, and the least and most of it over the exponents' intervals, (m,) each."""
    alpha, beta = exponents.size, exponents.minutes
    best = expected_sales(demand, shares(sizes, away, alpha.value, beta.value))
    betas = (beta.low, beta.high) if beta.low is not None and beta.high is not None else ASSUMED_RANGE
    alphas = (alpha.low, alpha.high) if alpha.low is not None and alpha.high is not None else (alpha.value,)
    corners = np.array([expected_sales(demand, shares(sizes, away, one, other)) for one in alphas for other in betas])
    return best, np.minimum(best, corners.min(axis=0)), np.maximum(best, corners.max(axis=0))


def _origins(workspace: Workspace, area: Area, places: Points) -> tuple[Points, Floats, bool]:
    """Where people set out from, (n, 2), how many from each, (n,), and whether those are people (else floor space)."""
    homes = area.homes
    if len(homes):
        points, weights = _gathered(np.column_stack([homes.lon, homes.lat]), homes.floor_m2)
        counted = _people(workspace, area, places)
        return points, weights * (counted / weights.sum() if counted else 1.0), bool(counted)
    with workspace.store.read() as tx:
        sets = [tx.regions.of_set(name) for name in tx.regions.sets()]
    peopled = [[one for one in some if one.population and not one.geometry.is_empty] for some in sets]
    finest: list[Any] = max(peopled, key=len, default=[])
    centres = [one.geometry.representative_point() for one in finest]
    points = np.array([[each.x, each.y] for each in centres], dtype=np.float64).reshape(-1, 2)
    return points[:ORIGINS_MOST], np.array([float(one.population) for one in finest[:ORIGINS_MOST]]), True


def _gathered(points: Points, weights: Floats) -> tuple[Points, Floats]:
    """Homes gathered in square cells that grow until there are few enough; each cell at its weighted middle."""
    scale = np.asarray(metres_per_degree(points[:, 1].mean()))
    size = CELL_M
    while True:
        _, at = np.unique(np.floor(points * scale / size).astype(np.int64), axis=0, return_inverse=True)
        at = at.reshape(-1)
        if at.max() < ORIGINS_MOST:
            break
        size *= 1.4
    total = np.bincount(at, weights=weights)
    middle = np.column_stack([np.bincount(at, weights=weights * points[:, axis]) / total for axis in (0, 1)])
    return middle, total


def _people(workspace: Workspace, area: Area, places: Points) -> int | None:
    """People of the whole area, None where no regions with a population are known."""
    anchor = LonLat(float(places[:, 0].mean()), float(places[:, 1].mean()))
    with workspace.store.read() as tx:
        sets = {name: tx.regions.of_set(name) for name in tx.regions.sets()}
    people = Population(anchor, sets, area.homes, area.boundary)
    whole = shapely.make_valid(area.boundary)
    return people.inside(whole) if people.choose(whole) else None
