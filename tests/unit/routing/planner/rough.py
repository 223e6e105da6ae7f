"""Travel times as routers give them.

Whole seconds that break the triangle inequality, one-way streets, islands, places that are one, ways that take no time.
"""

import random
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from routing.planner import Break, Client, Day, DayProblem, HorizonProblem, Pattern, Shift, Visit
from routing.travel_times.protocol import OdMatrix
from tests.unit.routing.planner.small_weeks import horizons
from tests.unit.routing.planner.worlds import HOUR, days


def roughened(matrix: OdMatrix, seed: int) -> OdMatrix:
    """The same places with some seconds more or less on many ways, some ways gone, and some places in one spot."""
    dice, size = random.Random(seed), matrix.size
    seconds, reachable = matrix.seconds.astype(np.int64), matrix.reachable.copy()
    often = dice.choice([0.05, 0.3, 1.0])
    for a in range(size):
        for b in range(size):
            if dice.random() < often:
                seconds[a, b] = max(0, seconds[a, b] + dice.randint(-2, 2))
            if dice.random() < 0.03:
                seconds[a, b] = 0
            if dice.random() < dice.choice([0.0, 0.03]):
                reachable[a, b] = False
    if size > 2 and dice.random() < 0.4:
        one, other = dice.sample(range(size), 2)
        for grid in (seconds, reachable):
            grid[one], grid[:, one] = grid[other].copy(), grid[:, other].copy()
        seconds[one, other] = seconds[other, one] = 0
        reachable[one, other] = reachable[other, one] = True
    if size > 3 and dice.random() < 0.3:
        island = np.zeros(size, dtype=bool)
        island[dice.sample(range(size), dice.randint(1, size // 2))] = True
        reachable &= island[:, None] == island[None, :]
    np.fill_diagonal(seconds, 0)
    np.fill_diagonal(reachable, val=True)
    seconds = np.where(reachable, seconds, 0).astype(np.int32)
    return OdMatrix(seconds, (seconds * 10).astype(np.int32), reachable)


def rough_days(*, most: int = 6) -> st.SearchStrategy[DayProblem]:
    """Small days, every rule on, whose travel times are rough."""
    return st.builds(
        lambda day, seed: replace(day, matrix=roughened(day.matrix, seed)), days(most=most), st.integers(0, 10**9)
    )


def rough_weeks(*, most: int = 7) -> st.SearchStrategy[HorizonProblem]:
    """Small weeks, every rule on, whose travel times are rough."""
    return st.builds(
        lambda week, seed: replace(week, matrix=roughened(week.matrix, seed)),
        horizons(most=most),
        st.integers(0, 10**9),
    )


def rough_town(places: int, seed: int) -> OdMatrix:
    """A town of about an hour across, rough."""
    dice = np.random.default_rng(seed)
    at = dice.integers(0, 2000, (places, 2))
    seconds = np.abs(at[:, None, :] - at[None, :, :]).sum(axis=2).astype(np.int32)
    return roughened(OdMatrix(seconds, seconds * 10, np.ones(seconds.shape, dtype=bool)), seed)


def rough_day(visits: int, seed: int) -> DayProblem:
    """A working day in a rough town."""
    dice = random.Random(seed)
    return DayProblem(
        Day(
            8 * HOUR, 17 * HOUR, Break(1800, 11 * HOUR, 14 * HOUR) if seed % 2 else None, dice.choice([None, 2 * HOUR])
        ),
        tuple(
            Visit(i, dice.randint(0, 40) * 60, _windows(dice), dice.randint(0, 20), required=dice.random() < 0.05)
            for i in range(visits)
        ),
        rough_town(visits + 1 + seed % 2, seed),
    )


def rough_horizon(clients: int, reps: int, days_: int, seed: int) -> HorizonProblem:
    """Days of some reps in a rough town; some shifts are too short for anything, some end elsewhere."""
    dice = random.Random(seed)
    places = clients + reps + 1
    shifts = tuple(
        Shift(
            rep,
            day,
            8 * HOUR,
            8 * HOUR + dice.choice([1200, 4 * HOUR, 9 * HOUR]),
            clients + rep,
            dice.choice([clients + rep, clients + rep, places - 1]),
            Break(1800, 11 * HOUR, 14 * HOUR) if dice.random() < 0.3 else None,
        )
        for day in range(days_)
        for rep in range(reps)
        if dice.random() < 0.9
    )
    return HorizonProblem(
        days_,
        shifts,
        tuple(
            Client(
                i,
                dice.randint(0, 40) * 60,
                tuple(_windows(dice) for _ in range(days_)),
                tuple(
                    Pattern(
                        tuple(sorted(dice.sample(range(days_), min(days_, dice.choice([1, 1, 2]))))),
                        dice.randint(0, 20),
                    )
                    for _ in range(dice.randint(1, 4))
                ),
                required=dice.random() < 0.05,
                reps=frozenset({dice.randrange(reps)}) if dice.random() < 0.1 else None,
            )
            for i in range(clients)
        ),
        rough_town(places, seed),
        hour_price=dice.choice([0, 10, 60]),
    )


def _windows(dice: random.Random) -> tuple[tuple[int, int], ...]:
    opens = dice.randint(7, 12) * HOUR
    return dice.choice(
        [
            ((0, 24 * HOUR),),
            ((opens, opens + dice.randint(1, 8) * HOUR),),
            ((opens, opens + HOUR), (15 * HOUR, 18 * HOUR)),
        ]
    )
