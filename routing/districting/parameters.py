"""The numbers by which territories are laid out and searched, in one place, each with what chose it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LayoutParameters:
    """How a division is laid out.

    kmeans_rounds: of k-means, that give the parts to begin with; first_kmeans_rounds: fewer, for an answer at once.
    settle_rounds, first_rounds: so often a Voronoi diagram is moved to its own middles.
    balance_rounds: steps up the dual for even loads; first_step, last_step: of a round, in typical times to a centre.
    """

    kmeans_rounds: int = 20
    first_kmeans_rounds: int = 6
    first_rounds: int = 1
    settle_rounds: int = 6
    balance_rounds: int = 60
    first_step: float = 0.25
    last_step: float = 0.01


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """What the search makes least, and how hot it begins. In units of a mean time to a centre.

    border: weight of all borders of the first division together, against all driving.
    uneven: of a load beyond its tolerance. joined: of a pair in one territory that should be apart.
    band: this share of a tolerance is taken for balanced.
    swaps: share of the changes refused that are tried again with another unit coming back.
    lenient: how strictly balance is held at first, against the end, so that a village may change hands that is too
        heavy for either side; strict_from: the share of the cooling by which it is held in full.
    hot, cold: temperatures. rounds: how often the centres are moved while it cools.
    starts_share: of the time, for choosing among divisions to begin with; starts: so many at most on each core.
    steps_a_chunk: of compiled code before anyone is asked; chunk_s: the same in seconds, where seconds are the bound.
    quick_steps: a block, to mend a division that was laid out.
    full: where few moves are wanted, this share of a tolerance is used up; round_off: what a typical drive more costs
    against a move; moves_a_chunk: as steps_a_chunk, of evening out. hot_today: as hot, from
        today's division, in moves; uneven_today: as uneven.
    """

    border: float = 0.25
    uneven: float = 10.0
    joined: float = 50.0
    band: float = 0.8
    lenient: float = 0.02
    strict_from: float = 0.5
    swaps: float = 0.1
    hot: float = 4.0
    cold: float = 0.1
    starts_share: float = 0.3
    starts: int = 8
    rounds: int = 12
    steps_a_chunk: int = 20_000
    chunk_s: float = 0.1
    quick_steps: int = 60
    full: float = 0.99
    round_off: float = 0.2
    moves_a_chunk: int = 50
    hot_today: float = 0.55
    uneven_today: float = 100.0


@dataclass(frozen=True, slots=True)
class CutParameters:
    """How the fewest cuts are searched. Temperatures are in cuts.

    steps: of one annealing, in so many chunks; hot, cold: its temperatures, warm: the first where it begins with the
    best districts, as a share of all does (again_share). uneven: costs of a load beyond its bounds, one after the
    other, since it depends on the weights which suits; lenient: the share of them that holds at first.
    swaps: see `SearchParameters`.
    first_share: of the time, searched on both cores before one begins to prove. work_a_step: CP-SAT's own measure of
    work, where steps are counted.
    """

    steps: int = 200_000
    chunks: int = 20
    hot: float = 2.0
    warm: float = 1.0
    cold: float = 0.2
    again_share: float = 0.4
    uneven: tuple[float, ...] = (1000.0, 300.0, 4000.0, 100.0)
    lenient: float = 0.03
    swaps: float = 0.8
    first_share: float = 0.15
    work_a_step: float = 1e-6


LAYOUT = LayoutParameters()
SEARCH = SearchParameters()
CUTS = CutParameters()
