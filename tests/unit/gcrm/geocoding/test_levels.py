"""What kind of answer it is: a house, one between two others, a street, a postcode, a place."""

import pytest

from gcrm.accounts.model import Level
from gcrm.geocoding import ACCEPTED, Geocoder
from gcrm.geocoding.houses import House, HouseNumbers
from routing.points import LonLat
from tests.unit.gcrm.geocoding.osm_world import geocoder_of, house

METRE_EAST = 1 / 75_500
"""Of longitude at 47.2 degrees north."""
LAT = 47.2


def east(metres: float) -> tuple[float, float]:
    return (9.5 + metres * METRE_EAST, LAT)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Geocoder:
    nodes = [
        ((9.5, LAT), {"place": "town", "name": "Nordheim"}),
        *((east(number * 10), house("Hauptstrasse", str(number), "Nordheim", "9001")) for number in (2, 4, 10, 30)),
        (east(15), house("Hauptstrasse", "3", "Nordheim", "9001")),
        (east(500), house("Seeweg", "1", "Nordheim", "9001")),
        (east(600), house("Seeweg", "9", "Nordheim", "9001")),
        (east(1_000), house("Bergweg", "5", "Nordheim", "9002")),
        (east(1_040), house("Bergweg", "7", "Nordheim", "9002")),
    ]
    return geocoder_of(
        tmp_path_factory.mktemp("levels"), nodes, [((6, 7), {"addr:interpolation": "odd", "addr:street": "Seeweg"})]
    )


def metres(found: LonLat) -> float:
    return (found.lon - 9.5) / METRE_EAST


def test_a_number_between_two_known_ones_is_interpolated(town: Geocoder) -> None:
    (best, *_) = town.find("Hauptstrasse 6, 9001 Nordheim")
    assert best.level is Level.INTERPOLATED
    assert ACCEPTED <= best.confidence < 0.9
    assert metres(best.place) == pytest.approx(60, abs=1)
    assert best.label == "Hauptstrasse 6, 9001 Nordheim"
    assert town.locate("Hauptstrasse 6, Nordheim").placement().level is Level.INTERPOLATED


def test_a_house_that_is_mapped_between_two_others_is_interpolated(town: Geocoder) -> None:
    (best, *_) = town.find("Seeweg 3, 9001 Nordheim")
    assert best.level is Level.INTERPOLATED
    assert best.confidence >= ACCEPTED
    assert metres(best.place) == pytest.approx(525, abs=1)
    assert town.suggest("seeweg 3")[0].level is Level.INTERPOLATED
    back = town.reverse(best.place)
    assert back is not None
    assert (back.level, back.label) == (Level.INTERPOLATED, "Seeweg 3, 9001 Nordheim")


def test_a_wide_gap_is_not_trusted_without_asking(town: Geocoder) -> None:
    located = town.locate("Hauptstrasse 20, Nordheim")
    assert located.candidate is not None
    assert located.candidate.level is Level.INTERPOLATED
    assert located.candidate.confidence < ACCEPTED
    assert located.reason == "The house is not known; placed at Hauptstrasse 20, 9001 Nordheim."


@pytest.mark.parametrize("number", ["5", "1", "32", "99"])
def test_a_number_with_nothing_on_one_side_of_it_is_on_the_street_only(town: Geocoder, number: str) -> None:
    (best, *_) = town.find(f"Hauptstrasse {number}, Nordheim")
    assert best.level is Level.STREET
    assert best.confidence < ACCEPTED


def test_a_known_house_is_never_interpolated(town: Geocoder) -> None:
    for number in ("2", "3", "4", "10", "30"):
        assert town.find(f"Hauptstrasse {number}, Nordheim")[0].level is Level.HOUSE


def test_what_is_found_by_its_postcode_alone_is_on_the_postcode(town: Geocoder) -> None:
    for text in ("9002", "9002 Nordheim", "Unknown Alley 5, 9002 Nordheim"):
        best = town.find(text)[0]
        assert best.level is Level.POSTCODE
        assert best.label == "9002 Nordheim"
        assert metres(best.place) == pytest.approx(1_020, abs=25)
    assert town.find("Unknown Alley 5, 9002 Nordheim")[0].confidence < ACCEPTED
    assert town.find("Nordheim")[0].level is Level.PLACE


def at(number: str, metres_north: float, postcode: str = "", identity: int = 1) -> House:
    return House(identity, number, "", postcode, derived=False, lon=9.5, lat=47.0 + metres_north / 111_195)


def test_the_entry_in_the_middle_stands_for_a_large_building() -> None:
    entries = [at("1", north, identity=north) for north in (0, 60, 120)]
    ((house_, fits),) = HouseNumbers(entries).meant_by("1")
    assert (house_.id, fits) == (60, 1.0)


def test_an_entry_far_from_most_others_is_a_slip_of_the_mapper() -> None:
    entries = [at("1", north, identity=north) for north in (0, 5, 10, 400)]
    assert [one.id for one, _ in HouseNumbers(entries).meant_by("1")] == [5]


def test_two_entries_far_apart_are_both_answers() -> None:
    entries = [at("1", north, identity=north) for north in (1, 400)]
    assert {one.id for one, _ in HouseNumbers(entries).meant_by("1")} == {1, 400}


def test_one_number_under_two_postcodes_is_two_addresses() -> None:
    entries = [at("1", 1, "9001", 1), at("1", 2, "9001", 2), at("1", 400, "9002", 3)]
    assert {one.postcode for one, _ in HouseNumbers(entries).meant_by("1")} == {"9001", "9002"}
