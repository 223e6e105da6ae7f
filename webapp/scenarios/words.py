"""A scenario in a sentence, and its territories as the map and the table want them."""

from collections.abc import Mapping
from typing import Any

from gcrm.common.language import number, say
from gcrm.territories.scenarios.model import Figures, Scenario
from gcrm.territories.scenarios.scenario_json import write_figures
from webapp.formats import counted

Json = dict[str, Any]


def share(value: float | None) -> str:
    """A difference as people say it: "0.4 %", "31 %"; a dash where it is not known."""
    if value is None:
        return "\N{EN DASH}"
    return f"{100 * value:.1f} %" if value < 0.0995 else f"{100 * value:,.0f} %"


def money(amounts: Mapping[str, float] | None) -> str:
    """Amounts by currency: "12,300 EUR, 400 CHF"; nothing for none."""
    return ", ".join(f"{amount:,.0f} {currency}".strip() for currency, amount in sorted((amounts or {}).items()))


def finding(scenario: Scenario) -> str:
    """What is wrong today, and what the scenario makes of it."""
    many = counted(len(scenario.territories), "territory", "territories")
    if not any(one.figures.accounts for one in scenario.territories):
        return say("{many} without accounts: none is on the map yet.", many=many)
    then = share(scenario.deviation)
    loads = [(one.was.load, one.name) for one in scenario.territories if one.was and one.was.load]
    if scenario.deviation_before is None or not any(one.was and one.was.accounts for one in scenario.territories):
        return (
            say("{many}, all within {then} of their share.", many=many, then=then)
            if len(scenario.territories) > 1
            else f"{many}."
        )
    most, name = max(loads, default=(0.0, ""))
    now = (
        say("{name} is {what} % over its hours", name=name, what=number(100 * (most - 1)))
        if most >= 1.005
        else say("The largest difference from a fair share is {share} today", share=share(scenario.deviation_before))
    )
    if not scenario.moved:
        return say("{now}. No account changes hands.", now=now)
    gaining = [
        one.name for one in scenario.territories if one.was is not None and one.figures.accounts > one.was.accounts
    ]
    to = f" to {gaining[0]}" if len(gaining) == 1 else ""
    moved = say("{accounts} moved{to}", accounts=counted(scenario.moved, "account", "accounts"), to=to)
    if scenario.deviation < scenario.deviation_before:
        return say(
            "{now}; {moved} {what} all within {then}.",
            now=now,
            moved=moved,
            what=say("bring") if scenario.moved > 1 else say("brings"),
            then=then,
        )
    return say("{now}; with {moved} the largest difference is {then}.", now=now, moved=moved, then=then)


def territories_json(scenario: Scenario, *, outlines: bool = True) -> list[Json]:
    """Each territory for the scripts: figures now and before, and its ground."""
    return [
        {
            "position": one.position,
            "name": one.name,
            "rep": one.rep,
            "figures": figures_json(one.figures),
            "was": figures_json(one.was),
            **({"outline": one.outline} if outlines else {}),
        }
        for one in scenario.territories
    ]


def figures_json(one: Figures | None) -> Json | None:
    """The numbers of a territory with its load."""
    return None if one is None else {**write_figures(one), "load": one.load}
