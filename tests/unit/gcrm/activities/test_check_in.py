from datetime import UTC, datetime

import pytest
from pyproj import Geod

from gcrm.accounts.model import Account, Level, Placement
from gcrm.activities.model import CheckIn, Verdict
from gcrm.activities.verdict import Position, in_words, is_better, judge, on_record, spoken_distance
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
        (0, 5, Verdict.INSIDE),
        (74, 10, Verdict.INSIDE),
        (50, 100, Verdict.INSIDE),  # wherever in its circle the phone is, it is at the account
        (120, 100, Verdict.UNCLEAR),  # the phone may well be there
        (120, 400, Verdict.UNCLEAR),  # too rough to say more
        (300, 0, Verdict.UNCLEAR),  # a large yard, the wrong end of a block
        (401, 0, Verdict.OUTSIDE),
        (440, 50, Verdict.UNCLEAR),
        (5_000, 900, Verdict.OUTSIDE),
        (5_000, 1_001, Verdict.UNCLEAR),  # says nothing
    ],
)
def test_inside_and_outside_are_said_only_where_the_whole_margin_is(
    metres: float, accuracy_m: float, verdict: Verdict
) -> None:
    judged = judge(account(), Position(metres_east(metres), accuracy_m), NOW)
    assert judged.verdict is verdict
    assert judged.distance_m == pytest.approx(metres, abs=0.01)
    assert judged.accuracy_m == accuracy_m


@pytest.mark.parametrize(
    ("metres", "age_s", "verdict"),
    [
        (100, 10, Verdict.INSIDE),
        (100, 60, Verdict.UNCLEAR),  # 75 m may have been walked since
        (450, 5, Verdict.OUTSIDE),
        (450, 60, Verdict.UNCLEAR),
        (450, -60, Verdict.UNCLEAR),  # a fix that came after is no younger for it
        (5_000, 121, Verdict.UNCLEAR),
        (0, 86_400, Verdict.UNCLEAR),
    ],
)
def test_an_old_fix_says_less(metres: float, age_s: float, verdict: Verdict) -> None:
    assert judge(account(), Position(metres_east(metres), 10, age_s), NOW).verdict is verdict


def test_no_position_and_a_refused_one_are_verdicts_not_errors() -> None:
    for refused, verdict in ((False, Verdict.NO_POSITION), (True, Verdict.REFUSED)):
        judged = judge(account(), None, NOW, refused=refused)
        assert (judged.verdict, judged.distance_m, judged.place) == (verdict, None, None)
        assert "counts all the same" in in_words(judged)


def test_an_account_that_is_not_placed_has_no_distance_and_is_unclear() -> None:
    judged = judge(account(Level.NONE, None), Position(DOOR, 5), NOW)
    assert (judged.distance_m, judged.place, judged.verdict) == (None, DOOR, Verdict.UNCLEAR)
    assert "no place on the map" in in_words(judged)


@pytest.mark.parametrize(
    ("level", "off_m", "known"),
    [
        (Level.INTERPOLATED, 450, "between two houses"),
        (Level.STREET, 650, "only to its street"),
        (Level.POSTCODE, 3_300, "only to its postcode"),
        (Level.PLACE, 5_300, "only to its town"),
    ],
)
def test_a_check_in_is_allowed_as_far_as_the_place_may_be_off(level: Level, off_m: float, known: str) -> None:
    near = judge(account(level), Position(metres_east(off_m), 10), NOW)
    assert near.verdict is Verdict.UNCLEAR
    assert f"placed {known}" in in_words(near)
    assert judge(account(level), Position(metres_east(off_m + 200), 10), NOW).verdict is Verdict.OUTSIDE


def test_only_an_account_placed_to_its_house_or_between_two_can_be_stood_in_front_of() -> None:
    verdicts = {level: judge(account(level), Position(DOOR, 10), NOW).verdict for level in Level}
    assert {level for level, verdict in verdicts.items() if verdict is Verdict.INSIDE} == {
        Level.HOUSE,
        Level.INTERPOLATED,
        Level.NONE,  # a place without a level was given with the account
    }


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("metres", [0, 100, 149, 151, 399, 401, 2_000])
@pytest.mark.parametrize("accuracy_m", [1, 30, 76, 300, 1_001])
@pytest.mark.parametrize("age_s", [0, 45, 300])
def test_what_is_said_agrees_with_the_verdict_and_with_itself(
    level: Level, metres: float, accuracy_m: float, age_s: float
) -> None:
    judged = judge(account(level), Position(metres_east(metres), accuracy_m, age_s), NOW)
    said, record = in_words(judged), on_record(judged)
    assert "No position" not in said
    assert ("Unclear" in said) == (judged.verdict is Verdict.UNCLEAR) == ("unclear" in record)
    assert ("not held against you" in said) == (judged.verdict is Verdict.UNCLEAR)
    assert ("elsewhere" in said) == (judged.verdict is Verdict.OUTSIDE) == ("elsewhere" in record)
    if judged.verdict is Verdict.UNCLEAR and "placed" in said:
        assert judged.placed_m > 0


def test_the_words_hold_when_the_account_is_placed_anew_or_the_position_has_gone() -> None:
    judged = judge(account(Level.STREET), Position(DOOR, 10), NOW)
    gone = CheckIn(judged.at, None, judged.accuracy_m, judged.distance_m, judged.verdict, judged.age_s, judged.placed_m)
    assert in_words(gone) == in_words(judged)
    assert "No position" not in in_words(gone)


def test_a_fix_that_follows_is_taken_only_where_it_says_more() -> None:
    none, rough, exact, far = (
        judge(account(), position, NOW)
        for position in (
            None,
            Position(DOOR, 400),
            Position(DOOR, 10, -20),
            Position(metres_east(3_000), 10),
        )
    )
    assert is_better(rough, none)
    assert is_better(exact, rough)
    assert not is_better(rough, exact)
    assert not is_better(exact, far)  # nobody drives there after having checked in from elsewhere
    assert not is_better(none, rough)


def test_distance_across_the_antimeridian_is_short() -> None:
    west, east = LonLat(179.9995, -17.0), LonLat(-179.9995, -17.0)
    assert distance_m(west, east) == pytest.approx(106.5, abs=0.5)
    assert judge(account(place=west), Position(east, 40), NOW).verdict is Verdict.INSIDE


@pytest.mark.parametrize(
    "position",
    [
        Position(LonLat(200, 0), 5),
        Position(LonLat(0, float("nan")), 5),
        Position(LonLat(0, 0), -1),
        Position(LonLat(0, 0), float("nan")),
        Position(LonLat(0, 0), float("inf")),
        Position(LonLat(0, 0), 5, float("nan")),
        Position(LonLat(0, 0), 5, float("inf")),
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
