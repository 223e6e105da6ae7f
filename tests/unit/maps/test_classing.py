from itertools import combinations

import numpy as np
import pytest

from maps.classing import CATEGORIES, Scheme, category, class_breaks, measure


def test_few_values_get_a_class_each() -> None:
    assert class_breaks([3, 1, 1, 2]) == [1, 2, 3]
    assert class_breaks([]) == []


def test_classes_hold_about_as_many_regions_each() -> None:
    assert class_breaks(list(range(100))) == [0, 20, 40, 60, 80]


def test_many_equal_values_make_fewer_classes_and_none_that_is_empty() -> None:
    shown = measure("visits", "Visits", [0] * 90 + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert all(one["count"] for one in shown["classes"])
    assert sum(one["count"] for one in shown["classes"]) == 100


def test_each_class_says_what_is_in_it() -> None:
    shown = measure("people", "People", [10, None, 20, 30, 40, 50, 1000])
    assert [(one["from"], one["to"], one["count"]) for one in shown["classes"]] == [
        (10, 10, 1),
        (20, 20, 1),
        (30, 40, 2),
        (50, 50, 1),
        (1000, 1000, 1),
    ]


def test_a_measure_that_nobody_knows_has_no_classes() -> None:
    assert measure("people", "People", [None, None])["classes"] == []


def test_the_commonest_word_comes_first() -> None:
    shown = category("rep", "Rep", ["South", "North", "South", None])
    assert [(one["from"], one["count"], one["colour"]) for one in shown["classes"]] == [
        ("South", 2, CATEGORIES[0]),
        ("North", 1, CATEGORIES[1]),
    ]


def test_a_rep_keeps_the_colour_when_regions_move() -> None:
    def colours(values: list[str | None]) -> dict[str, str]:
        return {
            one["from"]: one["colour"] for one in category("rep", "Rep", values, order=["North", "South"])["classes"]
        }

    before, after = colours(["North", "North", "South"]), colours(["South", "South", "North and South"])
    assert before["South"] == after["South"] == CATEGORIES[1]
    assert after["North and South"] == CATEGORIES[2]


def test_natural_breaks_are_those_with_the_least_squares_within() -> None:
    values = np.random.default_rng(1).gamma(1.0, 10.0, 14).round(1)
    found = class_breaks(values.tolist(), 4, Scheme.read("jenks"))
    distinct = sorted(set(values.tolist()))

    def within(ends: list[float]) -> float:
        at = np.searchsorted(ends, values, side="right")
        return sum(float(values[at == one].var() * (at == one).sum()) for one in set(at.tolist()))

    best = min(within([distinct[0], *some]) for some in combinations(distinct[1:], 3))
    assert within(found) == pytest.approx(best)


def test_natural_breaks_of_many_values_are_quick_and_of_groups_are_the_groups() -> None:
    random = np.random.default_rng(2)
    values = np.concatenate([random.normal(middle, 1, 1_500) for middle in (0, 50, 200)])
    first, second, third = class_breaks(values.tolist(), 3, Scheme.read("jenks"))
    assert first == values.min()
    assert 5 < second < 50
    assert 60 < third < 200


def test_equal_steps_leave_no_class_empty() -> None:
    assert class_breaks([0, 1, 2, 3, 4, 100], 5, Scheme.read("equal")) == [0, 100]


def test_own_classes_lose_nothing_below_the_first() -> None:
    assert class_breaks([1, 5, 12, 25, 70], scheme=Scheme.read("10,20,50")) == [1, 12, 25, 70]
    shown = measure("visits", "Visits", [1, 5, None, 12], scheme=Scheme.read("100"))
    assert [one["count"] for one in shown["classes"]] == [3]


@pytest.mark.parametrize("scheme", ["quantile", "jenks", "equal", "3"])
@pytest.mark.parametrize("values", [[], [7.0], [7.0] * 9, [0.0] * 90 + [1.0, 2, 3, 4, 5, 6, 7]])
def test_equal_values_stay_together_and_every_value_has_a_class(scheme: str, values: list[float]) -> None:
    shown = measure("visits", "Visits", values, scheme=Scheme.read(scheme))
    assert sum(one["count"] for one in shown["classes"]) == len(values)
    assert all(one["count"] for one in shown["classes"])


def test_equal_values_are_said() -> None:
    assert measure("visits", "Visits", [3, 3, 3])["note"] == "all alike"
    assert "equal values" in measure("visits", "Visits", [0] * 90 + list(range(1, 9)))["note"]
    assert measure("visits", "Visits", list(range(50)))["note"] == ""


@pytest.mark.parametrize("text", ["", "x", "1,two", "nan", "1,2,3,4,5,6"])
def test_classes_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Scheme.read(text)
