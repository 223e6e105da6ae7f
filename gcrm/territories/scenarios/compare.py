"""Two alignments side by side: who gains and who loses which accounts, with what hangs on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from gcrm.common.today import today_in
from gcrm.territories.scenarios.change_by_hand import posts_in
from gcrm.territories.scenarios.gather import last_year
from gcrm.territories.scenarios.model import NOBODY, Figures, Scenario
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

TODAY = "today"
"""The alignment as it is, in the place of a scenario."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """One account that would go from one rep to another, by name; "" for nobody.

    last_visit, visits: its history; years: since its first visit; revenue: of twelve months by currency; appointments:
    days of visits that are promised; planned: days on which a kept plan visits it.
    """

    account: int
    name: str
    place: LonLat | None
    before: str
    after: str
    kind: str
    last_visit: date | None
    visits: int
    years: float
    revenue: dict[str, float] = field(default_factory=dict)
    appointments: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class RepSide:
    """One rep in both alignments: figures, and how many accounts come and go with their revenue."""

    name: str
    before: Figures | None
    after: Figures | None
    gains: int
    loses: int
    gains_revenue: dict[str, float] = field(default_factory=dict)
    loses_revenue: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two alignments. one: "today" or the name of a scenario."""

    one: str
    other: str
    deviation_one: float | None
    deviation_other: float
    reps: tuple[RepSide, ...]
    moves: tuple[HandOver, ...]


def compare(workspace: Workspace, one: int | None, other: int) -> Comparison:
    """Compare a scenario with today's alignment (None), or with another scenario. Raises NotFound."""
    now = workspace.clock()
    with workspace.store.read() as tx:
        after = tx.scenarios.get(other)
        before = tx.scenarios.get(one) if one is not None else None
        had = _holders(tx, before) if before else _today(tx)
        has = _holders(tx, after)
        moved = {account: (had.get(account, ""), name) for account, name in has.items() if had.get(account, "") != name}
        moves = hand_overs(tx, moved, today_in("UTC", now))
        posts = {post.name for post in posts_in(tx, after)}
    sides = {each.name: each.figures for each in after.territories}
    if before:
        was = {each.name: each.figures for each in before.territories}
    else:
        was = {each.name: each.was for each in after.territories if each.was}
    names = [*sides, *(name for name in was if name not in sides)]
    names += sorted({each.before for each in moves if each.before and each.before not in {*names, *posts}})
    return Comparison(
        before.name if before else TODAY,
        after.name,
        before.deviation if before else after.deviation_before,
        after.deviation,
        tuple(_side(name, was.get(name), sides.get(name), moves) for name in names),
        moves,
    )


def _side(name: str, was: Figures | None, would_be: Figures | None, moves: Sequence[HandOver]) -> RepSide:
    gained = [one for one in moves if one.after == name]
    lost = [one for one in moves if one.before == name]
    return RepSide(name, was, would_be, len(gained), len(lost), _sum(gained), _sum(lost))


def _sum(moves: Sequence[HandOver]) -> dict[str, float]:
    total: dict[str, float] = {}
    for one in moves:
        for currency, amount in one.revenue.items():
            total[currency] = round(total.get(currency, 0.0) + amount, 2)
    return total


def _holders(tx: "Transaction", scenario: Scenario) -> dict[int, str]:
    names = {each.position: each.name for each in scenario.territories} | {NOBODY: ""}
    return {account: names.get(position, "") for account, position in tx.scenarios.positions(scenario.id).items()}


def _today(tx: "Transaction") -> dict[int, str]:
    reps = {rep.id: rep.name for rep in tx.reps.all()}
    names = {one.id: reps.get(one.rep_id, "") for one in tx.territories.all()}
    held = tx.accounts.columns()
    return {
        account: names.get(territory, "")
        for account, territory in zip(held.ids.tolist(), held.territories.tolist(), strict=True)
    }


def hand_overs(tx: "Transaction", moved: Mapping[int, tuple[str, str]], today: date) -> tuple[HandOver, ...]:
    """What there is to know about accounts that go from one rep to another, by the names of the two."""
    accounts = tx.accounts.by_ids(list(moved))
    visits = tx.activities.visits_of(list(moved))
    promised: dict[int, list[date]] = {}
    for each in tx.appointments.between(today, date.max):
        if each.account_id in moved:
            promised.setdefault(each.account_id, []).append(each.day)
    bought = last_year(tx, today)
    found = []
    for account in accounts:
        seen, first = visits.get(account.id, (0, None))
        before, after = moved[account.id]
        found.append(
            HandOver(
                account.id,
                account.name,
                account.place,
                before,
                after,
                account.kind.value,
                account.last_visit,
                seen,
                round((today - first.date()).days / 365.25, 1) if first else 0.0,
                {
                    currency: float(by_account[account.id])
                    for currency, by_account in bought.items()
                    if account.id in by_account
                },
                tuple(sorted(promised.get(account.id, []))),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.before, one.after, -sum(one.revenue.values()), one.name)))
