import pytest

from maps.bivariate import AMOUNTS, COLOURS, COUNTS, bivariate

WORDS = (("potential", AMOUNTS), ("visits", COUNTS))


def test_each_region_is_in_one_of_nine_classes() -> None:
    shown, named = bivariate("both", "Both", [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], WORDS)
    assert (
        named
        == ["little potential, many visits"] * 2
        + ["some potential, some visits"] * 2
        + ["much potential, few visits"] * 2
    )
    colours = {one["from"]: (one["colour"], one["count"]) for one in shown["classes"]}
    assert colours["much potential, few visits"] == (COLOURS[0][2], 2)
    assert len(colours) == 9
    assert shown["grid"]["counts"] == [[0, 0, 2], [0, 2, 0], [2, 0, 0]]


def test_a_region_of_which_one_is_not_known_has_no_class() -> None:
    shown, named = bivariate("both", "Both", [None, 1, 2], [1, None, 3], WORDS, missing="Not enough history")
    assert named[:2] == [None, None]
    assert sum(one["count"] for one in shown["classes"]) == 1
    assert shown["missing"] == "Not enough history"


@pytest.mark.parametrize("visits", [[0, 0, 0, 0], [3, 3, 3, 3]])
def test_equal_values_are_not_parted_and_the_legend_says_so(visits: list[float]) -> None:
    shown, named = bivariate("both", "Both", [1, 2, 3, 9], visits, WORDS)
    assert all(name and name.endswith("some visits") for name in named)
    assert shown["note"] == "visits alike everywhere"


def test_two_values_are_little_and_much() -> None:
    _, named = bivariate("both", "Both", [1, 9], [0, 7], WORDS)
    assert named == ["little potential, few visits", "much potential, many visits"]


def test_no_regions_and_nothing_known() -> None:
    assert bivariate("both", "Both", [], [], WORDS)[1] == []
    shown, named = bivariate("both", "Both", [None], [None], WORDS)
    assert named == [None]
    assert shown["note"] == ""
