"""The graph on which a territory has to be in one piece: the neighbours on the roads, and crossings to islands."""

from routing.districting.plane import crossings, metres_on_plane
from routing.districting.problem import DistrictingProblem, Floats, Ints


def crossings_of(problem: DistrictingProblem) -> tuple[Ints, Floats]:
    """The crossings that join islands, (l, 2) units and (l,) seconds; none where all units hang together."""
    return crossings(metres_on_plane(problem.places), problem.edges)
