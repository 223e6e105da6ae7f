"""The readers of public instances, on instances that a hand can check, and the table they end in."""

import json
from pathlib import Path

import pytest

from routing.planner import Break, Client, HorizonProblem, Pattern, Shift, check_team
from tests.benchmarks import made_horizons, orienteering, periodic, vehicle_windows
from tests.benchmarks.by_ortools import solve_by_ortools
from tests.benchmarks.public_sets import best_known, best_of, run
from tests.benchmarks.replay import team_plan
from tests.unit.routing.planner.worlds import HOUR, street

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


@pytest.fixture(autouse=True)
def _tables_are_read_anew() -> None:
    best_known.cache_clear()


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


def test_files_from_elsewhere_are_read_whatever_ends_their_lines(tmp_path: Path) -> None:
    """Blank lines, trailing spaces, CRLF, a byte order mark, upper-case names, a table in the folder above."""
    worn = "\r\n".join(f"{line}  " for line in ORIENTEERING.splitlines())
    written = {
        orienteering: ("R1.TXT", f"\ufeff\r\n{worn}\r\n\r\n"),
        periodic: ("p33.txt", PERIODIC.replace("\n", " \r\n\r\n")),
        vehicle_windows: ("C1_2_9.TXT", VEHICLES.replace("\n", "\r\n")),
    }
    (tmp_path / "best_known.csv").write_bytes(
        "\ufeffinstance , routes,Value\r\n r1 ,1, 16 \r\n\r\n , ,\r\nr9,1,\r\nc1_2_9,,30\r\np33\r\n".encode()
    )
    for (module, (name, text)), best in zip(written.items(), (16, None, 30), strict=True):
        folder = tmp_path / Path(module.__name__).suffix[1:] / "deeper"
        folder.mkdir(parents=True)
        (folder / name).write_bytes(text.encode())
        (folder / "README.txt").write_text("Nothing to solve here.")
        (file,) = module.files(folder.parent)
        assert best_of(file, 1) == best
        value = module.solve(file, module.BENCHMARK.routes[0] if module.BENCHMARK.routes else 0, 0.1, 1).value
        assert value == pytest.approx(best or 30)


def test_what_cannot_be_judged_is_said_and_stays_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r1.txt").write_text(ORIENTEERING)
    assert run(orienteering.BENCHMARK, ["--instances", str(tmp_path), "--seconds", "0.1", "--json"]) == 0
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert (document["rows"][0]["value"], document["rows"][0]["best"]) == (16, None)
    assert document["mean_gap_pct"] == {"0.1": None}
    assert "r1" in printed.err
    (tmp_path / "tiny.txt").write_text(VEHICLES)
    (tmp_path / "best_known.csv").write_text("instance,value\ntiny,30\n")
    arguments = ["--instances", str(tmp_path), "--routes", "1", "--seconds", "0.1", "--json"]
    assert run(vehicle_windows.BENCHMARK, arguments) == 0
    document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert (document["rows"][0]["value"], document["unsolved"]) == (None, 1)


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


def test_or_tools_alone_plans_the_week_that_it_is_compared_on() -> None:
    """Thirty doors along a street, five days with a break: everyone once, the early days first."""
    doors = ((8 * HOUR, 17 * HOUR),)
    patterns = tuple(Pattern((day,), 30 - day) for day in range(5))
    clients = tuple(Client(number, 1800, (doors,) * 5, patterns) for number in range(30))
    lunch = Break(2700, 11 * HOUR, 13 * HOUR)
    shifts = tuple(Shift(0, day, 8 * HOUR, 17 * HOUR, 30, 30, lunch) for day in range(5))
    problem = HorizonProblem(5, shifts, clients, street(*[3 * place for place in range(31)]), 30)
    plans, _ = solve_by_ortools(problem, seconds=0.3)
    assert sorted(stop.visit for plan in plans for stop in plan.stops) == list(range(30))
    assert sum(len(plan.stops) for plan in plans[:3]) > 24


def test_made_horizons_are_the_same_each_time_and_every_client_can_be_reached_from_the_depot_and_back() -> None:
    made = dict(made_horizons.instances())
    assert made.keys() == made_horizons.BEST.keys()
    again = made_horizons.made_fleet(made_horizons.FLEETS["fleet1"], "fleet1")
    assert again.clients == made["fleet1"].clients
    for problem in made.values():
        depot, seconds = len(problem.clients), problem.matrix.seconds
        for c, client in enumerate(problem.clients):
            opens, closes = client.windows[0][0]
            start = max(opens, int(seconds[depot, c]))
            assert start <= closes
            assert start + client.service_s + seconds[c, depot] <= problem.shifts[0].end_s
