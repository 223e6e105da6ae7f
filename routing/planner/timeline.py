"""The times of a day whose order is known.

At every stop two facts matter: the earliest moment at which the rep can leave it with the break still to come, and the
earliest with the break behind. Later is never better (who is early can wait), so these two numbers say all about what
came before; the latest arrivals that still let the rest of the day happen say all about what comes after. An insertion
between two stops is then judged in constant time.

Source: the slack of Savelsbergh (1992), doi.org/10.1287/ijoc.4.2.146, kept once for each state of the break.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.planner.problem import Break, DayProblem, Window

NEVER = 1 << 40
"""A moment after every day. Only ever compared, never planned and never part of a sum that is kept."""

Pair = tuple[int, int]
"""(break still to come, break behind)."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Earliest departures and latest arrivals along one order of k visits.

    leave: k + 1 pairs, for home and each stop; arrive_by: k + 1 pairs, for each stop and the end of the day. The drive
    number i goes from the place of leave[i] to the place of arrive_by[i]. travel_s: of the drives for which there is a
    way, all of them where the order is possible.
    """

    order: tuple[int, ...]
    leave: tuple[Pair, ...]
    arrive_by: tuple[Pair, ...]
    travel_s: int
    possible: bool


class Clock:
    """The arithmetic of one problem's times, its numbers laid out for speed.

    travel: seconds from row to row of the matrix; None where there is no way.
    """

    def __init__(self, problem: DayProblem) -> None:
        self.problem = problem
        self.travel: list[list[int | None]] = problem.matrix.seconds.tolist()
        for a, b in np.argwhere(~problem.matrix.reachable).tolist():
            self.travel[a][b] = None
        self.windows: list[tuple[Window, ...]] = [visit.start_windows for visit in problem.visits]
        self.service: list[int] = [visit.service_s for visit in problem.visits]
        self.lunch: Break | None = problem.day.lunch if problem.day.lunch and problem.day.lunch.duration_s else None

    def starts(self, visit: int, arrive: int) -> int:
        """The earliest start of a visit for an arrival; NEVER after its last window."""
        for opens, closes in self.windows[visit]:
            if arrive <= closes:
                return max(arrive, opens)
        return NEVER

    def latest(self, visit: int, leave_by: int) -> int:
        """The latest arrival that lets the visit end by `leave_by`; -NEVER if there is none."""
        start_by = leave_by - self.service[visit]
        for opens, closes in reversed(self.windows[visit]):
            if opens <= start_by:
                return min(closes, start_by)
        return -NEVER

    def paused(self, moment: int) -> int:
        """The end of a break begun at `moment` or as soon after as may be; NEVER if it is too late for it."""
        if self.lunch is None:
            return NEVER
        ends = max(moment, self.lunch.earliest) + self.lunch.duration_s
        return ends if ends <= self.lunch.latest else NEVER

    def pause_by(self, ends_by: int) -> int:
        """The latest moment to begin waiting for the break so that it is over by `ends_by`; -NEVER if there is none."""
        if self.lunch is None:
            return -NEVER
        ends = min(ends_by, self.lunch.latest)
        return ends - self.lunch.duration_s if ends - self.lunch.duration_s >= self.lunch.earliest else -NEVER

    def leave_home(self) -> Pair:
        """The earliest departures from home. Without a break to take, it is behind from the start."""
        start = self.problem.day.start_s
        if self.lunch is None or start + self.lunch.duration_s > self.lunch.latest:
            return NEVER, start
        return start, max(start, self.lunch.earliest + self.lunch.duration_s)

    def home_by(self) -> Pair:
        """The latest arrivals at the end of the day."""
        end = self.problem.day.end_s
        return (-NEVER if self.lunch is None else min(end, self.lunch.latest - self.lunch.duration_s)), end

    def drive(self, leave: Pair, travel_s: int | None) -> Pair:
        """Earliest arrivals after a drive, with the break before it, after it, or not on it."""
        if travel_s is None:
            return NEVER, NEVER
        to_come = leave[0] + travel_s
        behind = min(leave[1] + travel_s, self.paused(leave[0]) + travel_s, self.paused(to_come))
        return min(to_come, NEVER), min(behind, NEVER)

    def visit(self, visit: int, arrive: Pair) -> Pair:
        """Earliest departures after a visit."""
        starts = self.starts(visit, arrive[0]), self.starts(visit, arrive[1])
        return tuple(min(start + self.service[visit], NEVER) for start in starts)  # type: ignore[return-value]

    def drive_by(self, arrive_by: Pair, travel_s: int | None) -> Pair:
        """The latest departures for a drive that has to arrive by the pair given."""
        if travel_s is None:
            return -NEVER, -NEVER
        behind = arrive_by[1] - travel_s
        to_come = max(
            arrive_by[0] - travel_s, self.pause_by(arrive_by[1] - travel_s), self.pause_by(arrive_by[1]) - travel_s
        )
        return max(to_come, -NEVER), max(behind, -NEVER)

    def row(self, order: Sequence[int], position: int) -> int:
        """The matrix row of the stop at a position: -1 is home, one past the last the end of the day."""
        if position < 0:
            return 0
        return order[position] + 1 if position < len(order) else self.problem.end

    def there_and_back(self, visit: int) -> int:
        """Seconds of driving on a day for one visit alone; 0 where it cannot be reached so."""
        out, back = self.travel[0][visit + 1], self.travel[visit + 1][self.problem.end]
        return 0 if out is None or back is None else out + back

    def timeline(self, order: Sequence[int]) -> Timeline:
        """Both directions along an order of visit indexes."""
        drives = [self.travel[self.row(order, i - 1)][self.row(order, i)] for i in range(len(order) + 1)]
        leave = [self.leave_home()]
        for visit, drive in zip(order, drives, strict=False):
            leave.append(self.visit(visit, self.drive(leave[-1], drive)))
        arrive_by = [self.home_by()]
        for visit, drive in zip(reversed(order), reversed(drives), strict=False):
            to_come, behind = self.drive_by(arrive_by[-1], drive)
            arrive_by.append((self.latest(visit, to_come), self.latest(visit, behind)))
        arrive_by.reverse()
        known = [drive for drive in drives if drive is not None]
        travel_s = sum(known)
        limit = self.problem.day.max_travel_s
        possible = (
            len(known) == len(drives)
            and (limit is None or travel_s <= limit)
            and in_time(self.drive(leave[0], drives[0]), arrive_by[0])
        )
        return Timeline(tuple(order), tuple(leave), tuple(arrive_by), travel_s, possible)

    def detour(self, line: Timeline, position: int, visit: int) -> int | None:
        """Seconds of travel that a visit adds at a position; None where there is no way.

        They may be negative: whole seconds do not keep the triangle inequality.
        """
        before, after = self.row(line.order, position - 1), self.row(line.order, position)
        there, onward = self.travel[before][visit + 1], self.travel[visit + 1][after]
        if there is None or onward is None:
            return None
        # Without visits there may be no way from where the day starts to where it ends.
        return there + onward - (self.travel[before][after] or 0)

    def cheapest(self, line: Timeline, visit: int) -> tuple[int, int] | None:
        """The least detour at which a visit fits, and the position; None where it fits nowhere."""
        found = [
            (detour, position)
            for position in range(len(line.order) + 1)
            if (detour := self.detour(line, position, visit)) is not None and self.fits(line, position, visit)
        ]
        return min(found, default=None)

    def fits(self, line: Timeline, position: int, visit: int) -> bool:
        """Whether a visit can be put in at a position of a possible day, the rest keeping its order."""
        limit, detour = self.problem.day.max_travel_s, self.detour(line, position, visit)
        if detour is None or (limit is not None and line.travel_s + detour > limit):
            return False
        there = self.drive(line.leave[position], self.travel[self.row(line.order, position - 1)][visit + 1])
        left = self.visit(visit, there)
        onward = self.drive(left, self.travel[visit + 1][self.row(line.order, position)])
        return in_time(onward, line.arrive_by[position])


def in_time(arrive: Pair, arrive_by: Pair) -> bool:
    """Whether an arrival is early enough, in either state of the break."""
    return arrive[0] <= arrive_by[0] < NEVER or arrive[1] <= arrive_by[1]
