"""Potential against visits: regions where much is to be won and few visits are made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from gcrm.common.language import number, say, say_n, to_say
from gcrm.markets.potential import Potential, potential_of_regions
from gcrm.markets.region_table import RegionRow

if TYPE_CHECKING:
    from gcrm.transaction import Transaction
    from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Neglected:
    """A region: what is to be won, in the measure of the potential, and visits of the last 60 days.

    potential: None where there is not enough history. low, high: hold the true value four times in five.
    rank: how much higher it stands among all by potential than by visits, -1 to 1; None where potential is not known.
    """

    id: int
    name: str
    potential: float | None
    low: float | None
    high: float | None
    visits: int
    rank: float | None


@dataclass(frozen=True, slots=True)
class PotentialAgainstVisits:
    """All regions of a set, the most neglected first. measure: "revenue", "customers" or "businesses" not known."""

    rows: tuple[Neglected, ...]
    measure: str
    currency: str
    remark: str


def potential_against_visits(
    workspace: "Workspace", set_name: str, rows: Sequence[RegionRow], tx: "Transaction"
) -> PotentialAgainstVisits:
    """Hold what is to be won in each region against the visits made there. rows: of the set's region table.

    Raises NotFound for a set that is not there.
    """
    found: Potential = potential_of_regions(workspace, set_name, tx=tx)
    by_id = {row.id: row for row in found.rows}
    values = [
        by_id[row.id].value
        if found.measure
        else float(by_id[row.id].businesses - by_id[row.id].known - by_id[row.id].refused)
        for row in rows
    ]
    known = [number for number, value in enumerate(values) if value is not None]
    ranks: dict[int, float] = {}
    if len(known) > 1:
        potential, visits = (
            (rankdata(some) - 1) / (len(known) - 1)
            for some in (np.array([values[one] for one in known]), np.array([rows[one].visits for one in known]))
        )
        ranks = dict(zip(known, (potential - visits).tolist(), strict=True))
    listed = [
        Neglected(
            row.id,
            row.name,
            values[number],
            by_id[row.id].low if found.measure else None,
            by_id[row.id].high if found.measure else None,
            row.visits,
            ranks.get(number),
        )
        for number, row in enumerate(rows)
    ]
    listed.sort(key=lambda one: (-(one.rank if one.rank is not None else -2.0), -(one.potential or 0.0), one.name))
    return PotentialAgainstVisits(tuple(listed), found.measure or "businesses", found.currency, found.remark)


def finding_of(found: PotentialAgainstVisits) -> str:
    """The one sentence that a manager should read."""
    first = found.rows[0] if found.rows else None
    if first is None or not first.potential or not first.rank or first.rank <= 0:
        if not any(one.potential for one in found.rows):
            return say("Nothing is known that could be won in these regions.")
        return say("Visits are made where there is most to win.")
    visits = say_n("{n} visit", "{n} visits", first.visits) if first.visits else say("no visit")
    between = ""
    if first.low is not None and first.high is not None:
        between = say(" ({low} to {high})", low=number(first.low), high=number(first.high))
    unit = f" {found.currency}" if found.currency else ""
    what = {
        "revenue": to_say(
            "{name} stands out: about {potential}{unit} a year{between} to win, and {visits} in 60 days."
        ),
        "customers": to_say("{name} stands out: about {potential} customers{between} to win, and {visits} in 60 days."),
        "businesses": to_say(
            "{name} stands out: {potential} businesses of the kinds that buy and are not known, and {visits} in 60"
            " days."
        ),
    }[found.measure]
    return say(what, name=first.name, potential=number(first.potential), unit=unit, between=between, visits=visits)
