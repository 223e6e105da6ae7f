"""What is known of regions beside their people: households, income, workplaces, and whatever else was joined."""

import math
from collections.abc import Iterable, Mapping, Sequence

from gcrm.common.text import tokens
from gcrm.territories.model import Region

PEOPLE, HOUSEHOLDS, INCOME, WORKPLACES = "people", "households", "income", "workplaces"

HEADINGS: Mapping[str, frozenset[str]] = {
    HOUSEHOLDS: frozenset({"households", "number of households", "private households", "haushalte", "privathaushalte"}),
    INCOME: frozenset({"income", "median income", "median household income", "mean income", "einkommen"}),
    WORKPLACES: frozenset({"workplaces", "jobs", "employees", "arbeitsplatze", "arbeitsplaetze", "beschaftigte"}),
}
"""How the columns of files call them; others are named when they are joined."""


def statistic(region: Region, name: str) -> float | None:
    """A number that is known of a region, None where it is not.

    name: one of the above, under whichever heading the region has it, or a column as its file calls it.
    """
    if name == PEOPLE:
        return None if region.population is None else float(region.population)
    if name in region.properties:
        return number_in(region.properties[name])
    known = HEADINGS.get(name, frozenset())
    found = (number_in(value) for key, value in region.properties.items() if " ".join(tokens(key)) in known)
    return next((one for one in found if one is not None), None)


def numeric_columns(regions: Sequence[Region]) -> list[str]:
    """Columns of which some regions know a number, as their files call them, sorted."""
    names = {key for region in regions for key, value in region.properties.items() if number_in(value) is not None}
    return sorted(names)


def known_statistics(regions: Iterable[Region]) -> list[str]:
    """Those of households, income and workplaces that some region has."""
    listed = list(regions)
    return [name for name in HEADINGS if any(statistic(region, name) is not None for region in listed)]


def number_in(value: object) -> float | None:
    """A finite number, None for anything else: text that does not read as one, yes and no."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        text = value.replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "")
        text = text.replace(" ", "").replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
        if "," in text and "." in text:
            text = text.replace(",", "") if text.rfind(".") > text.rfind(",") else text.replace(".", "")
        whole, _, rest = text.partition(",")
        # 37,269 are thousands, as statistics print them; 3,5 and 0,123 are decimals.
        is_decimal = text.count(",") == 1 and (len(rest) != 3 or whole.lstrip("-") in {"", "0"})
        text = text.replace(",", "." if is_decimal else "")
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None
    if isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    return None
