"""Balance against hand-overs: how even territories can be for so many accounts that change hands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gcrm.common.today import today_in
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.territories.scenarios.figures import deviations_of
from gcrm.territories.scenarios.gather import dues_of
from gcrm.territories.scenarios.model import Wish
from gcrm.territories.scenarios.propose import SECONDS, prepared, stated
from gcrm.workspace import Workspace
from routing.districting.frontier import FrontierPoint, frontier

if TYPE_CHECKING:
    from gcrm.store import Transaction


@dataclass(frozen=True, slots=True)
class HandOvers:
    """One point to pick from: `gcrm territories propose --max-moves MOVED` makes it a scenario.

    moved: accounts that change hands; deviation: the largest relative difference that is left (0.01 = 1 %); revenue: of
    the accounts moved, of twelve months by currency; years: of relationship, since the first visit to each of them.
    """

    moved: int
    deviation: float
    revenue: dict[str, float] = field(default_factory=dict)
    years: float = 0.0


def hand_overs_for_balance(
    workspace: Workspace,
    reps: Sequence[str] = (),
    count: int | None = None,
    wish: Wish | None = None,
    *,
    progress: Progress = quiet,
) -> tuple[HandOvers, ...]:
    """Points from today's alignment to the fewest hand-overs that balance it, by moves; nothing is kept.

    Raises as `propose`, and InputRejected for a wish that begins from nothing or a team without territories.
    """
    gathered, groups, wish = prepared(workspace, reps, count, wish or Wish(), progress)
    units = gathered.units
    if wish.start != "current" or not (units.now >= 0).any():
        raise InputRejected(
            "Hand-overs are counted from today's territories.", "Give accounts to reps first, or propose from nothing."
        )
    problem = stated(gathered, groups, wish)
    seconds = wish.seconds if wish.seconds is not None or wish.steps is not None else SECONDS
    said = ["Weighing balance against hand-overs"]

    def on_point(point: FrontierPoint) -> None:
        said[0] = f"{point.moved:,} moved, largest difference {point.deviation:.1%}"

    with until_stopped(progress, lambda: said[0], seconds) as stop:
        points = frontier(problem, seconds=seconds, steps=wish.steps, seed=wish.seed, on_point=on_point, stop=stop)
    with workspace.store.read() as tx:
        years = _years(tx, workspace, units.account_ids.tolist())
    found: dict[int, HandOvers] = {}
    for point in points:
        positions = point.answer.assignment[groups.of_unit]
        leave = (units.now >= 0) & (positions != units.now)
        deviations = deviations_of(units, positions, wish.balance, dues_of(gathered.posts))
        made = HandOvers(
            int(leave.sum()),
            max(deviations.values(), default=0.0),
            {
                currency: round(float(values[leave].sum()), 2)
                for currency, values in units.revenue.items()
                if values[leave].any()
            },
            round(float(years[leave].sum()), 1),
        )
        held = found.get(made.moved)
        if held is None or made.deviation < held.deviation:
            found[made.moved] = made
    best: list[HandOvers] = []
    for moved in sorted(found):
        if not best or found[moved].deviation < best[-1].deviation:
            best.append(found[moved])
    return tuple(best)


def _years(tx: "Transaction", workspace: Workspace, account_ids: Sequence[int]) -> np.ndarray:
    """(n,) years since the first visit to each account, 0 for one that was never visited."""
    today = today_in("UTC", workspace.clock())
    seen = tx.activities.visits_of(account_ids)
    return np.array([(today - seen[one][1].date()).days / 365.25 if one in seen else 0.0 for one in account_ids])
