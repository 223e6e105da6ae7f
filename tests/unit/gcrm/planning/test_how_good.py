"""What a document says of how good its plan is."""

from gcrm.planning.optimality_gap import optimality_gap


def test_a_proven_plan_has_no_gap() -> None:
    judged = optimality_gap(120, 120.0, proven=True)
    assert (judged.bound, judged.gap, judged.proven) == (120.0, 0.0, True)
    assert judged.how == "Proven: no better plan exists."


def test_a_bounded_plan_says_how_far_it_may_be_from_the_best() -> None:
    judged = optimality_gap(90, 120.0, proven=False)
    assert (judged.gap, judged.proven) == (0.25, False)
    assert "no plan is worth more than 120" in judged.how
    assert "at most 25.0 %" in judged.how


def test_where_nothing_was_proven_that_is_said() -> None:
    for bound in (None, 0.0, -3.0):
        judged = optimality_gap(-3.0, bound, proven=False)
        assert judged.gap is None
        assert "unknown" in judged.how
