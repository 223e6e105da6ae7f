"""Several reps or several days at once: the words in which a team's day, a week or a quarter is stated.

Days are numbered 0, 1, ... from the start of the plan. Times are whole seconds since midnight of each day.
"""

from dataclasses import dataclass

import numpy as np

from routing.errors import ProblemInvalid
from routing.planner.plan import DayPlan
from routing.planner.problem import Break, Day, DayProblem, Visit, Window, day_faults
from routing.stop_when import Ended
from routing.travel_times.protocol import OdMatrix


@dataclass(frozen=True, slots=True)
class Shift:
    """One rep's working day.

    rep: whose it is. start, end: rows of the matrix; a rep who sleeps away ends one shift and starts the next there.
    capacity: the most that the demands of its clients may add up to; None for no limit.
    """

    rep: int
    day: int
    start_s: int
    end_s: int
    start: int
    end: int
    lunch: Break | None = None
    max_travel_s: int | None = None
    capacity: int | None = None

    @property
    def hours(self) -> Day:
        """The shift as a day of its own."""
        return Day(self.start_s, self.end_s, self.lunch, self.max_travel_s)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Days on which a client could be visited, and what that is worth.

    A call cycle is a list of patterns: every fourth week on any weekday is one pattern for each day of four weeks; who
    may also be visited less often has shorter patterns with smaller prizes.
    """

    days: tuple[int, ...]
    prize: int


@dataclass(frozen=True, slots=True)
class Client:
    """An account with its patterns; client number i is row i of the matrix.

    windows: for each day of the horizon the windows of that day, as in Visit. An appointment is a pattern of its day
    with `fixed_start`. reps: who may visit it (owner, skill, language); None for anyone.
    """

    id: int
    service_s: int
    windows: tuple[tuple[Window, ...], ...]
    patterns: tuple[Pattern, ...]
    required: bool = False
    fixed_start: int | None = None
    arrive_inside: bool = False
    demand: int = 0
    reps: frozenset[int] | None = None

    def on(self, day: int) -> Visit:
        """The visit to this client on one day, as a day's problem states it."""
        best = max((p.prize for p in self.patterns), default=0)
        return Visit(
            self.id, self.service_s, self.windows[day], best, self.required, self.fixed_start, self.arrive_inside
        )


@dataclass(frozen=True, slots=True)
class HorizonProblem:
    """Which clients, on which days, by which rep, in which order.

    Choose a pattern for some clients, and for each of its days one shift, and an order of visits in each shift, that
    collect the most: first as many required clients as possible, then the largest (sum of prizes of the chosen
    patterns) - hour_price * (hours of travel), then the least travel; such that every shift keeps its hours, windows,
    break, driving limit and capacity, and every client is visited by reps who may.

    matrix: rows 0..n-1 are the clients; the places where shifts start and end are among the rows, usually behind them.
    hour_price: the prize that an hour of driving has to bring.
    Raises ProblemInvalid with all that is wrong.
    """

    days: int
    shifts: tuple[Shift, ...]
    clients: tuple[Client, ...]
    matrix: OdMatrix
    hour_price: int = 0

    def __post_init__(self) -> None:
        faults = [*_shape_faults(self), *_shift_faults(self), *_client_faults(self)]
        if faults:
            raise ProblemInvalid("This horizon cannot be planned: " + "; ".join(faults) + ".", "Correct the input.")

    def day_of(self, shift: int, clients: tuple[int, ...]) -> DayProblem:
        """One shift and some clients as a day's problem, the clients in the order given."""
        one = self.shifts[shift]
        rows = [one.start, *clients, *([one.end] if one.end != one.start else [])]
        grid = np.ix_(rows, rows)
        part = OdMatrix(self.matrix.seconds[grid], self.matrix.metres[grid], self.matrix.reachable[grid])
        return DayProblem(one.hours, tuple(self.clients[c].on(one.day) for c in clients), part)


@dataclass(frozen=True, slots=True)
class TeamProblem:
    """A team's day: which visits, by which rep, in which order.

    shifts: one for each rep, day 0. visits: visit i is row i of the matrix. reps: for each visit who may make it, None
    for anyone; empty if that holds for all.
    """

    shifts: tuple[Shift, ...]
    visits: tuple[Visit, ...]
    matrix: OdMatrix
    reps: tuple[frozenset[int] | None, ...] = ()
    hour_price: int = 0

    def as_horizon(self) -> HorizonProblem:
        """The same as a horizon of one day. Raises ProblemInvalid with all that is wrong."""
        if self.reps and len(self.reps) != len(self.visits):
            raise ProblemInvalid(
                f"There are {len(self.visits)} visits but {len(self.reps)} sets of reps.", "Give one each."
            )
        reps = self.reps or (None,) * len(self.visits)
        clients = tuple(
            Client(
                v.id,
                v.service_s,
                (v.windows,),
                (Pattern((0,), v.prize),),
                v.required,
                v.fixed_start,
                v.arrive_inside,
                reps=r,
            )
            for v, r in zip(self.visits, reps, strict=True)
        )
        return HorizonProblem(1, self.shifts, clients, self.matrix, self.hour_price)


@dataclass(frozen=True, slots=True)
class HorizonPlan:
    """The shifts with their times, and what was left out.

    shifts: a plan for each shift of the problem, in its order; a stop's `visit` is the index of the client, and
        `dropped` is empty, since who is not in one shift may be in another.
    patterns: for each client the index of its chosen pattern, None if it is left out; dropped: those left out.
    prize: of the chosen patterns; value: prize - hour_price * hours of travel.
    bound: no plan has a larger value (among those with as many required clients); None where none was proven.
    ended: which bound ended the search.
    """

    shifts: tuple[DayPlan, ...]
    patterns: tuple[int | None, ...]
    dropped: tuple[int, ...]
    travel_s: int
    service_s: int
    distance_m: int
    prize: int
    value: float
    bound: float | None = None
    proven: bool = False
    first_s: float = 0.0
    seed: int = 0
    ended: Ended = Ended.SECONDS


def _shape_faults(problem: HorizonProblem) -> list[str]:
    matrix = problem.matrix
    n = matrix.seconds.shape[0]
    faults = []
    if {matrix.seconds.shape, matrix.metres.shape, matrix.reachable.shape} != {(n, n)}:
        faults.append("the travel times, distances and reachability are not square and of one size")
    elif n and (int(matrix.seconds.min()) < 0 or int(matrix.metres.min()) < 0):
        faults.append("a travel time or a distance is negative")
    if n < len(problem.clients):
        faults.append(f"there are travel times for {n} places, but {len(problem.clients)} clients")
    if problem.days < 1:
        faults.append(f"the horizon has {problem.days} days")
    if problem.hour_price < 0:
        faults.append(f"the price of an hour is negative ({problem.hour_price})")
    return faults


def _shift_faults(problem: HorizonProblem) -> list[str]:
    faults = []
    for number, shift in enumerate(problem.shifts):
        faults += [f"in shift {number} {fault}" for fault in day_faults(shift.hours)]
        if not 0 <= shift.day < problem.days:
            faults.append(f"shift {number} is on day {shift.day} of {problem.days}")
        faults += [
            f"shift {number} starts or ends at row {row}, which is not in the matrix"
            for row in (shift.start, shift.end)
            if not 0 <= row < problem.matrix.size
        ]
        if shift.capacity is not None and shift.capacity < 0:
            faults.append(f"shift {number} has a negative capacity ({shift.capacity})")
    return faults


def _client_faults(problem: HorizonProblem) -> list[str]:
    faults = []
    seen: set[int] = set()
    for client in problem.clients:
        if client.id in seen:
            faults.append(f"client {client.id} is there twice")
        seen.add(client.id)
        if client.service_s < 0 or client.demand < 0:
            faults.append(f"client {client.id} has a negative length or demand")
        if len(client.windows) != problem.days:
            faults.append(f"client {client.id} has windows for {len(client.windows)} of {problem.days} days")
        if any(closes < opens for windows in client.windows for opens, closes in windows):
            faults.append(f"client {client.id} has a window that closes before it opens")
        for pattern in client.patterns:
            if pattern.prize < 0:
                faults.append(f"client {client.id} has a negative prize ({pattern.prize})")
            if not pattern.days or list(pattern.days) != sorted(set(pattern.days)):
                faults.append(
                    f"client {client.id} has a pattern of days {pattern.days}, which is empty or not ascending"
                )
            elif pattern.days[0] < 0 or pattern.days[-1] >= problem.days:
                faults.append(f"client {client.id} has a pattern outside the {problem.days} days: {pattern.days}")
    return faults
