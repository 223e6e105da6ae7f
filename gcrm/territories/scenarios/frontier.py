"""Balance against hand-overs: how even territories can be for so many accounts that change hands."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gcrm.common.language import number, say, say_n
from gcrm.common.today import today_in
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.documents import as_document
from gcrm.platform.errors import Conflict, InputRejected, NotFound
from gcrm.platform.progress import Progress, Watched, quiet
from gcrm.territories.scenarios.figures import deviations_of
from gcrm.territories.scenarios.gather import Gathered, Post, dues_of
from gcrm.territories.scenarios.model import KnownPotential, Scenario, Wish
from gcrm.territories.scenarios.propose import SECONDS, kept_as_scenario, prepared, reasons_told, stated
from gcrm.workspace import Workspace
from routing.districting.frontier import MOST_PICKED, FrontierPoint, frontier, unbettered
from routing.districting.least_moves import least_moves

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

Json = dict[str, Any]
Moves = tuple[tuple[int, tuple[int, ...]], ...]
"""Accounts that go to each position, by number, where that is not the one that they have today."""


@dataclass(frozen=True, slots=True)
class HandOvers:
    """One point to pick from.

    moved: accounts that change hands; deviation: the largest relative difference that is left (0.01 = 1 %); revenue: of
    the accounts moved, of twelve months by currency; years: of relationship, since the first visit to each of them.
    in_one_piece: territories that are, of all that have accounts; minutes: mean drive from home or centre.
    """

    moved: int
    deviation: float
    revenue: dict[str, float] = field(default_factory=dict)
    years: float = 0.0
    in_one_piece: int = 0
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Points by moves, with the accounts that each moves; posts: who has which position; whether years are known.

    remarks: what is left out, and why the last point is no better.
    """

    points: tuple[HandOvers, ...]
    moves: tuple[Moves, ...]
    posts: tuple[str, ...]
    years_known: bool = False
    remarks: tuple[str, ...] = ()


def hand_overs_for_balance(
    workspace: Workspace,
    reps: Sequence[str] = (),
    count: int | None = None,
    wish: Wish | None = None,
    *,
    potential: KnownPotential | None = None,
    progress: Progress = quiet,
) -> Line:
    """Points from today's alignment to few hand-overs that balance it, by moves; nothing is kept.

    Who watches is shown each point as it is found. Raises as `propose`, and InputRejected for a wish that begins from
    nothing or a team without territories.
    """
    gathered, groups, wish = prepared(workspace, reps, count, wish or Wish(), progress, potential)
    units = gathered.units
    if wish.start != "current" or not (units.now >= 0).any():
        raise InputRejected(
            say("Hand-overs are counted from today's territories."),
            say("Give accounts to reps first, or propose from nothing."),
        )
    with workspace.store.read() as tx:
        years = _years(tx, workspace, units.account_ids.tolist())
    problem = stated(gathered, groups, wish)
    seconds = wish.seconds if wish.seconds is not None or wish.steps is not None else SECONDS
    said = [say("Weighing balance against hand-overs")]
    so_far: list[FrontierPoint] = []

    def line(points: Sequence[FrontierPoint]) -> Line:
        found: dict[int, tuple[HandOvers, Moves]] = {}
        for point in points:
            positions = point.answer.assignment[groups.of_unit]
            made = _told(point, gathered, positions, wish, years)
            if made.moved not in found or made.deviation < found[made.moved][0].deviation:
                found[made.moved] = made, _moves(gathered, positions)
        best: list[tuple[HandOvers, Moves]] = []
        for moved in sorted(found):
            if not best or found[moved][0].deviation < best[-1][0].deviation:
                best.append(found[moved])
        names = _keys(gathered.posts)
        return Line(tuple(p for p, _ in best), tuple(m for _, m in best), names, bool(years.any()))

    def on_point(point: FrontierPoint) -> None:
        said[0] = say(
            "{moved} moved, largest difference {deviation:.1%}", moved=number(point.moved), deviation=point.deviation
        )
        so_far.append(point)
        if isinstance(progress, Watched):
            progress.show({"number": len(so_far), **line_json(line(unbettered(so_far)))})

    with until_stopped(progress, lambda: said[0], seconds) as stop:
        points = frontier(problem, seconds=seconds, steps=wish.steps, seed=wish.seed, on_point=on_point, stop=stop)
    why = reasons_told(points[-1].answer, gathered, groups) if points else []
    least = least_moves(problem, MOST_PICKED)
    if least:
        # Proven by the heaviest accounts of those who have too many, so that a person knows how near the points come.
        proven = say_n(
            "No alignment within {within:.0%} has fewer than {n} hand-over, in one piece or not.",
            "No alignment within {within:.0%} has fewer than {n} hand-overs, in one piece or not.",
            least,
            within=MOST_PICKED,
        )
        why = [proven, *why]
    return replace(line(points), remarks=(*gathered.remarks, *why))


def line_json(line: Line, *, moves: bool = False) -> Json:
    """Points as a job keeps them; moves: also which accounts, so that a point can be made a scenario."""
    told: Json = {"points": as_document(line.points), "years_known": line.years_known, "remarks": list(line.remarks)}
    if moves:
        told |= {"moves": as_document(line.moves), "posts": list(line.posts)}
    return told


def read_moves(written: Sequence[Any]) -> Moves:
    """What `line_json` wrote of one point."""
    return tuple((int(position), tuple(int(one) for one in accounts)) for position, accounts in written)


def keep_point(
    workspace: Workspace,
    reps: Sequence[str],
    count: int | None,
    wish: Wish,
    posts: Sequence[str],
    moves: Moves,
    *,
    name: str = "",
    user_id: int | None = None,
    remarks: Sequence[str] = (),
    potential: KnownPotential | None = None,
    progress: Progress = quiet,
) -> Scenario:
    """Make a point of the frontier a scenario: today's alignment, and these accounts moved.

    Raises Conflict where reps have come or gone since, NotFound for accounts that all are gone, else as `propose`.
    """
    gathered, _, wish = prepared(workspace, reps, count, wish, progress, potential)
    if _keys(gathered.posts) != tuple(posts):
        raise Conflict(say("The reps are others than when hand-overs were weighed."), say("Weigh them again."))
    row_of = {account: row for row, account in enumerate(gathered.units.account_ids.tolist())}
    positions = gathered.units.now.copy()
    for position, accounts in moves:
        for account in accounts:
            if account in row_of:
                positions[row_of[account]] = position
    if not gathered.units.count:
        raise NotFound(say("No account of this scenario is there any more."), say("Weigh hand-overs again."))
    progress(say("Drawing the territories"))
    return kept_as_scenario(workspace, gathered, positions, wish, name=name, user_id=user_id, remarks=remarks)


def chosen(line: Line, most_moves: int) -> int:
    """The number of the most even point with at most so many hand-overs. Raises InputRejected where there is none."""
    within = [number for number, point in enumerate(line.points) if point.moved <= most_moves]
    if not within:
        least = line.points[0].moved if line.points else 0
        raise InputRejected(
            say("No point has {most_moves} hand-overs or fewer.", most_moves=number(most_moves)),
            say("Pick {least} or more.", least=number(least)),
        )
    return within[-1]


def _keys(posts: Sequence[Post]) -> tuple[str, ...]:
    """The posts, in no language: a job is read by people of several."""
    return tuple(post.rep.key if post.rep else f"(Territory {at})" for at, post in enumerate(posts, 1))


def _told(point: FrontierPoint, gathered: Gathered, positions: np.ndarray, wish: Wish, years: np.ndarray) -> HandOvers:
    units = gathered.units
    leave = (units.now >= 0) & (positions != units.now)
    deviations = deviations_of(units, positions, wish.balance, dues_of(gathered.posts))
    return HandOvers(
        int(leave.sum()),
        max(deviations.values(), default=0.0),
        {currency: round(float(values[leave].sum()), 2) for currency, values in units.revenue.items() if values.any()},
        round(float(years[leave].sum()), 1),
        point.answer.in_one_piece,
        round(point.answer.minutes, 2) if np.isfinite(point.answer.minutes) else None,
    )


def _moves(gathered: Gathered, positions: np.ndarray) -> Moves:
    units = gathered.units
    other = positions != units.now
    return tuple(
        (position, tuple(units.account_ids[other & (positions == position)].tolist()))
        for position in range(len(gathered.posts))
        if (other & (positions == position)).any()
    )


def _years(tx: "Transaction", workspace: Workspace, account_ids: Sequence[int]) -> np.ndarray:
    """(n,) years since the first visit to each account, 0 for one that was never visited."""
    today = today_in("UTC", workspace.clock())
    seen = tx.activities.visits_of(account_ids)
    return np.array([(today - seen[one][1].date()).days / 365.25 if one in seen else 0.0 for one in account_ids])
