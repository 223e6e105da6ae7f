"""From thousands of accounts the few hundred to plan with."""

import numpy as np

from gcrm.accounts.model import Account, Priority
from gcrm.common.opening_hours.windows import DayHours
from gcrm.planning.candidates import Candidate
from gcrm.planning.preselect import preselect
from routing.points import LonLat

HOME = LonLat(9.5, 47.1)
DAY_S = 8 * 3600
ALWAYS = DayHours(((0, 86_400),), "", known=True, said="")


def candidate(lon: float, lat: float, prize: int = 60, service_s: int = 1_800) -> Candidate:
    account = Account("Adler", place=LonLat(lon, lat), priority=Priority.B)
    return Candidate(account, prize, service_s, ALWAYS.windows, ALWAYS)


def scattered(count: int, lon: float, lat: float, spread: float, prize: int = 60) -> list[Candidate]:
    random = np.random.default_rng(1)
    return [candidate(lon + dx, lat + dy, prize) for dx, dy in random.uniform(-spread, spread, (count, 2))]


def test_few_are_all_looked_at() -> None:
    assert preselect(scattered(250, 9.5, 47.1, 0.1), HOME, DAY_S) == list(range(250))


def test_no_more_are_chosen_than_asked_for_and_none_twice() -> None:
    chosen = preselect(scattered(5_000, 9.5, 47.1, 1.0), HOME, DAY_S)
    assert len(chosen) == len(set(chosen)) == 250
    assert chosen == sorted(chosen)


def test_near_accounts_come_before_far_ones_of_the_same_worth() -> None:
    near, far = scattered(300, 9.5, 47.1, 0.05), scattered(300, 11.5, 49.0, 0.05)
    assert sum(position < 300 for position in preselect(near + far, HOME, DAY_S)) > 200


def test_a_town_of_worthy_accounts_an_hour_away_is_looked_at() -> None:
    near, town = scattered(1_000, 9.5, 47.1, 0.1, prize=12), scattered(20, 9.9, 47.3, 0.01, prize=300)
    chosen = preselect(near + town, HOME, DAY_S)
    assert sum(position >= 1_000 for position in chosen) == 20


def test_who_cannot_be_reached_within_the_day_is_not_chosen_for_worth_alone() -> None:
    near, moon = scattered(400, 9.5, 47.1, 0.1), [candidate(24.9, 60.2, prize=10_000)]
    assert 400 not in preselect(near + moon, HOME, DAY_S)


def test_a_day_that_begins_anywhere_can_be_selected_for() -> None:
    assert len(preselect(scattered(400, 9.5, 47.1, 0.1), None, DAY_S)) == 250
