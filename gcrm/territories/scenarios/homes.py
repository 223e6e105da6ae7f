"""If we hire, where? The best homes for more reps beside those there are, and the drive for every possible home."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gcrm.areas.area import Area
from gcrm.common.language import number, say
from gcrm.common.today import today_in
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.territories.scenarios.gather import MOST_TERRITORIES, Gathered, gather, posts_of
from gcrm.territories.scenarios.staffing import Staffing, staffing_of
from gcrm.workspace import Workspace
from routing.districting.location import Medians, medians
from routing.districting.plane import metres_on_plane
from routing.points import LonLat

MOST_SITES = 300
"""Possible homes that are weighed; cells grow until there are no more."""
FINEST, COARSEST = 9, 4
"""Resolutions of H3 cells, of 0.1 to 1,800 km2."""
AROUND_DEGREES = 0.05
"""So far outside the accounts somebody may live."""
ROWS_AT_ONCE = 40
SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Site:
    """A possible home: a junction in the middle of an H3 cell, for one more rep beside all others.

    accounts, work_h: nearer to it than to any other home, with their hours a week; minutes: mean drive to them, weighed
    by their work, None without any. saved: minutes that the mean drive of all accounts gets shorter, None where there
    is no home to compare with.
    """

    cell: str
    place: LonLat
    accounts: int
    work_h: float
    minutes: float | None
    saved: float | None


@dataclass(frozen=True, slots=True)
class Home:
    """One home, there already (rep: who lives there) or proposed: what is nearest to it, with the mean drive there."""

    name: str
    place: LonLat
    is_new: bool
    accounts: int
    work_h: float
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Homes:
    """homes: those there are, then the proposed ones. minutes_before, minutes: mean drive to the nearest, by work.

    gap: how much better any choice could be at most, relative; sites: every possible home of the last one proposed.
    """

    homes: tuple[Home, ...]
    minutes_before: float | None
    minutes: float | None
    gap: float
    sites: tuple[Site, ...]
    staffing: Staffing
    remarks: tuple[str, ...]


def best_homes(
    workspace: Workspace,
    new: int,
    reps: Sequence[str] = (),
    *,
    coverage: float = 1.0,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    progress: Progress = quiet,
) -> Homes:
    """Propose homes for so many more reps, so that all accounts are as near to a home as can be (p-median, by work).

    reps: keys of those there are, all if none is named; their accounts and those of nobody count. new: 0 only shows
    what each possible home would do. Raises NotReady without an area, NotFound for a rep, InputRejected, Cancelled.
    """
    if not 0 <= new <= MOST_TERRITORIES:
        raise InputRejected(
            say("{new} new homes are not possible.", new=new),
            say("Ask for 0 to {most_territories}.", most_territories=MOST_TERRITORIES),
        )
    gathered, area = gathered_for_team(workspace, reps, progress)
    staffing = staffing_of(gathered, coverage)
    told = list(gathered.remarks)
    units = gathered.units
    homeless = [post.name for post in gathered.posts if post.rep and not post.rep.home]
    if homeless:
        told.append(say("No home is known of {reps}: set one, and ask again.", reps=", ".join(homeless)))
    lived = [(post.name, post.rep.home) for post in gathered.posts if post.rep and post.rep.home]
    weights = units.visits_min if units.visits_min.sum() > 0 else np.ones(units.count)
    reached = gathered.graph.roads.unit_node >= 0 if units.count else np.zeros(0, dtype=bool)
    if not reached.any():
        told.append(say("No account lies on a street of the imported area, so no home is nearer than another."))
        return Homes((), None, None, 0.0, (), staffing, tuple(told))
    progress(say("Measuring drives from every possible home"))
    cells, nodes = _sites(area, units.places[reached])
    places = np.column_stack([area.streets.lon[nodes], area.streets.lat[nodes]])
    at_home = np.array([_nearest(area, LonLat(*home)) for _, home in lived], dtype=np.int32)
    drive = _drives(gathered, np.concatenate([at_home, nodes]).astype(np.int32), progress)[:, reached]
    work = weights[reached]
    fixed = tuple(range(len(lived)))
    p = len(lived) + min(new, len(nodes))
    if new > len(nodes):
        told.append(say("There are only {count} places to choose from.", count=len(nodes)))
    found, gap = _chosen(drive, p, work, fixed, seconds, steps, seed, progress)
    picked = [one for one in found if one >= len(lived)]
    picked = _by_gain(drive, work, list(fixed), picked)
    hours = (units.visits_min + units.travel_min)[reached] / 60
    rows = [*fixed, *picked]
    names = [name for name, _ in lived] + [say("New home {number}", number=at) for at in range(1, len(picked) + 1)]
    spots = [LonLat(*home) for _, home in lived] + [LonLat(*places[one - len(lived)].tolist()) for one in picked]
    nearest = _assigned(drive, rows)
    homes = tuple(
        _home(names[at], spots[at], at >= len(lived), nearest == at, drive[row], work, hours)
        for at, row in enumerate(rows)
    )
    others = rows[:-1] if picked else rows
    shown = tuple(
        _site(cell, places[number], drive[len(lived) + number], _least(drive, others), work, hours)
        for number, cell in enumerate(cells)
    )
    before = _mean(_least(drive, list(fixed)), work) if lived else None
    after = _mean(_least(drive, rows), work) if rows else None
    return Homes(homes, before, after, gap, shown, staffing, tuple(told))


def gathered_for_team(workspace: Workspace, reps: Sequence[str], progress: Progress) -> tuple[Gathered, Area]:
    """The accounts of these reps and of nobody, on the streets; of nobody alone where there are no reps yet."""
    progress(say("Reading the accounts"))
    area = workspace.areas.current()
    with workspace.store.read() as tx:
        try:
            posts, _ = posts_of(tx, reps, None)
        except NotReady:
            posts = []
        return gather(tx, area, posts, (), today_in("UTC", workspace.clock())), area


def _sites(area: Area, accounts: np.ndarray) -> tuple[list[str], np.ndarray]:
    """H3 cells with a junction near the middle of each, around the accounts: the finest that are not too many."""
    import h3

    streets = area.streets
    low, high = accounts.min(axis=0) - AROUND_DEGREES, accounts.max(axis=0) + AROUND_DEGREES
    junctions = np.unique(streets.tail[streets.piece == 0])
    lon, lat = streets.lon[junctions], streets.lat[junctions]
    within = (lon >= low[0]) & (lon <= high[0]) & (lat >= low[1]) & (lat <= high[1])
    junctions, lon, lat = junctions[within], lon[within], lat[within]
    for resolution in range(FINEST, COARSEST - 1, -1):
        names = [h3.latlng_to_cell(y, x, resolution) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
        if len(set(names)) <= MOST_SITES or resolution == COARSEST:
            break
    best: dict[str, tuple[float, int]] = {}
    for name, junction, x, y in zip(names, junctions.tolist(), lon.tolist(), lat.tolist(), strict=True):
        middle = h3.cell_to_latlng(name)
        away = (y - middle[0]) ** 2 + ((x - middle[1]) * np.cos(np.radians(y))) ** 2
        if name not in best or away < best[name][0]:
            best[name] = float(away), int(junction)
    cells = sorted(best)[:MOST_SITES]
    return cells, np.array([best[one][1] for one in cells], dtype=np.int32)


def _nearest(area: Area, home: LonLat) -> int:
    streets = area.streets
    junctions = np.unique(streets.tail)
    at = metres_on_plane(
        np.column_stack([np.r_[streets.lon[junctions], home[0]], np.r_[streets.lat[junctions], home[1]]])
    )
    return int(junctions[((at[:-1] - at[-1]) ** 2).sum(axis=1).argmin()])


def _drives(gathered: Gathered, nodes: np.ndarray, progress: Progress) -> np.ndarray:
    """(m, n) minutes from junctions to accounts, infinite where no street leads."""
    found = []
    for first in range(0, len(nodes), ROWS_AT_ONCE):
        progress(say("Measuring drives from every possible home"), first, len(nodes))
        found.append(gathered.graph.roads.from_nodes(nodes[first : first + ROWS_AT_ONCE]) / 60)
    return np.concatenate(found).astype(np.float64) if found else np.zeros((0, gathered.units.count))


def _chosen(
    drive: np.ndarray,
    p: int,
    work: np.ndarray,
    fixed: tuple[int, ...],
    seconds: float | None,
    steps: int | None,
    seed: int,
    progress: Progress,
) -> tuple[list[int], float]:
    if p <= len(fixed):
        return list(fixed), 0.0
    said = [say("Choosing homes")]

    def better(one: Medians) -> None:
        said[0] = say("Mean drive {minutes} min", minutes=number(one.value / max(float(work.sum()), 1e-9), 1))

    limit = seconds if seconds is not None or steps is not None else SECONDS
    with until_stopped(progress, lambda: said[0], limit) as stop:
        found = medians(
            drive, p, weights=work, fixed=fixed, seconds=limit, steps=steps, seed=seed, on_better=better, stop=stop
        )
    return [int(one) for one in found.sites], round(float(found.gap), 6)


def _by_gain(drive: np.ndarray, work: np.ndarray, there: list[int], picked: list[int]) -> list[int]:
    """The proposed homes, the one that shortens drives most first."""
    ordered: list[int] = []
    left = list(picked)
    while left:
        best = min(left, key=lambda one: float((_least(drive, [*there, *ordered, one]) * work).sum()))
        ordered.append(best)
        left.remove(best)
    return ordered


def _least(drive: np.ndarray, rows: Sequence[int]) -> np.ndarray:
    """(n,) minutes from the nearest of some homes; where none leads there, as far as the farthest that one does."""
    if not len(rows):
        return np.full(drive.shape[1], np.inf)
    found: np.ndarray = drive[list(rows)].min(axis=0)
    reached = np.isfinite(found)
    return np.where(reached, found, found[reached].max(initial=0.0))


def _assigned(drive: np.ndarray, rows: Sequence[int]) -> np.ndarray:
    if not len(rows):
        return np.full(drive.shape[1], -1)
    some = drive[list(rows)]
    return np.where(np.isfinite(some).any(axis=0), some.argmin(axis=0), -1)


def _mean(minutes: np.ndarray, work: np.ndarray) -> float | None:
    known = np.isfinite(minutes)
    total = float(work[known].sum())
    return round(float((minutes[known] * work[known]).sum()) / total, 3) if total > 0 else None


def _home(
    name: str,
    place: LonLat,
    is_new: bool,
    mine: np.ndarray,
    drive: np.ndarray,
    work: np.ndarray,
    hours: np.ndarray,
) -> Home:
    return Home(
        name, place, is_new, int(mine.sum()), round(float(hours[mine].sum()), 2), _mean(drive[mine], work[mine])
    )


def _site(
    cell: str, place: np.ndarray, drive: np.ndarray, others: np.ndarray, work: np.ndarray, hours: np.ndarray
) -> Site:
    mine = np.isfinite(drive) & (drive < others)
    compared = np.isfinite(others)
    total = float(work[compared].sum())
    saved = None
    if total > 0:
        shorter = np.maximum(0.0, others[compared] - np.where(np.isfinite(drive[compared]), drive[compared], np.inf))
        saved = round(float((shorter * work[compared]).sum()) / total, 3)
    where = LonLat(*place.tolist())
    return Site(cell, where, int(mine.sum()), round(float(hours[mine].sum()), 2), _mean(drive[mine], work[mine]), saved)
