"""What the demo shows beyond the planned day: balanced territories beside today's, the potential, a cut of the sales.

Each step yields the lines that are said of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gcrm.cli.output import show_progress
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.markets.cube.model import Figure

STEPS = 200
"""Of the search for territories: enough for the sample, and the same answer on every machine."""


def proposal(workspace: Workspace) -> Iterator[str]:
    """Propose territories with the same work where there is no scenario yet, and say what would change."""
    from gcrm.territories.scenarios.compare import compare
    from gcrm.territories.scenarios.model import Wish
    from gcrm.territories.scenarios.propose import propose
    from gcrm.territories.scenarios.queries import all_scenarios
    from routing.districting.precompile import precompile

    with workspace.store.read() as tx:
        made = next(iter(all_scenarios(tx)), None)
    if made is None:
        show_progress("Making the search for territories ready (up to a minute, the first time on a machine)")
        precompile()
        made = propose(workspace, wish=Wish(steps=STEPS), progress=show_progress)
    found = compare(workspace, None, made.id)
    today = f"{found.deviation_one:.1%}" if found.deviation_one is not None else "unknown"
    yield (
        f"largest difference in work {found.deviation_other:.1%} (today {today}),"
        f" {len(found.moves)} accounts change hands"
    )
    for rep in found.reps:
        was, would = (
            f"{side.accounts} accounts, {side.work_h:.1f} h a week" if side else "none"
            for side in (rep.before, rep.after)
        )
        yield f"{rep.name}: {was} today, {would} as proposed"


def potential(workspace: Workspace, regions: str, most: int = 3) -> Iterator[str]:
    """What those of each region that do not buy yet would buy, the regions with most first."""
    from gcrm.markets.potential import potential_of_regions

    show_progress("Estimating what those would buy who do not yet")
    found = potential_of_regions(workspace, regions)
    learnt_from = found.error.accounts if found.error else 0
    yield f"{found.currency} a year by district, learnt from what {learnt_from} customers bought"
    for row in found.rows[:most]:
        if row.value is None or row.low is None or row.high is None:
            continue
        yield (
            f"{row.name}: {row.value:,.0f} ({row.low:,.0f} to {row.high:,.0f}, four times in five);"
            f" {row.customers} of {row.businesses} businesses buy"
        )


def sales(workspace: Workspace, regions: str, most: int = 3) -> Iterator[str]:
    """This year's sales beside last year's, by region."""
    from gcrm.markets.cube.ask import ask
    from gcrm.markets.cube.current import make_current
    from gcrm.markets.cube.cut_text import read_cut
    from gcrm.markets.cube.snapshot import current_snapshot

    make_current(workspace, show_progress)
    cut = read_cut(current_snapshot(workspace).dimensions, f"region:{regions}", "year", "sales")
    found = ask(workspace, cut)
    yield f"by district and year, as of {found.as_of:%Y-%m-%d %H:%M} UTC"
    years = [" ".join(column.labels) for column in found.header]
    for row in found.table[:most]:
        amounts = ", ".join(f"{year} {_amount(cell)}" for year, cell in zip(years, row.cells, strict=True))
        yield f"{' '.join(row.labels)}: {amounts}"


def _amount(figure: Figure | None) -> str:
    if figure is None:
        return "nothing"
    return ", ".join(f"{amount:,.2f} {currency}".strip() for currency, amount in figure.by_currency.items())
