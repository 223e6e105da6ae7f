from datetime import UTC, datetime

import pytest
from pyproj import Geod

from gcrm.accounts.model import Account, Level, Placement
from gcrm.activities.check_in import Position, in_words, judge, spoken_distance
from gcrm.activities.model import Verdict
from gcrm.platform.errors import InputRejected
from routing.geodesy import distance_m
from routing.points import LonLat

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DOOR = LonLat(9.5215, 47.1410)
GEOD = Geod(ellps="WGS84")


def account(level: Level = Level.HOUSE, place: LonLat | None = DOOR) -> Account:
    return Account("Bakery", place=place, placement=Placement(level))


def metres_east(metres: float, of: LonLat = DOOR) -> LonLat:
    lon, lat, _ = GEOD.fwd(of.lon, of.lat, 90, metres)
    return LonLat(lon, lat)


@pytest.mark.parametrize(
    ("metres", "accuracy_m", "verdict"),
    [
        (0, 5, Verdict.AT_THE_DOOR),
        (74, 10, Verdict.AT_THE_DOOR),
        (76, 10, Verdict.NEARBY),
        (120, 100, Verdict.AT_THE_DOOR),  # the phone may well be there
        (120, 400, Verdict.NEARBY),  # too rough to say more
        (399, 0, Verdict.NEARBY),
        (401, 0, Verdict.FAR),
        (440, 50, Verdict.NEARBY),
        (5_000, 900, Verdict.FAR),
        (5_000, 1_001, Verdict.NO_POSITION),  # says nothing
    ],
)
def test_the_verdict_gives_the_phone_the_benefit_of_its_accuracy(
    metres: float, accuracy_m: float, verdict: Verdict
) -> None:
    judged = judge(account(), Position(metres_east(metres), accuracy_m), NOW)
    assert judged.verdict is verdict
    assert judged.distance_m == pytest.approx(metres, abs=0.01)
    assert judged.accuracy_m == accuracy_m


def test_no_position_is_a_verdict_not_an_error() -> None:
    judged = judge(account(), None, NOW)
    assert judged.verdict is Verdict.NO_POSITION
    assert judged.distance_m is None
    assert "counts all the same" in in_words(account(), judged)


def test_an_account_that_is_not_placed_has_no_distance() -> None:
    judged = judge(account(Level.NONE, None), Position(DOOR, 5), NOW)
    assert judged.distance_m is None
    assert judged.place == DOOR
    assert "no place on the map" in in_words(account(Level.NONE, None), judged)


def test_an_account_placed_only_to_its_town_is_not_held_to_the_metre() -> None:
    assert judge(account(Level.PLACE), Position(metres_east(4_000), 10), NOW).verdict is Verdict.NEARBY
    assert judge(account(Level.PLACE), Position(metres_east(60_000), 10), NOW).verdict is Verdict.FAR
    assert judge(account(Level.PLACE), Position(DOOR, 10), NOW).verdict is Verdict.NEARBY


@pytest.mark.parametrize(
    ("level", "off_m", "known"),
    [
        (Level.INTERPOLATED, 450, "between two houses"),
        (Level.STREET, 650, "only to its street"),
        (Level.POSTCODE, 3_300, "only to its postcode"),
    ],
)
def test_a_check_in_is_allowed_as_far_as_the_place_may_be_off(level: Level, off_m: float, known: str) -> None:
    near = judge(account(level), Position(metres_east(off_m), 10), NOW)
    assert near.verdict is Verdict.NEARBY
    assert f"placed {known}" in in_words(account(level), near)
    assert judge(account(level), Position(metres_east(off_m + 200), 10), NOW).verdict is Verdict.FAR
    assert judge(account(level), Position(DOOR, 10), NOW).verdict is Verdict.NEARBY


def test_distance_across_the_antimeridian_is_short() -> None:
    west, east = LonLat(179.9995, -17.0), LonLat(-179.9995, -17.0)
    assert distance_m(west, east) == pytest.approx(106.5, abs=0.5)
    assert judge(account(place=west), Position(east, 100), NOW).verdict is Verdict.AT_THE_DOOR


@pytest.mark.parametrize(
    "position",
    [
        Position(LonLat(200, 0), 5),
        Position(LonLat(0, float("nan")), 5),
        Position(LonLat(0, 0), -1),
        Position(LonLat(0, 0), float("nan")),
        Position(LonLat(0, 0), float("inf")),
    ],
)
def test_a_position_that_cannot_be_is_refused(position: Position) -> None:
    with pytest.raises(InputRejected):
        judge(account(), position, NOW)


@pytest.mark.parametrize(
    ("metres", "words"), [(0, "0 m"), (99.4, "99 m"), (347, "350 m"), (1_449, "1.4 km"), (23_400, "23 km")]
)
def test_a_distance_is_said_as_exactly_as_it_is_known(metres: float, words: str) -> None:
    assert spoken_distance(metres) == words
