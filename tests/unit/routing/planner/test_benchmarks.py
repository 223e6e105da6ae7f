"""The readers of public instances, on instances that a hand can check, and the table they end in."""

import json
from pathlib import Path

import pytest

from routing.planner import check_team
from tests.benchmarks import orienteering, periodic, vehicle_windows
from tests.benchmarks.public_sets import run
from tests.benchmarks.replay import team_plan

ORIENTEERING = """1 1 3 1
0 0
0 0 0 0 0 0 0 0 0 100
1 3 4 5 7 0 0 0 0 90
2 0 10 5 9 0 0 0 0 90
3 60 0 5 100 0 0 0 0 90
"""

PERIODIC = """1 1 2 2
0 10
0 10
0 0 0 0 0 0 0
1 3 4 0 6 1 2 1 2
2 0 10 0 6 1 2 1 2
"""

VEHICLES = """tiny

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       100          0
    1      3         4          6          0        90          5
    2      0        10          6          0        90          5
"""


def test_one_route_collects_what_is_within_reach(tmp_path: Path) -> None:
    file = tmp_path / "r1.txt"
    file.write_text(ORIENTEERING)
    instance = orienteering.read(file)
    assert instance.distances[0].tolist() == [0, 50, 100, 600]
    assert instance.closes[0] == 1000
    for routes in (1, 2):
        assert orienteering.solve(file, routes, 0.1, 1).value == 16


def test_a_distance_of_the_pr_set_keeps_two_decimals(tmp_path: Path) -> None:
    file = tmp_path / "pr1.txt"
    file.write_text(ORIENTEERING.replace("3 4 5", "1 1 5"))
    assert orienteering.read(file).distances[0, 1] == 141


def test_two_loads_go_on_two_days(tmp_path: Path) -> None:
    file = tmp_path / "p01"
    file.write_text(PERIODIC)
    assert periodic.read(file).patterns == [((1,), (0,)), ((1,), (0,))]
    assert periodic.solve(file, 0, 0.2, 1).value == pytest.approx(30)


def test_two_loads_go_on_two_vehicles(tmp_path: Path) -> None:
    file = tmp_path / "tiny.txt"
    file.write_text(VEHICLES)
    assert vehicle_windows.read(file).capacity == 10
    assert vehicle_windows.solve(file, 0, 0.2, 1).value == pytest.approx(30)


def test_the_command_prints_rows_and_gaps_as_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r1.txt").write_text(ORIENTEERING)
    (tmp_path / "best_known.csv").write_text("instance,routes,value,status\nr1,1,20,made up\n")
    arguments = ["--instances", str(tmp_path), "--seconds", "0.1", "--seeds", "2", "--json"]
    assert run(orienteering.BENCHMARK, arguments) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["seed"] for row in document["rows"]] == [1, 2]
    assert document["mean_gap_pct"] == {"0.1": 20.0}
    assert document["worst_gap_pct"] == {"0.1": 20.0}


def test_a_folder_without_instances_is_said(tmp_path: Path) -> None:
    assert run(orienteering.BENCHMARK, ["--instances", str(tmp_path)]) == 1


def test_a_route_of_somebody_else_is_judged_by_our_checker(tmp_path: Path) -> None:
    file = tmp_path / "r1.txt"
    file.write_text(ORIENTEERING)
    problem = orienteering.team_problem(orienteering.read(file), 1)
    plan = team_plan(problem.as_horizon(), [[1, 0]])
    assert check_team(problem, plan) == []
    assert plan.prize == 16


def test_proven_optima_of_published_instances_are_reached_and_proven(shared: Path) -> None:
    for name, optimum in (("r101", 198), ("rc101", 219), ("c105", 340), ("r109", 277)):
        problem = orienteering.day_problem(orienteering.read(shared / "bench" / "optw" / f"{name}.txt"))
        plan = orienteering.solve_day(problem, seconds=120)
        assert plan.prize == optimum
        assert plan.proven
