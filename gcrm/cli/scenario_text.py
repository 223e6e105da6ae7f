"""Scenarios as lines of text, for whoever reads them on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gcrm.territories.scenarios.compare import Comparison
    from gcrm.territories.scenarios.frontier import Line
    from gcrm.territories.scenarios.hand_over import HandOverList
    from gcrm.territories.scenarios.model import Figures, Remark, Scenario

SHOWN = 20
"""Accounts that are printed before "and N more"; --json has them all."""


def scenario_text(one: Scenario) -> str:
    """A scenario as a few lines."""
    before = f", today {one.deviation_before:.1%}" if one.deviation_before is not None else ""
    lines = [
        f"Scenario {one.id}: {one.name} ({one.state.value}).",
        f"Largest difference {one.deviation:.1%}{before}; {one.moved:,} accounts would change hands.",
        f"  {'territory':<24}{'accounts':>9}{'work':>9}{'driving':>9}{'load':>7}{'to centre':>11}{'pieces':>8}",
        *(_row(each.name, each.figures) for each in one.territories),
        *(f"- {text}" for text in one.remarks),
    ]
    return "\n".join(lines)


def _row(name: str, one: Figures) -> str:
    load = f"{one.load:.0%}" if one.load is not None else ""
    centre = f"{one.minutes_to_centre:.1f} min" if one.minutes_to_centre is not None else ""
    hours = f"{one.work_h:>7.1f} h{one.travel_h:>7.1f} h"
    return f"  {name[:23]:<24}{one.accounts:>9,}{hours}{load:>7}{centre:>11}{one.pieces:>8}"


def frontier_text(line: Line, faults: Sequence[str]) -> str:
    """Balance against hand-overs, a line a point."""
    rows = []
    for one in line.points:
        money = ", ".join(f"{amount:,.0f} {currency}" for currency, amount in sorted(one.revenue.items()))
        more = [f"{money} a year moved" if money else "", f"{one.years:,.0f} years known" if line.years_known else ""]
        told = "".join(f"; {text}" for text in more if text)
        rows.append(f"{one.moved:>8,} accounts moved: largest difference {one.deviation:.1%}{told}")
    return "\n".join([*rows, *(f"- {text}" for text in faults)])


def compared_text(found: Comparison) -> str:
    """Two alignments side by side, as a few lines."""
    was = f"{found.deviation_one:.1%}" if found.deviation_one is not None else "nothing"
    lines = [f"{found.one} to {found.other}: largest difference {was} to {found.deviation_other:.1%}."]
    for one in found.reps:
        work = " to ".join(f"{side.work_h:.1f} h" if side else "none" for side in (one.before, one.after))
        lines.append(f"  {one.name:<24} work {work}; gains {one.gains:,} and loses {one.loses:,} accounts")
    lines.append(f"{len(found.moves):,} accounts change hands.")
    lines += [
        f"  {one.account} {one.name}: {one.before or 'nobody'} to {one.after or 'nobody'}"
        for one in found.moves[:SHOWN]
    ]
    if len(found.moves) > SHOWN:
        lines.append(f"  And {len(found.moves) - SHOWN:,} more; --json lists them all.")
    return "\n".join(lines)


def simulation_text(document: dict[str, Any]) -> str:
    """The weeks of every territory, a line each."""
    made, driving = f"{document['coverage']:.0%}", f"{document['drive_share']:.0%}"
    weeks = f"{document['weeks']} weeks from {document['from']}"
    lines = [f"{weeks}: {made} of due visits made, {driving} of the work is driving."]
    for one in document["territories"]:
        missed = sum(one["missed"].values())
        lines.append(
            f"  {one['name']:<24} {one['coverage']:.0%} covered, {one['hours_share']:.0%} of hours, "
            f"{one['travel_h_a_week']:.1f} h driving a week, {one['nights']} nights away, {missed} visits missed"
        )
    return "\n".join(lines)


def hand_over_text(found: HandOverList) -> str:
    """For each rep what comes and goes, to be printed."""
    lines = [f"Hand-over for {found.name}"]
    for rep in found.reps:
        lines.append(f"\n{rep.rep}: gets {len(rep.gets):,}, gives {len(rep.gives):,}")
        for item in rep.gets:
            visit = f", first visit {item.first_visit}" if item.first_visit else ""
            lines.append(
                f"  {item.move.account} {item.move.name}, {item.address} (from {item.move.before or 'nobody'}{visit})"
            )
            lines += [f"      {text}" for text in (f"{item.contact} {item.phone}".strip(), item.note) if text]
            lines += [f"      promised {text}" for text in item.promised]
            lines += [f"      {text}" for text in item.last]
        for day in rep.routes:
            stops = ", ".join(f"{stop['arrive']} {stop['name']}" for stop in day["stops"])
            lines.append(f"  {day['date']}: {stops}")
    return "\n".join(lines)


def remark_text(one: Remark) -> str:
    """A comment, or an objection with its cost, in one line."""
    what = f"objection {one.id} to account {one.account_id}" if one.is_objection else f"comment {one.id}"
    cost = ""
    if one.cost:
        cost = f" (difference {one.cost['deviation']:.1%} to {one.cost['deviation_after']:.1%} if you follow it)"
    return f"{one.at:%Y-%m-%d} {what}{f' ({one.settled})' if one.settled else ''}: {one.text}{cost}"
