"""What a router answers, made sound at the door: one bad cell must never empty a plan.

Seen in the wild: OSRM says -0.7 m between two neighbours on one street and 0.7 m the other way; a server that is being
reloaded leaves out cells; a profile with a wrong unit drives at the speed of sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.points import Points
from routing.travel_times.mended import Mended

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FASTEST_MS = 70.0
"""No car keeps up 252 km/h as the crow flies; a time that says so is not believed."""
FAST_SLACK_S = 10.0
LONGEST_S = 7 * 86_400.0
"""No drive to a visit takes a week."""
SHORT_SLACK_M = 10.0
SHORT_SHARE = 0.98
"""A way may be this much shorter than the straight line: routers measure on a sphere, and round."""
EARTH_M = 6_371_008.8
"""The Earth's mean radius. Source: IUGG 1980."""


class BadTable(ValueError):
    """A table that cannot be used as a whole, since its rows and columns are not those of the question."""


@dataclass(frozen=True, slots=True, eq=False)
class SoundTable:
    """seconds, metres: (n, n) int32, zero diagonal, 0 where not reachable; reachable: (n, n) bool."""

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    reachable: Mask
    mended: Mended


def table_of(rows: Sequence[Sequence[float | None]], origins: int, destinations: int) -> Floats:
    """A router's nested lists as (origins, destinations) float64, NaN for None.

    Raises BadTable if rows or columns are missing or too many, or a cell is no number.
    """
    try:
        table = np.array([list(row) for row in rows], dtype=np.float64)
    except (TypeError, ValueError) as ragged:
        raise BadTable(f"its rows are not {destinations} numbers each") from ragged
    if table.shape != (origins, destinations):
        found = " x ".join(str(size) for size in table.shape)
        raise BadTable(f"it is {found}, not {origins} x {destinations}")
    return table


@np.errstate(invalid="ignore", over="ignore")
def sound_table(seconds: Floats, metres: Floats, places: Points) -> SoundTable:
    """The times and distances between all ordered pairs of places, with every cell that cannot be mended or masked.

    seconds, metres: (n, n), NaN in `seconds` where no way leads. places: (n, 2) lon and lat, on the streets.
    A time that cannot be becomes that of the way back if that one can, else the pair is masked; a distance becomes
    that of the way back, else the straight line. Times just below zero are zero.
    Raises BadTable if the three do not fit each other.
    """
    count = len(places)
    for table in (seconds, metres):
        if table.shape != (count, count):
            raise BadTable(f"it is {' x '.join(map(str, table.shape))}, not {count} x {count}")
    line_m = straight_lines(places)
    # In whole numbers: what rounding mends is no fault.
    times, lengths = np.rint(seconds), np.rint(metres)
    off_diagonal = ~np.eye(count, dtype=bool)
    no_way = np.isnan(times)
    faults = _Faults(off_diagonal & ~no_way)

    bad_time = faults.found("below_zero", times < 0)
    bad_time |= faults.found("not_finite", ~np.isfinite(times))
    bad_time |= faults.found("absurd", (times > LONGEST_S) | (line_m > FASTEST_MS * (times + FAST_SLACK_S)))
    times = _from_way_back(times, bad_time | no_way, bad_time)
    times[bad_time & (seconds > -1) & (seconds < 0) & (line_m <= FASTEST_MS * FAST_SLACK_S)] = 0
    reachable = np.isfinite(times)

    bad_length = faults.found("below_zero", reachable & (lengths < 0))
    bad_length |= faults.found("missing", reachable & np.isnan(lengths))
    bad_length |= faults.found("not_finite", reachable & ~np.isfinite(lengths))
    short = lengths < SHORT_SHARE * line_m - SHORT_SLACK_M
    far = lengths > FASTEST_MS * (np.nan_to_num(times, nan=0.0, posinf=0.0) + FAST_SLACK_S)
    bad_length |= faults.found("absurd", reachable & (short | far))
    lengths = _from_way_back(lengths, bad_length | ~reachable, bad_length)
    lengths = np.where(bad_length & ~np.isfinite(lengths), np.rint(line_m), lengths)
    at_one_spot = (times == 0) & (times.T == 0) & (np.abs(lengths - lengths.T) == 1)
    uneven = at_one_spot & (lengths < lengths.T)
    faults.found("asymmetric", uneven)
    lengths = np.where(uneven, lengths.T, lengths)

    np.fill_diagonal(reachable, val=True)
    whole = [np.where(reachable & off_diagonal, table, 0).astype(np.int32) for table in (times, lengths)]
    return SoundTable(whole[0], whole[1], reachable, faults.counts())


def straight_lines(places: Points) -> Floats:
    """(n, n) metres through the Earth between places, lon and lat: a little less than along its surface."""
    lon, lat = np.radians(places[:, 0]), np.radians(places[:, 1])
    on_sphere = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    return np.asarray(EARTH_M * np.sqrt(np.maximum(0.0, 2 - 2 * on_sphere @ on_sphere.T)))


class _Faults:
    """Counts each faulty cell once."""

    def __init__(self, looked_at: Mask) -> None:
        self._looked_at = looked_at
        self._left = looked_at.copy()
        self._counts: dict[str, int] = {}

    def found(self, fault: str, where: Mask) -> Mask:
        """Count the cells with this fault that had no other before; returns all with it that were looked at."""
        new = where & self._left
        self._left &= ~new
        self._counts[fault] = self._counts.get(fault, 0) + int(new.sum())
        return where & self._looked_at

    def counts(self) -> Mended:
        return Mended(**self._counts)


def _from_way_back(table: Floats, useless: Mask, bad: Mask) -> Floats:
    """The table with bad cells taken from the way back, NaN where that one is of no use either."""
    return np.where(bad, np.where(useless.T, np.nan, table.T), table)
