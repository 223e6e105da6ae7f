"""What the planner answers for a day."""

from dataclasses import dataclass

from routing.stop_when import Ended


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One visit in its place in the day; times in seconds since midnight.

    visit: its index in the problem's visits. The drive to it takes `travel_s` and ends at `arrive`.
    """

    visit: int
    arrive: int
    start: int
    leave: int
    travel_s: int
    distance_m: int


@dataclass(frozen=True, slots=True)
class DayPlan:
    """An order of visits with its times, and what was left out.

    break_: start and end of the break where it is taken on the road; None where it is not owed, or taken at home.
    dropped: indexes of the visits that are not in the plan, ascending.
    travel_s, service_s, distance_m: sums over the day, the way home included; home_*: the way home.
    prize: sum over the planned visits.
    bound: no plan collects more than this (among those with as many required visits); None where none was proven.
    proven: no plan collects more than this one.
    first_s: seconds of computing until the first plan was there.
    ended: which bound ended the search.
    """

    stops: tuple[PlannedStop, ...]
    break_: tuple[int, int] | None
    dropped: tuple[int, ...]
    travel_s: int
    service_s: int
    distance_m: int
    prize: int
    home_arrive: int
    home_travel_s: int
    home_distance_m: int
    bound: float | None = None
    proven: bool = False
    first_s: float = 0.0
    seed: int = 0
    ended: Ended = Ended.SECONDS

    @property
    def order(self) -> tuple[int, ...]:
        """The visits in the order of the day."""
        return tuple(stop.visit for stop in self.stops)

    @property
    def depart(self) -> int:
        """When the rep leaves home; on a day without stops, the moment it could have started."""
        return self.stops[0].arrive - self.stops[0].travel_s if self.stops else self.home_arrive
