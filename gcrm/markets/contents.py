"""What lies inside an area: accounts, sales, people, households, income, workplaces, competitors."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gcrm.accounts.columns import AccountColumns
from gcrm.common.language import say, to_say
from gcrm.markets.competitors import CompetitorPlaces, Competitors, competitors_of, extract_businesses, places_of
from gcrm.markets.population import PeopleSource, Population
from gcrm.markets.year_of_sales import YearlySales, year_of_sales
from gcrm.territories.model import Region
from gcrm.territories.statistics import HOUSEHOLDS, INCOME, WORKPLACES, known_statistics, statistic
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.areas.area import Area
    from gcrm.markets.businesses import Businesses
    from gcrm.transaction import Transaction

CATEGORIES = 8
"""Categories of points of interest that are named; the rest are in the sum."""
NO_PEOPLE = to_say("People are not known: no regions with a population are there (`gcrm regions import`).")
BY_REGIONS, BY_EXTRACT = "regions", "extract"


@dataclass(frozen=True, slots=True)
class Inside:
    """What is inside one area; None where it is not known.

    sales: of a year, in the contents' currency. income: the mean over households, or people, of what their regions
    have. workplaces: by `Contents.workplaces_by` those that regions count, or the named businesses of the extract.
    """

    accounts: int
    customers: int
    prospects: int
    sales: float | None
    people: int | None
    households: int | None
    income: float | None
    workplaces: int
    competitors: int | None
    points_of_interest: int
    categories: dict[str, int] = field(default_factory=dict)


class Contents:
    """What is known of the ground around some places, to be counted inside areas of it."""

    def __init__(
        self,
        tx: "Transaction",
        area: "Area",
        around: BaseGeometry,
        origin: LonLat,
        today: date,
        who: Competitors | None,
    ) -> None:
        """Read what lies in `around`, which holds every area that will be asked for.

        who: the competitors, those that were said last if None.
        """
        self.accounts: AccountColumns = tx.accounts.columns_within(around)
        self.sales: YearlySales = year_of_sales(tx, today)
        self.competitors: CompetitorPlaces = places_of(area, competitors_of(tx) if who is None else who)
        self._bought = self.sales.of(self.accounts.ids)
        self._businesses: Businesses = extract_businesses(area)
        interests = area.points_of_interest()
        self._interests = interests.iloc[np.sort(interests.sindex.query(around, predicate="intersects"))]
        sets = {name: tx.regions.of_set(name) for name in tx.regions.sets()} if not around.is_empty else {}
        every = [region for regions in sets.values() for region in regions]
        self.known = tuple(known_statistics(every))
        counter = _Counters(origin, sets, area, around)
        self._people, self.people_source = counter.of(lambda region: region.population)
        self._households, _ = counter.of(_number(HOUSEHOLDS)) if HOUSEHOLDS in self.known else (None, None)
        self._work, _ = counter.of(_number(WORKPLACES)) if WORKPLACES in self.known else (None, None)
        self._income = self._heads = None
        if INCOME in self.known:
            self._income, _ = counter.of(_earned)
            self._heads, _ = counter.of(_earning)

    @property
    def workplaces_by(self) -> str:
        """Where workplaces are counted: the regions that know them, or the businesses of the extract."""
        return BY_REGIONS if self._work is not None else BY_EXTRACT

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is not known, and why."""
        people = "" if self.people_source else say(NO_PEOPLE)
        return tuple(one for one in (people, self.sales.remark, self.competitors.remark) if one)

    def inside(self, area: BaseGeometry, is_in: NDArray[np.bool_] | None = None) -> Inside:
        """What is inside an area, EPSG:4326. is_in: which accounts are, where that is known."""
        is_in = self.accounts_in(area) if is_in is None else is_in
        prospects = int((self.accounts.is_prospect & is_in).sum())
        points, categories = self._points(area)
        income, heads = (one.amount(area) if one else None for one in (self._income, self._heads))
        work = self._work.inside(area) if self._work else None
        return Inside(
            accounts=int(is_in.sum()),
            customers=int(is_in.sum()) - prospects,
            prospects=prospects,
            sales=round(float(self._bought[is_in].sum()), 2) if self.sales.is_known else None,
            people=self._people.inside(area) if self._people else None,
            households=self._households.inside(area) if self._households else None,
            income=round(income / heads, 2) if income is not None and heads else None,
            workplaces=_in(area, self._businesses.points) if work is None else work,
            competitors=_in(area, self.competitors.points) if self.competitors.is_known else None,
            points_of_interest=points,
            categories=categories,
        )

    def accounts_in(self, area: BaseGeometry) -> NDArray[np.bool_]:
        """Which accounts lie in the area, (n,) bool."""
        shapely.prepare(area)
        found = shapely.intersects_xy(area, self.accounts.places[:, 0], self.accounts.places[:, 1])
        return np.atleast_1d(np.asarray(found, dtype=np.bool_))

    def _points(self, area: BaseGeometry) -> tuple[int, dict[str, int]]:
        inside = np.asarray(shapely.intersects(area, self._interests.geometry.array), dtype=bool)
        counts = Counter(self._interests["category"].to_numpy()[inside].tolist())
        largest = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:CATEGORIES]
        return int(inside.sum()), dict(largest)


class _Counters:
    """Makes what counts people, and other things that are spread as people are."""

    def __init__(
        self, origin: LonLat, sets: Mapping[str, Sequence[Region]], area: "Area", around: BaseGeometry
    ) -> None:
        self._origin, self._sets, self._area, self._around = origin, sets, area, around

    def of(self, number_of: Callable[[Region], float | None]) -> tuple[Population | None, PeopleSource | None]:
        counter = Population(self._origin, self._sets, self._area.homes, self._area.boundary, number_of)
        source = counter.choose(self._around)
        return (counter, source) if source else (None, None)


def _number(name: str) -> Callable[[Region], float | None]:
    return lambda region: statistic(region, name)


def _earning(region: Region) -> float | None:
    """Those whose income a region tells: households, else people."""
    if statistic(region, INCOME) is None:
        return None
    households = statistic(region, HOUSEHOLDS)
    return households if households is not None else None if region.population is None else float(region.population)


def _earned(region: Region) -> float | None:
    heads, income = _earning(region), statistic(region, INCOME)
    return heads * income if heads is not None and income is not None else None


def _in(area: BaseGeometry, points: NDArray[np.float64]) -> int:
    """How many of the points, (n, 2), are inside."""
    if not len(points) or area.is_empty:
        return 0
    shapely.prepare(area)
    return int(np.count_nonzero(shapely.intersects_xy(area, points[:, 0], points[:, 1])))


def inside_json(one: Inside) -> dict[str, Any]:
    """For JSON, a key a field."""
    return {
        "accounts": one.accounts,
        "customers": one.customers,
        "prospects": one.prospects,
        "sales": one.sales,
        "people": one.people,
        "households": one.households,
        "income": one.income,
        "workplaces": one.workplaces,
        "competitors": one.competitors,
        "points_of_interest": one.points_of_interest,
        "categories": one.categories,
    }


def contents_json(contents: Contents) -> dict[str, Any]:
    """For JSON: where the numbers come from."""
    source = contents.people_source
    return {
        "people_source": {"set_name": source.set_name, "covers": round(source.covers, 3), "method": source.method}
        if source
        else None,
        "sales_source": {"currency": contents.sales.currency, "period": contents.sales.period}
        if contents.sales.is_known
        else None,
        "workplaces_source": contents.workplaces_by,
        "not_known": list(contents.remarks),
    }
