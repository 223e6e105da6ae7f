"""A cut as a person writes it, on the command line or in an address."""

from collections.abc import Iterable, Sequence

from gcrm.common.language import say
from gcrm.markets.cube.dimensions import Dimensions, measure_of
from gcrm.markets.cube.model import Cut
from gcrm.markets.cube.periods import period_of
from gcrm.platform.errors import InputRejected


def read_cut(
    dimensions: Dimensions,
    rows: str = "",
    columns: str = "",
    measure: str = "visits",
    where: Iterable[str] = (),
    period: str = "",
    compare: Sequence[str] | None = None,
) -> Cut:
    """A cut of texts: dimensions divided by commas, filters as dimension=value. Raises InputRejected."""
    filters: dict[str, tuple[str, ...]] = {}
    for each in where:
        name, value = _filter(dimensions, each)
        filters[name] = (*filters.get(name, ()), value)
    periods = [period_of(one) for one in compare or ()]
    if len(periods) not in {0, 2}:
        raise InputRejected(say("Two periods are compared."), say("Give both."))
    return Cut(
        rows=dimensions.split(rows),
        columns=dimensions.split(columns),
        measure=measure_of(measure).name,
        where=filters,
        period=period_of(period) if period.strip() else None,
        compare=(periods[0], periods[1]) if periods else None,
    )


def _filter(dimensions: Dimensions, written: str) -> tuple[str, str]:
    """Dimension and value, parted at the first = before which a dimension stands: names may hold one too."""
    at = written.find("=")
    if at < 0:
        raise InputRejected(say("{written!r} is no filter.", written=written[:60]), say("Write it as city=Vaduz."))
    first: InputRejected | None = None
    while at >= 0:
        try:
            return dimensions.get(written[:at]).name, written[at + 1 :]
        except InputRejected as error:
            first = first or error
            at = written.find("=", at + 1)
    assert first is not None
    raise first
