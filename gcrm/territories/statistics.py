"""What is known of regions beside their people: households, income, workplaces, and whatever else was joined."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from gcrm.common.text import tokens
from gcrm.territories.model import Region

PEOPLE, HOUSEHOLDS, INCOME, WORKPLACES = "people", "households", "income", "workplaces"

KINDS = (HOUSEHOLDS, INCOME, WORKPLACES)
_NOISE = frozenset({"total", "number", "of", "the", "te", "tr", "tp", "hr", "in", "usd", "eur", "chf", "per"})
"""Words of headings that do not say what is counted; the short ones are Statistics Finland's names of its tables."""
_HEADINGS: Mapping[str, tuple[frozenset[str], ...]] = {
    HOUSEHOLDS: (
        *(frozenset({one}) for one in ("households", "haushalte", "privathaushalte")),
        frozenset({"private", "households"}),
    ),
    INCOME: (
        frozenset({"income"}),
        frozenset({"einkommen"}),
        *(frozenset({kind, "income"}) for kind in ("median", "mean", "average")),
        *(
            frozenset({kind, "income", who})
            for kind in ("median", "mean", "average")
            for who in ("household", "households")
        ),
    ),
    WORKPLACES: tuple(
        frozenset({one})
        for one in ("workplaces", "jobs", "employees", "arbeitsplatze", "arbeitsplaetze", "beschaftigte")
    ),
}
"""How files call their columns, as the words that say what is counted; others are named when they are joined."""
_PEOPLE = frozenset(
    frozenset({one})
    for one in ("people", "population", "inhabitants", "residents", "einwohner", "bevolkerung", "bevoelkerung")
)


def statistic(region: Region, name: str) -> float | None:
    """A number that is known of a region, None where it is not.

    name: one of the above, under whichever heading the region has it, or a column as its file calls it.
    """
    if name == PEOPLE:
        return None if region.population is None else float(region.population)
    if name in region.properties:
        return number_in(region.properties[name])
    if name not in _HEADINGS:
        return None
    found = (number_in(value) for key, value in region.properties.items() if kind_of(key) == name)
    return next((one for one in found if one is not None), None)


@lru_cache(maxsize=4_096)
def kind_of(heading: str) -> str:
    """What a column counts, of households, income and workplaces, by its heading; "" for none of them."""
    words = frozenset(tokens(heading)) - _NOISE
    return next((name for name, known in _HEADINGS.items() if words in known), "")


def counts_people(heading: str) -> bool:
    """Whether a column counts the people who live somewhere, by its heading."""
    return (frozenset(tokens(heading)) - _NOISE) in _PEOPLE


def numeric_columns(regions: Sequence[Region]) -> list[str]:
    """Columns of which some regions know a number, as their files call them, sorted."""
    names = {key for region in regions for key, value in region.properties.items() if number_in(value) is not None}
    return sorted(names)


def known_statistics(regions: Iterable[Region]) -> list[str]:
    """Those of households, income and workplaces that some region has."""
    listed = list(regions)
    return [name for name in KINDS if any(statistic(region, name) is not None for region in listed)]


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
