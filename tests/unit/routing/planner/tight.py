"""Days and weeks drawn by a seed so that every rule decides something: hours that nearly suffice, doors that close.

Hypothesis likes small numbers, and they leave most rules idle: `test_binding.py` counts how often each decides.
"""

import random

import numpy as np
from numpy.typing import NDArray

from routing.planner import Break, Client, Day, DayProblem, HorizonProblem, Pattern, Shift, Visit
from routing.planner.problem import Window
from routing.travel_times.protocol import OdMatrix


def tight_day(seed: int, most: int = 6) -> DayProblem:
    """A day of `most` visits at most, of about 50 steps of time."""
    dice = random.Random(seed)
    n = dice.randint(min(2, most), most)
    elsewhere = dice.random() < 0.4
    hours = dice.randint(30, 60)
    limit = dice.randint(12, 30) if dice.random() < 0.4 else None
    visits = tuple(
        Visit(
            number,
            dice.randint(2, 8),
            _windows(dice, hours),
            dice.randint(1, 9),
            required=dice.random() < 0.25,
            fixed_start=dice.randint(3, hours - 5) if dice.random() < 0.15 else None,
            arrive_inside=dice.random() < 0.5,
        )
        for number in range(n)
    )
    return DayProblem(Day(0, hours, _lunch(dice, hours), limit), visits, _ways(dice, n + 1 + elsewhere))


def tight_week(seed: int, most: int = 4) -> HorizonProblem:
    """One to three days of one or two reps, with `most` clients at most."""
    dice = random.Random(seed)
    n, places, days = dice.randint(min(2, most), most), dice.randint(1, 2), dice.choice([1, 2, 2, 3])
    shifts = []
    for _ in range(dice.randint(2, 3)):
        hours = dice.randint(25, 50)
        shifts.append(
            Shift(
                dice.randint(1, 2),
                dice.randrange(days),
                0,
                hours,
                n + dice.randrange(places),
                n + dice.randrange(places),
                _lunch(dice, hours),
                dice.randint(8, 22) if dice.random() < 0.5 else None,
                dice.randint(2, 5) if dice.random() < 0.7 else None,
            )
        )
    clients = tuple(
        Client(
            number,
            dice.randint(2, 8),
            tuple(_windows(dice, 30) for _ in range(days)),
            tuple(_pattern(dice, days) for _ in range(dice.randint(1, 2))),
            required=dice.random() < 0.25,
            fixed_start=dice.randint(3, 30) if dice.random() < 0.15 else None,
            arrive_inside=dice.random() < 0.5,
            demand=dice.randint(1, 4),
            reps=frozenset({dice.randint(1, 2)}) if dice.random() < 0.4 else None,
        )
        for number in range(n)
    )
    price = dice.choice([0, 0, 300, 900, 1800])
    return HorizonProblem(days, tuple(shifts), clients, _ways(dice, n + places), price)


def _windows(dice: random.Random, hours: int) -> tuple[Window, ...]:
    """One window or two, each a little longer than a visit, or shorter."""
    opens = sorted(dice.randint(-2, hours - 4) for _ in range(dice.choice([1, 1, 2])))
    return tuple((one, one + dice.randint(4, 16)) for one in opens)


def _lunch(dice: random.Random, hours: int) -> Break | None:
    """A long break that splits the day, for most."""
    if dice.random() < 0.3:
        return None
    length = dice.randint(5, max(6, hours // 3))
    opens = dice.randint(hours // 5, hours // 2)
    return Break(length, opens, opens + length + dice.randint(0, 8))


def _pattern(dice: random.Random, days: int) -> Pattern:
    chosen = dice.sample(range(days), dice.randint(1, min(2, days)))
    return Pattern(tuple(sorted(chosen)), dice.randint(1, 9))


def _ways(dice: random.Random, size: int) -> OdMatrix:
    """Places on a grid with one-way streets; now and then one from which, or to which, nothing leads."""
    at = np.array([[dice.randint(0, 6), dice.randint(0, 6)] for _ in range(size)])
    seconds = np.abs(at[:, None] - at[None, :]).sum(axis=2) + np.array(
        [[dice.randint(0, 3) for _ in range(size)] for _ in range(size)]
    )
    far = 1_000
    if dice.random() < 0.5:
        one, along = dice.randrange(size), dice.randrange(2)
        if along:
            seconds[one] = far
        else:
            seconds[:, one] = far
    return _fastest(seconds, far)


def _fastest(seconds: NDArray[np.int64], far: int) -> OdMatrix:
    """Ways that no detour shortens; what takes as long as `far` is no way at all."""
    np.fill_diagonal(seconds, 0)
    for k in range(len(seconds)):
        seconds = np.minimum(seconds, seconds[:, k : k + 1] + seconds[k : k + 1, :])
    reachable = seconds < far
    seconds = np.where(reachable, seconds, 0).astype(np.int32)
    return OdMatrix(seconds, seconds * 10, reachable)
