"""What the search finds, and the way of it into the arrays and back."""

from dataclasses import dataclass

from routing.planner.kernel.data import DAY, END, START, Data, State

Routes = tuple[tuple[int, ...], ...]
"""The customers of each slot, in order."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Routes by slot, the pattern of each customer (-1 absent), and what it costs."""

    routes: Routes
    patterns: tuple[int, ...]
    cost: float

    @property
    def rank(self) -> tuple[float, Routes]:
        """Smaller is better; of two that cost the same, the same one comes first whoever finds it first."""
        return self.cost, self.routes


def unload(state: State, cost: float) -> Solution:
    """A solution out of the arrays."""
    routes = tuple(
        tuple(state.route[slot, 1 : length + 1].tolist()) for slot, length in enumerate(state.length.tolist())
    )
    return Solution(routes, tuple(state.pattern.tolist()), cost)


def load(data: Data, state: State, solution: Solution) -> None:
    """A solution into the arrays, which are empty; its times are filled in by `prepare`."""
    state.pattern[:] = solution.patterns
    for slot, route in enumerate(solution.routes):
        state.length[slot] = len(route)
        state.route[slot, 0] = data.slot_i[slot, START]
        state.route[slot, len(route) + 1] = data.slot_i[slot, END]
        for place, customer in enumerate(route, start=1):
            state.route[slot, place] = customer
            state.slot_of[customer, data.slot_i[slot, DAY]] = slot


def clear(state: State) -> None:
    """Nobody is visited."""
    state.length[:] = 0
    state.pattern[:] = -1
    state.slot_of[:] = -1


def nobody(data: Data) -> Solution:
    """The solution without visits."""
    return Solution(((),) * len(data.slot_i), (-1,) * len(data.service), float(data.absence.sum()))
