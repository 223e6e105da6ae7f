"""Propose an alignment: who should have which accounts, balanced and in one piece on the roads."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gcrm.common.language import say, say_n
from gcrm.common.today import today_in
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.territories.scenarios.figures import deviations_of, figures_of, measured
from gcrm.territories.scenarios.gather import Gathered, Post, dues_of, gather, posts_of, shares_of
from gcrm.territories.scenarios.grouped import Groups, group, middles, neighbours, summed
from gcrm.territories.scenarios.model import (
    MEASURES,
    NOBODY,
    STARTS,
    KnownPotential,
    Scenario,
    ScenarioTerritory,
    Units,
    Wish,
)
from gcrm.territories.scenarios.outlines import for_map, grounds
from gcrm.workspace import Workspace
from routing.districting.answer import Districting
from routing.districting.problem import DistrictingProblem, Measure
from routing.districting.roads import Roads
from routing.districting.solve import solve
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.areas.area import Area

SECONDS = 10.0
"""Wall time given to the search where nothing is said."""
TOLERANCE = 0.01
MOST_MINUTES = 10_000_000
"""Minutes from centres to accounts that are kept with a scenario, so that changes by hand are counted at once."""


def propose(
    workspace: Workspace,
    reps: Sequence[str] = (),
    count: int | None = None,
    wish: Wish | None = None,
    *,
    name: str = "",
    user_id: int | None = None,
    remarks: Sequence[str] = (),
    potential: KnownPotential | None = None,
    progress: Progress = quiet,
) -> Scenario:
    """Make a scenario: every account that is on the map goes to one of the reps, or of `count` territories.

    potential: of each account, where it is to be balanced (`gcrm.markets.account_potential` works it out).
    Today's alignment stays as it is until the scenario is applied. All that could not be had is in its remarks.
    Raises NotReady without an area, or without reps and a number; InputRejected for a wish that cannot be;
    NotFound for a rep; Cancelled if `progress` says so.
    """
    gathered, groups, wish = prepared(workspace, reps, count, wish or Wish(), progress, potential)
    progress(say("Laying out territories"))
    found = searched(stated(gathered, groups, wish), wish, progress)
    positions = found.assignment[groups.of_unit] if gathered.units.count else np.empty(0, dtype=np.int32)
    return kept_as_scenario(
        workspace,
        gathered,
        positions,
        wish,
        name=name,
        user_id=user_id,
        remarks=(*remarks, *_groups_told(groups, wish), *reasons_told(found, gathered, groups)),
        found=found,
    )


def kept_as_scenario(
    workspace: Workspace,
    gathered: Gathered,
    positions: np.ndarray,
    wish: Wish,
    *,
    name: str = "",
    user_id: int | None = None,
    remarks: Sequence[str] = (),
    found: Districting | None = None,
) -> Scenario:
    """Keep a division of the gathered accounts as a scenario: (n,) positions, -1 for nobody.

    found: the search that it came from.
    """
    scenario = described(
        Scenario(
            name=name.strip() or _name(gathered.posts, wish),
            wish=wish,
            territories=(),
            made_at=workspace.clock(),
            made_by=user_id,
            bound=found.bound if found else None,
            gap=found.gap if found else None,
            seconds=round(found.seconds, 3) if found else 0.0,
            first_answer_s=round(found.first_answer_s, 3) if found else 0.0,
            seed=wish.seed,
            unplaced=gathered.unplaced,
            remarks=(*gathered.remarks, *remarks),
        ),
        gathered,
        positions,
        workspace.areas.current(),
    )
    minutes, _ = drives(gathered, positions)
    kept = replace(gathered.units, centre_min=minutes.astype(np.float32) if minutes.size <= MOST_MINUTES else None)
    with workspace.store.write() as tx:
        return tx.scenarios.add(scenario, kept, _by_account(gathered.units, positions))


def prepared(
    workspace: Workspace,
    reps: Sequence[str],
    count: int | None,
    wish: Wish,
    progress: Progress,
    potential: KnownPotential | None = None,
) -> tuple[Gathered, Groups, Wish]:
    """What a proposal starts from, in one snapshot; the wish with the reps who would have no territory."""
    _check(wish)
    if "potential" in wish.balance and (potential is None or not potential.by_account):
        why = potential.reason if potential is not None else say("It was not worked out.")
        fault = say("There is not enough history to tell potential.")
        raise NotReady(f"{fault} {why}".strip(), say("Balance work or accounts."))
    progress(say("Reading the accounts"))
    area = workspace.areas.current()
    with workspace.store.read() as tx:
        posts, leaving = posts_of(tx, reps, count, wish.without)
        gathered = gather(tx, area, posts, leaving, today_in("UTC", workspace.clock()), potential)
        groups = group(tx, wish.level, gathered.accounts, gathered.units)
    _check_revenue(wish, gathered.units)
    return gathered, groups, replace(wish, without=tuple(rep.key for rep in leaving))


def stated(gathered: Gathered, groups: Groups, wish: Wish) -> DistrictingProblem:
    """The problem in units, minutes and weights."""
    units, posts = gathered.units, gathered.posts
    weights = np.column_stack([measured(units, one) for one in (*wish.balance, *_also(wish))])
    edges, edge_s = neighbours(groups, gathered.graph.edges, gathered.graph.edge_s)
    at = middles(groups, units.places)
    roads = gathered.graph.roads
    return DistrictingProblem(
        places=units.places[at].reshape(-1, 2),
        weights=summed(groups, weights),
        edges=edges,
        edge_s=edge_s,
        k=len(posts),
        measures=(
            *(Measure(one, 1.0, TOLERANCE) for one in wish.balance),
            *(Measure(one, 0.0) for one in _also(wish)),
        ),
        visits=summed(groups, np.maximum(units.visits, 1e-6)),
        current=_most_of(groups, units.now, len(posts)) if wish.start == "current" else None,
        locked=_locked(gathered, groups, wish),
        allowed=_allowed(gathered, groups),
        together=_in_groups(wish.together, gathered, groups),
        apart=tuple((one[0], one[1]) for one in _pairs(_in_groups(wish.apart, gathered, groups))),
        homes=_homes(posts) if wish.from_homes else None,
        max_moves=wish.most_moves if wish.start == "current" else None,
        target_share=shares_of(posts),
        roads=Roads(roads.start, roads.to, roads.seconds, roads.unit_node[at].astype(np.int32)),
    )


def searched(problem: DistrictingProblem, wish: Wish, progress: Progress) -> Districting:
    """The best answer in the time or the steps that the wish gives."""
    seconds = wish.seconds if wish.seconds is not None or wish.steps is not None else SECONDS

    said = [say("Laying out territories")]

    def better(answer: Districting) -> None:
        said[0] = say(
            "Largest difference {deviation:.1%}, {whole} of {all} in one piece",
            deviation=answer.deviation,
            whole=answer.in_one_piece,
            all=answer.territories,
        )

    with until_stopped(progress, lambda: said[0], seconds) as stop:
        return solve(problem, seconds=seconds, steps=wish.steps, seed=wish.seed, on_better=better, stop=stop)


def described(scenario: Scenario, gathered: Gathered, positions: np.ndarray, area: "Area") -> Scenario:
    """The scenario with the figures and outlines of these positions."""
    units, posts = gathered.units, gathered.posts
    minutes, centres = drives(gathered, positions)
    before, _ = drives(gathered, units.now)
    figures = figures_of(units, positions, posts, minutes)
    was = figures_of(units, units.now, posts, before)
    ground = grounds(units, positions, len(posts), area.boundary)
    dues = dues_of(posts)
    deviations = deviations_of(units, positions, scenario.wish.balance, dues)
    current = deviations_of(units, units.now, scenario.wish.balance, dues) if (units.now >= 0).any() else {}
    leave = (units.now >= 0) & (positions != units.now)
    return replace(
        scenario,
        territories=tuple(
            ScenarioTerritory(
                position,
                post.name,
                post.rep.id if post.rep else None,
                post.rep.key if post.rep else "",
                centres[position],
                figures[position],
                was[position] if post.rep else None,
                for_map(ground[position]),
            )
            for position, post in enumerate(posts)
        ),
        deviations=deviations,
        deviation=max(deviations.values(), default=0.0),
        deviation_before=max(current.values(), default=0.0) if current else None,
        moved=int(leave.sum()),
        moved_revenue={
            currency: round(float(values[leave].sum()), 2)
            for currency, values in units.revenue.items()
            if values[leave].any()
        },
    )


def drives(gathered: Gathered, positions: np.ndarray) -> tuple[np.ndarray, list[LonLat | None]]:
    """(posts, n) minutes to the accounts from each rep's home, or the account in the middle; and those places."""
    units, roads = gathered.units, gathered.graph.roads
    starts: list[int] = []
    places: list[LonLat | None] = []
    for position, post in enumerate(gathered.posts):
        mine = np.flatnonzero(positions == position)
        if not units.count or (not len(mine) and not (post.rep and post.rep.home)):
            starts.append(-1)
            places.append(None)
            continue
        if post.rep is not None and post.rep.home is not None:
            nearest = int(_away(units.places, np.asarray(post.rep.home)).argmin())
            places.append(post.rep.home)
        else:
            middle = units.places[mine].mean(axis=0)
            nearest = int(mine[_away(units.places[mine], middle).argmin()])
            places.append(LonLat(*units.places[nearest].tolist()))
        starts.append(nearest)
    minutes = np.full((len(gathered.posts), units.count), np.nan)
    on = [row for row, start in enumerate(starts) if start >= 0 and roads.unit_node[start] >= 0]
    if on:
        found = roads.from_units(np.array([starts[row] for row in on], dtype=np.int32)) / 60
        minutes[on] = np.where(np.isfinite(found), found, np.nan)
    return minutes, places


def _check(wish: Wish) -> None:
    if wish.start not in STARTS:
        raise InputRejected(say("{start!r} is no start.", start=wish.start), say("Choose current or nothing."))
    if not wish.balance:
        raise InputRejected(
            say("Nothing to balance is named."), say("Choose of {measures}.", measures=", ".join(MEASURES))
        )
    for one in wish.balance:
        if one.partition(":")[0] not in MEASURES or (":" in one and not one.startswith("revenue:")):
            raise InputRejected(
                say("{one!r} cannot be balanced.", one=one[:40]),
                say("Choose of {measures}; revenue:EUR names a currency.", measures=", ".join(MEASURES)),
            )
    if wish.most_moves is not None and wish.most_moves < 0:
        raise InputRejected(
            say("{most_moves} moves is not possible.", most_moves=wish.most_moves), say("Enter 0 or more.")
        )


def _check_revenue(wish: Wish, units: Units) -> None:
    for one in wish.balance:
        what, _, currency = one.partition(":")
        if what != "revenue":
            continue
        if not units.revenue:
            raise NotReady(say("No revenue is known."), say("Import orders first: `gcrm orders import FILE`."))
        if currency and currency not in units.revenue:
            raise InputRejected(
                say("There is no revenue in {currency!r}.", currency=currency[:10]),
                say("Choose {revenue}.", revenue=", ".join(units.revenue)),
            )
        if not currency and len(units.revenue) > 1:
            raise InputRejected(
                say("Revenue is in several currencies: {revenue}.", revenue=", ".join(units.revenue)),
                say("Name one, as revenue:EUR."),
            )


def _also(wish: Wish) -> list[str]:
    return [one for one in ("work", "accounts") if one not in wish.balance]


def _name(posts: Sequence[Post], wish: Wish) -> str:
    what = say(" and ").join(_in_words(one) for one in wish.balance)
    if wish.level == "accounts":
        return say_n("{n} territory, {what} balanced", "{n} territories, {what} balanced", len(posts), what=what)
    return say_n(
        "{n} territory, {what} balanced by {level}",
        "{n} territories, {what} balanced by {level}",
        len(posts),
        what=what,
        level=say(wish.level),
    )


def _in_words(measure: str) -> str:
    what, _, currency = measure.partition(":")
    return say("{what} in {currency}", what=say(what), currency=currency) if currency else say(what)


def _by_account(units: Units, positions: np.ndarray) -> dict[int, int]:
    return dict(zip(units.account_ids.tolist(), positions.tolist(), strict=True))


def _most_of(groups: Groups, now: np.ndarray, posts: int) -> np.ndarray:
    """(g,) the position that most accounts of each group have today, -1 for nobody."""
    votes = np.zeros((groups.count, posts + 1), dtype=np.int64)
    np.add.at(votes, (groups.of_unit, np.where(now >= 0, now, posts)), 1)
    chosen = votes[:, :posts].argmax(axis=1) if posts else np.zeros(groups.count, dtype=np.int64)
    held = votes[:, :posts].sum(axis=1) > 0
    return np.where(held, chosen, NOBODY).astype(np.int32)


def _locked(gathered: Gathered, groups: Groups, wish: Wish) -> np.ndarray:
    """(g,) the position that a group has to have: that of a locked account in it, the first where they differ."""
    of_key = {post.rep.key: position for position, post in enumerate(gathered.posts) if post.rep}
    row_of = {account.id: row for row, account in enumerate(gathered.accounts)}
    locked = np.full(groups.count, NOBODY, dtype=np.int32)
    for row, account in reversed(list(enumerate(gathered.accounts))):
        if account.territory_locked and gathered.units.now[row] >= 0:
            locked[groups.of_unit[row]] = gathered.units.now[row]
    for account_id, key in reversed(wish.fixed):
        if account_id in row_of and key in of_key:
            locked[groups.of_unit[row_of[account_id]]] = of_key[key]
    return locked


def _allowed(gathered: Gathered, groups: Groups) -> np.ndarray | None:
    """(g, k) whom a group may go to: reps who can do what its accounts ask for; a place to be filled can do all."""
    asks = [row for row, account in enumerate(gathered.accounts) if account.skills or account.languages]
    if not asks or not any(post.rep for post in gathered.posts):
        return None
    allowed = np.ones((groups.count, len(gathered.posts)), dtype=bool)
    for row in asks:
        account = gathered.accounts[row]
        for position, post in enumerate(gathered.posts):
            if post.rep is not None and not _can(
                post.rep.skills, post.rep.languages, account.skills, account.languages
            ):
                allowed[groups.of_unit[row], position] = False
    return allowed


def _can(skills: Sequence[str], speaks: Sequence[str], asked: Sequence[str], languages: Sequence[str]) -> bool:
    return set(asked) <= set(skills) and (not languages or bool(set(languages) & set(speaks)))


def _in_groups(wanted: Sequence[Sequence[int]], gathered: Gathered, groups: Groups) -> tuple[tuple[int, ...], ...]:
    row_of = {account.id: row for row, account in enumerate(gathered.accounts)}
    found = []
    for accounts in wanted:
        held = tuple(dict.fromkeys(int(groups.of_unit[row_of[one]]) for one in accounts if one in row_of))
        if len(held) > 1:
            found.append(held)
    return tuple(found)


def _pairs(several: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(one, other) for group in several for place, one in enumerate(group) for other in group[place + 1 :]]


def _homes(posts: Sequence[Post]) -> np.ndarray | None:
    homes = [post.rep.home if post.rep and post.rep.home else (np.nan, np.nan) for post in posts]
    return np.array(homes, dtype=np.float64) if any(post.rep and post.rep.home for post in posts) else None


def _away(places: np.ndarray, place: np.ndarray) -> np.ndarray:
    narrow = np.cos(np.radians(np.clip(place[1], -85, 85)))
    away: np.ndarray = ((places[:, 0] - place[0]) * narrow) ** 2 + (places[:, 1] - place[1]) ** 2
    return away


def _groups_told(groups: Groups, wish: Wish) -> list[str]:
    if wish.level == "accounts" or not groups.outside:
        return []
    return [
        say_n(
            "{n} account belongs to none of the {level} and are given out one by one.",
            "{n} accounts belong to none of the {level} and are given out one by one.",
            groups.outside,
            level=say(wish.level),
        )
    ]


def reasons_told(found: Districting, gathered: Gathered, groups: Groups) -> list[str]:
    """What the search says, with accounts and reps by their names."""
    told = []
    for reason in found.reasons:
        values = dict(reason.values)
        if 0 <= reason.territory < len(gathered.posts):
            values["territory"] = gathered.posts[reason.territory].name
        if reason.measure:
            values["measure"] = say(reason.measure)
        text = say(reason.said, **values)
        names = [_unit_name(one, gathered, groups) for one in reason.units[:3]]
        more = len(reason.units) - len(names)
        if names and more > 0:
            text = say("{said} ({names} and {more} more)", said=text, names=", ".join(names), more=more)
        elif names:
            text = f"{text} ({', '.join(names)})"
        told.append(text)
    return told


def _unit_name(unit: int, gathered: Gathered, groups: Groups) -> str:
    if groups.names and 0 <= unit < groups.count and groups.names[unit]:
        return groups.names[unit]
    rows = np.flatnonzero(groups.of_unit == unit)
    return gathered.accounts[int(rows[0])].name if len(rows) else str(unit)
