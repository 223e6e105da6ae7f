"""The chance of being on time at each stop, from the spread of travel and visit times, by simulation.

Drives and visits are drawn from log-normal distributions around the planned times, each independent of the others. The
rep leaves home as planned, drives on as soon as a visit ends, waits where a door is closed, and holds each visit even
when late. On time means that the whole visit still fits into the opening hours it was planned for, or that an
appointment begins within its grace.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TRAVEL_SPREAD = 0.20
"""Standard deviation of a drive over its mean.

Chosen with a short drive in a busy town in mind. It falls with distance and rises with congestion (Eliasson 2007, "The
relationship between travel time variability and road congestion"; UK Department for Transport, TAG unit 3.5.7, section
3.3), so on long quiet drives the chance of being on time is better than what is said. That the shape is log-normal:
Chen et al. (2018), doi:10.1155/2018/3747632, for all kinds of town roads and times of day.
"""
VISIT_SPREAD = 0.30
"""Standard deviation of a visit over its mean. An assumption: a visit of half an hour ends within ten minutes of its
planned end in three cases of four. No public measurement of visits to customers is known to us."""
GRACE_S = 300
"""An appointment may begin this much late and is still kept: what people bear without a call."""
LOW = 0.8
"""Below this chance a stop gets advice."""
AIM = 0.9
"""The chance that the advice would give."""
SAMPLES = 4_000


@dataclass(frozen=True, slots=True)
class Timed:
    """One stop of a plan as the simulation sees it, in seconds of the day.

    opens: before this nobody is there; latest: the last start that is still on time. pause_s: length of a break taken
    before it, 0 for none.
    """

    travel_s: int
    service_s: int
    opens: int
    latest: int
    pause_s: int = 0


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a stop is on time, 0 to 1, and how many seconds earlier would make it likely enough, 0 if it is."""

    on_time: float
    earlier_s: int


def chances(
    depart: int, stops: Sequence[Timed], home_travel_s: int, end_s: int, seed: int
) -> tuple[list[Chance], Chance]:
    """The chance of each stop, and that of being home by `end_s`.

    depart: when home is left. The same seed gives the same chances.
    """
    random = np.random.default_rng(seed)
    now = np.full(SAMPLES, float(depart))
    found = []
    for stop in stops:
        now = now + _drawn(random, stop.travel_s, TRAVEL_SPREAD) + stop.pause_s
        start = np.maximum(now, stop.opens)
        found.append(_chance(start - stop.latest))
        now = start + _drawn(random, stop.service_s, VISIT_SPREAD)
    return found, _chance(now + _drawn(random, home_travel_s, TRAVEL_SPREAD) - end_s)


def late_home_s(depart: int, stops: Sequence[Timed], home_travel_s: int, end_s: int, seed: int, share: float) -> int:
    """By how many seconds a day ends too late for being home by `end_s` on that share of days; 0 where it does not.

    Otherwise as `chances`.
    """
    random = np.random.default_rng(seed)
    now = np.full(SAMPLES, float(depart))
    for stop in stops:
        now = np.maximum(now + _drawn(random, stop.travel_s, TRAVEL_SPREAD) + stop.pause_s, stop.opens)
        now = now + _drawn(random, stop.service_s, VISIT_SPREAD)
    home = now + _drawn(random, home_travel_s, TRAVEL_SPREAD)
    return max(0, int(np.ceil(np.quantile(home, share) - end_s)))


def _chance(late_s: NDArray[np.float64]) -> Chance:
    on_time = float((late_s <= 0).mean())
    earlier = 0 if on_time >= LOW else int(np.quantile(late_s, AIM))
    return Chance(round(on_time, 3), max(0, earlier))


def _drawn(random: np.random.Generator, mean_s: float, spread: float) -> NDArray[np.float64]:
    """Log-normal with that mean, and a standard deviation of `spread` times the mean."""
    if mean_s <= 0:
        return np.zeros(SAMPLES)
    variance = np.log1p(spread**2)
    return random.lognormal(np.log(mean_s) - variance / 2, np.sqrt(variance), SAMPLES)
