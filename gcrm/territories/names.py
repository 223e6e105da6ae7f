"""Regions by the names that a person types."""

from collections.abc import Iterable, Sequence

from rapidfuzz import process, utils

from gcrm.common.language import say
from gcrm.platform.errors import NotFound
from gcrm.territories.model import Region

NEAR = 3
"""Names offered for one that is not known."""


def find_regions(wanted: Iterable[str], regions: Sequence[Region]) -> list[Region]:
    """The regions of these names, each once, in the order asked for; capitals do not count.

    A text may hold several names with commas between them; a name that has a comma in it is found as it is.
    Raises NotFound that lists every name that is not known, each with those that are near.
    """
    exact = {region.name: region for region in regions}
    folded: dict[str, list[Region]] = {}
    for region in regions:
        folded.setdefault(region.name.casefold(), []).append(region)
    found: dict[int, Region] = {}
    unknown: list[str] = []
    for name in _names(wanted, {*exact, *folded}):
        alike = folded.get(name.casefold(), [])
        match = exact.get(name) or (alike[0] if len(alike) == 1 else None)
        if match is None:
            unknown.append(name)
        else:
            found[match.id] = match
    if unknown:
        raise _unknown(unknown, list(exact))
    return list(found.values())


def _names(texts: Iterable[str], known: set[str]) -> Iterable[str]:
    for text in texts:
        whole = text.strip()
        if whole in known or whole.casefold() in known:
            yield whole
        else:
            yield from (part.strip() for part in whole.split(",") if part.strip())


def _unknown(names: Sequence[str], known: Sequence[str]) -> NotFound:
    said = []
    for name in names:
        near = process.extract(name, known, processor=utils.default_process, limit=NEAR, score_cutoff=60)
        offered = say(" or ").join(repr(match) for match, _, _ in near)
        said.append(say("{name!r} (did you mean {offered}?)", name=name, offered=offered) if offered else repr(name))
    there = ", ".join(known[:30])
    if len(known) > 30:
        there = say("{names} and {more} more", names=there, more=len(known) - 30)
    return NotFound(
        say("There is no region called {said}.", said="; ".join(said)),
        say("The regions are {there}.", there=there or say("none")),
    )
