import pytest

from gcrm.platform.errors import NotFound
from gcrm.territories.names import find_regions
from tests.unit.gcrm.territories.worlds import region, square

REGIONS = [
    region(name, square(number, 0), number + 1)
    for number, name in enumerate(["Vaduz", "Triesen", "Triesenberg", "Centre, north", "springfield", "Springfield"])
]


def names(*wanted: str) -> list[str]:
    return [one.name for one in find_regions(wanted, REGIONS)]


def test_several_names_stand_in_one_text_with_commas() -> None:
    assert names("Vaduz, Triesen") == ["Vaduz", "Triesen"]
    assert names("Triesen", "Vaduz,Triesen,") == ["Triesen", "Vaduz"]


def test_capitals_do_not_count_unless_they_tell_two_apart() -> None:
    assert names("VADUZ") == ["Vaduz"]
    assert names("Springfield", "springfield") == ["Springfield", "springfield"]
    with pytest.raises(NotFound, match="SPRINGFIELD"):
        names("SPRINGFIELD")


def test_a_name_with_a_comma_in_it_is_found_whole() -> None:
    assert names("Centre, north") == ["Centre, north"]


def test_every_unknown_name_is_told_with_those_that_are_near() -> None:
    with pytest.raises(NotFound) as caught:
        names("Vadutz,Triesen,Tresenberg,Qqqq")
    assert "'Vadutz' (did you mean 'Vaduz'" in caught.value.fault
    assert "'Triesenberg'" in caught.value.fault
    assert "'Qqqq'" in caught.value.fault
    assert "'Qqqq' (" not in caught.value.fault
    assert "Centre, north" in caught.value.remedy
