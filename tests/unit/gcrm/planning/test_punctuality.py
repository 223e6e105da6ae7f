"""The chance of being on time."""

from gcrm.planning.planned_day import advice
from gcrm.planning.punctuality import AIM, LOW, Chance, Timed, chances

MIN = 60


def stop(latest: int, travel_s: int = 20 * MIN, opens: int = 0, pause_s: int = 0) -> Timed:
    return Timed(travel_s, 30 * MIN, opens, latest, pause_s)


def test_a_stop_with_an_hour_to_spare_is_on_time() -> None:
    (first,), home = chances(0, [stop(80 * MIN)], 20 * MIN, 200 * MIN, seed=1)
    assert first.on_time == 1.0
    assert first.earlier_s == 0
    assert home.on_time == 1.0


def test_a_stop_without_slack_is_a_gamble_and_gets_advice() -> None:
    (first,), _ = chances(0, [stop(20 * MIN)], 20 * MIN, 200 * MIN, seed=1)
    assert 0.4 < first.on_time < 0.65
    assert 0 < first.earlier_s < 20 * MIN


def test_following_the_advice_makes_it_likely() -> None:
    (before,), _ = chances(0, [stop(20 * MIN)], 0, 999 * MIN, seed=1)
    (after,), _ = chances(-before.earlier_s, [stop(20 * MIN)], 0, 999 * MIN, seed=2)
    assert before.on_time < LOW
    assert abs(after.on_time - AIM) < 0.03


def test_lateness_is_handed_on_and_waiting_soaks_it_up() -> None:
    tight = [stop(20 * MIN), stop(70 * MIN)]
    waiting = [stop(20 * MIN), stop(110 * MIN, opens=100 * MIN)]
    (_, late), _ = chances(0, tight, 0, 999 * MIN, seed=1)
    (_, early), _ = chances(0, waiting, 0, 999 * MIN, seed=1)
    assert late.on_time < 0.6
    assert early.on_time > 0.99


def test_a_break_takes_its_time() -> None:
    (without,), _ = chances(0, [stop(40 * MIN)], 0, 999 * MIN, seed=1)
    (with_break,), _ = chances(0, [stop(40 * MIN, pause_s=30 * MIN)], 0, 999 * MIN, seed=1)
    assert with_break.on_time < 0.1
    assert without.on_time > 0.9


def test_the_same_seed_gives_the_same_chances() -> None:
    stops = [stop(25 * MIN), stop(75 * MIN)]
    assert chances(0, stops, 600, 7_200, seed=5) == chances(0, stops, 600, 7_200, seed=5)


def test_places_next_to_each_other_take_no_time() -> None:
    (first,), home = chances(0, [stop(0, travel_s=0)], 0, 60 * MIN, seed=1)
    assert first.on_time == 1.0
    assert home.on_time > 0.9


def test_a_day_without_stops_is_home_on_time() -> None:
    assert chances(0, [], 0, 0, seed=1)[1].on_time == 1.0


def test_advice_says_what_can_be_done_from_where_the_rep_comes() -> None:
    late = Chance(0.5, 600)
    assert advice(Chance(0.95, 0)) == ""
    assert advice(late, "home") == "leave home 10 min earlier"
    assert advice(late, "Post") == "leave Post 10 min earlier"
    assert advice(late) == "keep 10 min more before it, or tell them that it may be late"
