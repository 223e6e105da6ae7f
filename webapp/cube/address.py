"""The address of a cut: what it says is read here, and written here, so that a cut can be sent."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from gcrm.common.language import say
from gcrm.markets.cube.dimensions import Dimensions, measure_of
from gcrm.markets.cube.model import Cut, Key
from gcrm.markets.cube.periods import period_of
from gcrm.platform.errors import InputRejected

Given = MultiDict[str, str]
NONE = "~"
"""A value that is missing, in a key; what begins with it otherwise has one more in front."""


def cut_of(dimensions: Dimensions, given: Given) -> Cut:
    """The cut that an address asks for. Raises InputRejected."""
    rows = [dimensions.get(name).name for name in given.getlist("rows") if name.strip()]
    columns = [dimensions.get(name).name for name in given.getlist("columns") if name.strip()]
    filters: dict[str, tuple[str, ...]] = {}
    for each in given.getlist("where"):
        name, value = filter_of(dimensions, each)
        filters[name] = tuple(dict.fromkeys((*filters.get(name, ()), value)))
    before, after = given.get("before", "").strip(), given.get("after", "").strip()
    if bool(before) != bool(after):
        raise InputRejected(say("Two periods are compared."), say("Give both, or neither."))
    period = given.get("period", "").strip()
    return Cut(
        rows=tuple(dict.fromkeys(rows)),
        columns=() if before else tuple(name for name in dict.fromkeys(columns) if name not in rows),
        measure=measure_of(given.get("measure", "visits")).name,
        where=filters,
        period=period_of(period) if period else None,
        compare=(period_of(before), period_of(after)) if before else None,
    )


def filter_of(dimensions: Dimensions, written: str) -> tuple[str, str]:
    """Dimension and value of a filter. Raises InputRejected."""
    name, sign, value = written.partition("\x1f")
    if not sign:
        name, sign, value = written.partition("=")
    if not sign:
        raise InputRejected(
            say("{written} is no filter.", written=repr(written[:60])), say("Choose one from the list.")
        )
    return dimensions.get(name).name, value


def written(cut: Cut) -> list[tuple[str, str]]:
    """A cut as the parts of an address, always in the same order."""
    parts = [("measure", cut.measure)]
    parts += [("rows", name) for name in cut.rows]
    parts += [("columns", name) for name in cut.columns]
    # A set of regions may have "=" in its name: then the two are parted by a sign that no name has.
    parts += [
        ("where", f"{name}{chr(31) if '=' in name else '='}{value}")
        for name, values in cut.where.items()
        for value in values
    ]
    if cut.period:
        parts.append(("period", cut.period.name))
    if cut.compare:
        parts += [("before", cut.compare[0].name), ("after", cut.compare[1].name)]
    return parts


def query(cut: Cut, **more: Any) -> str:
    """A cut as the query of an address; more: further parts, a list for several of one name."""
    parts = written(cut)
    for name, value in more.items():
        parts += [(name, str(one)) for one in (value if isinstance(value, list | tuple) else [value])]
    return urlencode(parts)


def key_in(key: Key) -> list[str]:
    """A key as an address holds it."""
    return [NONE if one is None else f"{NONE}{one}" if one.startswith(NONE) else one for one in key]


def key_of(given: list[str]) -> Key:
    """A key from an address."""
    return tuple(None if one == NONE else one.removeprefix(NONE) for one in given)


def without(cut: Cut, name: str, value: str) -> Mapping[str, tuple[str, ...]]:
    """The filters of a cut but for one."""
    left = {other: tuple(one for one in some if (other, one) != (name, value)) for other, some in cut.where.items()}
    return {other: some for other, some in left.items() if some}
