import pytest

from routing.network.driving import Driving, Obstacle, driving_of, obstacle_of, speed_limit_kmh


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("50", 50),
        ("30 mph", 48.28),
        ("none", 140),
        ("CH:rural", 80),
        ("XX:urban", 50),
        ("DE:zone:30", 30),
        ("50;30", 30),
        ("signals", None),
        ("", None),
        ("0", None),
    ],
)
def test_a_speed_limit_is_read_as_it_is_written(value: str, kmh: float | None) -> None:
    assert speed_limit_kmh(value) == (None if kmh is None else pytest.approx(kmh, abs=0.01))


def test_a_tagged_limit_is_driven_at_four_fifths_and_no_limit_at_the_speed_of_the_class() -> None:
    assert driving_of({"highway": "secondary", "maxspeed": "50"}) == Driving(40, 40)
    assert driving_of({"highway": "secondary"}) == Driving(55, 55)


def test_each_direction_may_have_its_own_limit() -> None:
    tags = {"highway": "primary", "maxspeed": "100", "maxspeed:backward": "60"}
    assert driving_of(tags) == Driving(80, 48)


def test_a_rough_surface_slows_down() -> None:
    assert driving_of({"highway": "tertiary", "maxspeed": "100", "surface": "gravel"}) == Driving(40, 40)


def test_a_narrow_road_is_avoided_not_slow() -> None:
    narrow = driving_of({"highway": "unclassified", "width": "2.5"})
    assert narrow == Driving(25, 25, forward_dislike=2, backward_dislike=2)


def test_what_leads_only_to_a_door_is_driven_for_that() -> None:
    for value in ("private", "destination", "customers", "delivery"):
        street = driving_of({"highway": "service", "access": value})
        assert street is not None
        assert street.door_only
        assert street.private_yard == (value == "private")
    assert driving_of({"highway": "service", "access": "no"}) is None
    assert driving_of({"highway": "service", "access": "no", "motorcar": "yes"}) == Driving(15, 15)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, None),
        ({"highway": "crossing"}, None),
        ({"highway": "traffic_signals"}, Obstacle(2)),
        ({"highway": "traffic_signals", "traffic_signals:direction": "forward"}, Obstacle(1)),
        ({"barrier": "gate"}, Obstacle(60)),
        ({"barrier": "bollard"}, Obstacle(0, blocked=True)),
        ({"barrier": "bollard", "bollard": "rising"}, None),
        ({"barrier": "bollard", "motorcar": "yes"}, None),
        ({"barrier": "toll_booth"}, None),
        ({"barrier": "gate", "access": "no"}, Obstacle(0, blocked=True)),
    ],
)
def test_what_stands_on_a_road_delays_or_stops(tags: dict[str, str], expected: Obstacle | None) -> None:
    assert obstacle_of(tags) == expected
