"""Areas of one name in a file: parts of one region, or regions that happen to share a name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
from shapely import MultiPolygon

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.territories.polygons import polygons_of

MERGE = "merge"
NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Draft:
    """One area on its way to a region; EPSG:4326."""

    name: str
    area: MultiPolygon
    population: int | None
    properties: dict[str, Any]


def joined(drafts: Sequence[Draft], duplicates: str) -> tuple[list[Draft], list[str]]:
    """Drafts with a name each of their own, in the order of the first of each name, and what was done, in words.

    "merge": one region of all areas of a name. Its people are the sum of theirs, or theirs where all say the same
    number, as then each part carries the number of the whole. "number": the second becomes "Name (2)".
    Raises InputRejected for another word.
    """
    if duplicates == MERGE:
        return _merged(drafts)
    if duplicates == NUMBER:
        return _numbered(drafts)
    raise InputRejected(
        say("{duplicates!r} is no way to treat areas of one name.", duplicates=duplicates), say("Give merge or number.")
    )


def _merged(drafts: Sequence[Draft]) -> tuple[list[Draft], list[str]]:
    by_name: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_name.setdefault(draft.name, []).append(draft)
    said = []
    merged = []
    for name, parts in by_name.items():
        if len(parts) == 1:
            merged.append(parts[0])
            continue
        area = polygons_of(shapely.union_all([part.area for part in parts]))
        merged.append(replace(parts[0], area=area, population=_together(parts)))
        said.append(say("{count} areas are called {name} and became one region.", count=len(parts), name=name))
    return merged, said


def _together(parts: Sequence[Draft]) -> int | None:
    known = [part.population for part in parts if part.population is not None]
    if not known:
        return None
    return known[0] if len(set(known)) == 1 and len(known) == len(parts) else sum(known)


def _numbered(drafts: Sequence[Draft]) -> tuple[list[Draft], list[str]]:
    counts = Counter(draft.name for draft in drafts)
    taken = set(counts)
    seen: Counter[str] = Counter()
    numbered = []
    for draft in drafts:
        seen[draft.name] += 1
        name, number = draft.name, seen[draft.name]
        while number > 1 and name in taken:
            name = f"{draft.name} ({number})"
            number += 1
        taken.add(name)
        numbered.append(replace(draft, name=name))
    said = [
        say("{count} areas are called {name} and were numbered.", count=count, name=name)
        for name, count in counts.items()
        if count > 1
    ]
    return numbered, said
