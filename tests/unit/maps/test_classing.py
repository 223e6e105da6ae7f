from maps.classing import CATEGORIES, category, class_breaks, measure


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
