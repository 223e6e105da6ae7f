"""Balance against hand-overs as a drawing: every point within it, round marks, and nothing known drawn as nothing."""

import pytest

from webapp.scenarios.frontier_chart import charts_of


def point(moved: int, deviation: float, years: float = 0.0, **revenue: float) -> dict[str, object]:
    return {"moved": moved, "deviation": deviation, "years": years, "revenue": revenue}


def test_points_lie_within_the_drawing_from_left_to_right() -> None:
    points = [point(0, 0.31, 0, EUR=0), point(12, 0.05, 20, EUR=900), point(37, 0.01, 44, EUR=400)]
    charts = charts_of(points, years_known=True)
    assert [chart.name for chart in charts] == ["accounts", "revenue EUR", "years"]
    for chart in charts:
        assert all(0 <= spot.x <= 100 and 0 <= spot.y <= 100 for spot in chart.spots)
        assert [spot.x for spot in chart.spots] == sorted(spot.x for spot in chart.spots)
        assert (chart.across[0].at, chart.across[-1].at) == (0, 100)
    assert [spot.number for spot in charts[1].spots] == [0, 2, 1], "by revenue, a point knows its row"
    assert [mark.text for mark in charts[0].up] == ["0 %", "10 %", "20 %", "30 %", "40 %"]
    assert charts[0].spots[1].label == "12 accounts moved, largest difference 5.0 %"


@pytest.mark.parametrize("points", [[], [point(0, 0.0)], [point(0, 5.0), point(20_000, 0.01)]])
def test_one_point_none_and_far_ones_are_drawn(points: list[dict[str, object]]) -> None:
    charts = charts_of(points, years_known=False)
    assert len(charts) == min(1, len(points))
    assert sum(len(chart.spots) for chart in charts) == len(points)
