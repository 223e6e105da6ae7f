"""The words in which a day of visits is stated: immutable, and checked once, when they are made.

Times are whole seconds since midnight of the planning day in the rep's zone; they may be negative or pass 86,400
where a shift crosses midnight. Travel is whole seconds, distance whole metres.
"""

from dataclasses import dataclass, field

from routing.errors import ProblemInvalid
from routing.travel_times.protocol import OdMatrix

Window = tuple[int, int]
"""Start and end, seconds since midnight, both inclusive."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One account that could be visited.

    windows: when it may be visited; none means closed that day. The whole visit lies inside one window, or, with
        `arrive_inside`, only its start does.
    prize: how much the visit is worth; only comparison between visits of one problem means anything. What is worth
        nothing and not required is not visited.
    required: visited before anything that is not, whatever the prizes; dropped only where it cannot be done.
    fixed_start: an appointment to the second; it takes the place of the windows.
    """

    id: int
    service_s: int
    windows: tuple[Window, ...]
    prize: int
    required: bool = False
    fixed_start: int | None = None
    arrive_inside: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether people have agreed on it, so that it gives way to nobody."""
        return self.required or self.fixed_start is not None

    @property
    def start_windows(self) -> tuple[Window, ...]:
        """The spans in which the visit may start, ascending and disjoint; empty if it fits in no window."""
        if self.fixed_start is not None:
            return ((self.fixed_start, self.fixed_start),)
        shorter = 0 if self.arrive_inside else self.service_s
        spans: list[Window] = []
        for opens, closes in sorted(self.windows):
            if closes - shorter < opens:
                continue
            if spans and opens <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], closes - shorter))
            else:
                spans.append((opens, closes - shorter))
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class Break:
    """One pause, taken whole between `earliest` and `latest`, while neither driving nor visiting.

    It is taken after leaving one stop or on arriving at the next. It is not owed by who can take it at home: who does
    not leave before `earliest` + `duration_s`, or is back by `latest` - `duration_s`.
    """

    duration_s: int
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Day:
    """When a rep may be on the road. Home is left no earlier than `start_s` and reached no later than `end_s`.

    max_travel_s: the most driving in the day, home to home; None for no limit.
    """

    start_s: int
    end_s: int
    lunch: Break | None = None
    max_travel_s: int | None = None


@dataclass(frozen=True, slots=True)
class DayProblem:
    """Which visits, in which order, in one rep's day.

    Choose an order of some visits that collects the most: first as many required visits as possible, then the largest
    sum of prizes, then the least travel time; such that travel, windows, break, day length and driving limit hold.

    matrix: index 0 is where the day starts (home), i + 1 is visits[i]; if it has one row more, the last is where the
        day ends, otherwise it ends where it started. Its ways are the fastest: where a detour over a third place would
        be quicker, or possible at all, plans are correct but may not be the best.
    Raises ProblemInvalid with all that is wrong. What merely cannot be visited is not wrong: it is dropped, with its
    reason.
    """

    day: Day
    visits: tuple[Visit, ...]
    matrix: OdMatrix
    end: int = field(init=False)

    def __post_init__(self) -> None:
        faults = [*day_faults(self.day), *visit_faults(self.visits), *matrix_faults(self.matrix, len(self.visits))]
        if faults:
            raise ProblemInvalid("This day cannot be planned: " + "; ".join(faults) + ".", "Correct the input.")
        object.__setattr__(self, "end", 0 if self.matrix.size == len(self.visits) + 1 else self.matrix.size - 1)


def day_faults(day: Day) -> list[str]:
    """What contradicts itself in the working day."""
    faults = []
    if day.end_s < day.start_s:
        faults.append(f"the day ends ({day.end_s} s) before it starts ({day.start_s} s)")
    if day.max_travel_s is not None and day.max_travel_s < 0:
        faults.append(f"the driving limit is negative ({day.max_travel_s} s)")
    lunch = day.lunch
    if lunch is not None and lunch.duration_s < 0:
        faults.append(f"the break has a negative length ({lunch.duration_s} s)")
    if lunch is not None and lunch.latest - lunch.earliest < lunch.duration_s:
        faults.append(
            f"the break of {lunch.duration_s} s does not fit between {lunch.earliest} s and {lunch.latest} s of the day"
        )
    return faults


def visit_faults(visits: tuple[Visit, ...]) -> list[str]:
    """What contradicts itself in the visits."""
    faults = []
    seen: set[int] = set()
    for visit in visits:
        if visit.id in seen:
            faults.append(f"visit {visit.id} is there twice")
        seen.add(visit.id)
        if visit.service_s < 0:
            faults.append(f"visit {visit.id} has a negative length ({visit.service_s} s)")
        if visit.prize < 0:
            faults.append(f"visit {visit.id} has a negative prize ({visit.prize})")
        faults.extend(
            f"visit {visit.id} has a window that closes ({closes} s) before it opens ({opens} s)"
            for opens, closes in visit.windows
            if closes < opens
        )
    return faults


def matrix_faults(matrix: OdMatrix, visits: int) -> list[str]:
    """What is wrong with the shape or the values of the travel times."""
    n = matrix.seconds.shape[0]
    shapes = {matrix.seconds.shape, matrix.metres.shape, matrix.reachable.shape}
    if shapes != {(n, n)}:
        return ["the travel times, distances and reachability are not square and of one size"]
    if n not in {visits + 1, visits + 2}:
        return [f"there are travel times for {n} places, but {visits} visits and a home"]
    if n and (int(matrix.seconds.min()) < 0 or int(matrix.metres.min()) < 0):
        return ["a travel time or a distance is negative"]
    return []
