from pathlib import Path

import pytest

from gcrm.accounts.model import Address, Level
from gcrm.geocoding import ACCEPTED, Geocoder
from gcrm.platform.errors import NotReady
from routing.points import LonLat


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Landstrasse 12, 9001 Nordheim", "Landstrasse 12, 9001 Nordheim"),
        ("Landstrasse 12, Südheim", "Landstrasse 12, 9002 Südheim"),
        ("Landstrasse 12, 9002", "Landstrasse 12, 9002 Südheim"),
        ("12 Landstrasse, Nordheim", "Landstrasse 12, 9001 Nordheim"),
        ("9001 Nordheim, Landstrasse 12", "Landstrasse 12, 9001 Nordheim"),
        ("LANDSTRASSE 12 9001 NORDHEIM", "Landstrasse 12, 9001 Nordheim"),
        ("Landstr. 12, 9001 Nordheim", "Landstrasse 12, 9001 Nordheim"),
        ("Lnadstrasse 12, 9001 Nordheim", "Landstrasse 12, 9001 Nordheim"),
        ("Landstrasse 12, 9901 Nordheim", "Landstrasse 12, 9001 Nordheim"),
        ("Landstrasse 12, 9001 Nrodheim", "Landstrasse 12, 9001 Nordheim"),
        ("Landstrasse 12, Suedheim", "Landstrasse 12, 9002 Südheim"),
        ("Landstrasse 12, Sudheim", "Landstrasse 12, 9002 Südheim"),
        ("Landstrasse 12, Southham", "Landstrasse 12, 9002 Südheim"),
        ("c/o Anna Beck, Landstrasse 12, Nordheim", "Landstrasse 12, 9001 Nordheim"),
        ("Beck Nord AG Landstrasse 12, Nordheim", "Landstrasse 12, 9001 Nordheim"),
        ("Altte Landstrasse 4, Nordheim", "Alte Landstrasse 4, 9001 Nordheim"),
        ("Muehleweg 12a, Nordheim", "Mühleweg 12a, 9001 Nordheim"),
        ("Mühleweg 12 A, Nordheim", "Mühleweg 12a, 9001 Nordheim"),
        ("Mühleweg 16, Nordheim", "Mühleweg 14-18, 9001 Nordheim"),
        ("7, Rue de l'Eglise, Südheim", "Rue de l'Église 7, 9002 Südheim"),
        ("Church Street 7, Südheim", "Rue de l'Église 7, 9002 Südheim"),
        ("Hämeentie 16A, Südheim", "Hämeentie 16 A, 9002 Südheim"),
        ("Straße des 18. Juni 5, Südheim", "Straße des 18. Juni 5, 9002 Südheim"),
        ("12 Tower Road, Südheim", "Tower Road 12, 9002 Südheim"),
        ("Egg 4, Nordheim", "Egg 4, 9001 Nordheim"),
        ("Landstrasse 12\nN o r d h e i m", "Landstrasse 12, 9001 Nordheim"),
        ("Landstrasse 12, 9001 Nordheim, Liechtenstein", "Landstrasse 12, 9001 Nordheim"),
    ],
)
def test_an_address_is_found_however_it_is_written(geocoder: Geocoder, text: str, label: str) -> None:
    located = geocoder.locate(text)
    assert located.candidate is not None, located.reason
    found = located.candidate
    assert found.label.replace(", Nordheim", ", 9001 Nordheim") == label
    assert found.level is Level.HOUSE
    assert found.confidence >= ACCEPTED
    assert found.source == "OpenStreetMap, ODbL"


@pytest.mark.parametrize(
    "floor", ["2. Stock", "2. OG", "2nd floor", "Floor 2", "Top 2", "EG", "Apt 2", "5 OG", "3. krs", "Suite 21", "UG"]
)
@pytest.mark.parametrize(
    "form", ["Landstrasse 12, {}, 9001 Nordheim", "{}, Landstrasse 12, Nordheim", "Landstrasse 12 {}, Nordheim"]
)
def test_a_floor_is_never_a_house_number(geocoder: Geocoder, floor: str, form: str) -> None:
    located = geocoder.locate(form.format(floor))
    assert located.candidate is not None, located.reason
    assert located.candidate.label == "Landstrasse 12, 9001 Nordheim"


@pytest.mark.parametrize("text", ["Rosenweg 3", "Landstrasse 12", "Rosenweg 3, Liechtenstein", "Landstrasse"])
def test_several_equal_answers_are_said_and_none_is_chosen(geocoder: Geocoder, text: str) -> None:
    located = geocoder.locate(text)
    assert located.candidate is None
    assert "Several equal answers" in located.reason
    found = geocoder.find(text)
    assert found[0].equal == 2
    assert all(one.confidence < ACCEPTED for one in found[:2])
    assert {"Nordheim", "Südheim"} == {one.label.split()[-1] for one in found[:2]}


@pytest.mark.parametrize(
    "text",
    [
        "Landstrasse 12, 80331 München",
        "Landstrasse 12, Berlin",
        "Landstrasse 12, 12345 Irgendwo, Deutschland",
        "Landstrasse 12, Nordheim, France",
        "Mühlegasse 12, 9001 Nordheim",
        "Rosengasse 3, 9001 Nordheim",
        "Reitstrasse 12, 9001 Nordheim",
        "Main Street 5, 12345 Springfield",
        "",
        "  ",
        "9" * 500,
        "<script>alert(1)</script>",
        "'; DROP TABLE street; --",
    ],
)
def test_an_address_from_elsewhere_is_not_placed_on_a_house(geocoder: Geocoder, text: str) -> None:
    located = geocoder.locate(text)
    placed = located.candidate is not None and located.candidate.level is Level.HOUSE
    assert not placed
    assert located.reason or located.candidate is not None


def test_a_number_that_is_not_there_is_placed_on_the_street_and_said(geocoder: Geocoder) -> None:
    located = geocoder.locate("Landstrasse 99, 9001 Nordheim")
    assert located.candidate is not None
    assert located.candidate.level is Level.STREET
    assert located.candidate.confidence < ACCEPTED
    assert located.candidate.ignored == "99"
    assert "house number is not known" in located.reason


def test_a_street_that_is_not_there_is_placed_in_its_town_and_said(geocoder: Geocoder) -> None:
    located = geocoder.locate("Zypressenallee 5, 9001 Nordheim")
    assert located.candidate is not None
    assert located.candidate.level is Level.PLACE
    assert "street is not known" in located.reason


def test_a_postcode_alone_is_placed_in_its_middle(geocoder: Geocoder) -> None:
    (found,) = geocoder.find("9001")
    assert (found.label, found.level) == ("9001 Nordheim", Level.POSTCODE)
    assert geocoder.find("Zypressenallee 5, 9001")[0].confidence < ACCEPTED
    assert geocoder.find("Zypressenallee 5, 9001 Graz") == []


def test_what_was_used_and_what_was_not_is_said(geocoder: Geocoder) -> None:
    (best, *_) = geocoder.find("Beck AG, Landstrasse 12, 2. Stock, 9001 Nordheim")
    assert best.matched == "Landstrasse 12 9001 Nordheim"
    assert best.ignored == "Beck AG 2 Stock"


def test_an_address_in_fields_is_found_like_one_in_a_line(geocoder: Geocoder) -> None:
    fields = Address(street="Landstrasse", house_number="12", postcode="9001", city="Nordheim")
    assert geocoder.find(fields) == geocoder.find("Landstrasse 12, 9001 Nordheim")
    assert geocoder.batch([fields, "Landstrasse 12, 9001 Nordheim"])[0] == geocoder.locate(fields)


def test_the_way_back_gives_the_nearest_house_and_none_far_away(geocoder: Geocoder) -> None:
    found = geocoder.find("Landstrasse 12, 9001 Nordheim")[0]
    back = geocoder.reverse(found.place)
    assert back is not None
    assert (back.label, back.level) == (found.label, Level.HOUSE)
    assert geocoder.reverse(LonLat(-170.0, -47.0)) is None


def test_an_index_that_is_not_there_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="gcrm area import"):
        Geocoder(tmp_path / "none.sqlite")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("nordh", "Nordheim"),
        ("lands", "Landstrasse, 9001 Nordheim"),
        ("landstr 12 nord", "Landstrasse 12, 9001 Nordheim"),
        ("lnadst", "Landstrasse, 9001 Nordheim"),
        ("9002 landstrasse 12", "Landstrasse 12, 9002 Südheim"),
        ("müh", "Mühleweg, 9001 Nordheim"),
        ("12 tow", "Tower Road 12, 9002 Südheim"),
        ("l'egl", "Rue de l'Église, 9002 Südheim"),
    ],
)
def test_suggestions_follow_what_is_typed(geocoder: Geocoder, typed: str, first: str) -> None:
    shown = [one.label for one in geocoder.suggest(typed)]
    assert shown[0] == first
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize("typed", ["", " ", ",", "qqqq", "9999999", "<b>", "a" * 1000])
def test_suggestions_never_fail(geocoder: Geocoder, typed: str) -> None:
    assert len(geocoder.suggest(typed, 3)) <= 3
