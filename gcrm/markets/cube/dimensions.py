"""The dimensions and measures of the cube. Only what stands here reaches SQL; what a person writes is looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcrm.platform.errors import InputRejected

ACCOUNTS, DONE, ORDERED = "accounts", "activities", "orders"
"""The facts: accounts, what was done there, lines of orders."""
REGION = "region:"
"""What stands before the name of a set of regions."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: its name, how a person reads it, its SQL, what a record without it is called, whose it is.

    facts: the facts that have it. is_time: it is sorted as it runs.
    """

    name: str
    label: str
    sql: str
    missing: str
    facts: frozenset[str] = frozenset({ACCOUNTS, DONE, ORDERED})
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its facts, what is added up, which records count, its unit."""

    name: str
    label: str
    facts: str
    sql: str
    where: str = "TRUE"
    unit: str = ""

    @property
    def is_money(self) -> bool:
        """Whether it is of currencies, which are not added up."""
        return self.unit == "money"


def _time(name: str, label: str, sql: str) -> Dimension:
    return Dimension(name, label, sql, "no date", is_time=True)


_ORDERS, _DONE = frozenset({ORDERED}), frozenset({DONE})
_FIXED = (
    Dimension("territory", "Territory", "a.territory", "no territory"),
    Dimension("rep", "Rep", "a.rep", "no rep"),
    Dimension("segment", "Segment", "a.segment", "no segment"),
    Dimension("priority", "Priority", "a.priority", "no priority"),
    Dimension("kind", "Customer or prospect", "a.kind", "no kind"),
    Dimension("city", "Town", "a.city", "no town"),
    Dimension("postcode", "Postcode", "a.postcode", "no postcode"),
    Dimension("country", "Country", "a.country", "no country"),
    Dimension("account", "Account", "a.name || ' (' || a.account_id || ')'", "no account"),
    Dimension("product", "Product", "f.product", "no product", _ORDERS),
    Dimension("currency", "Currency", "f.currency", "no currency", _ORDERS),
    Dimension("activity", "What was done", "f.what", "nothing", _DONE),
    Dimension("outcome", "Outcome", "f.outcome", "no outcome", _DONE),
    Dimension("done-by", "Done by", "f.done_by", "nobody", _DONE),
    Dimension("check-in", "Check-in", "f.check_in", "no check-in", _DONE),
    _time("year", "Year", "strftime(f.day, '%Y')"),
    _time("quarter", "Quarter", "year(f.day) || '-Q' || quarter(f.day)"),
    _time("month", "Month", "strftime(f.day, '%Y-%m')"),
    _time("week", "Week", "strftime(f.day, '%G-W%V')"),
    _time("day", "Day", "strftime(f.day, '%Y-%m-%d')"),
)
PERIOD = Dimension("period", "Period", "f.period", "no period", is_time=True)
"""The two periods that are compared."""
MEASURES: Mapping[str, Measure] = {
    one.name: one
    for one in (
        Measure("visits", "Visits", DONE, "1", "f.is_visit"),
        Measure("activities", "Visits, calls and notes", DONE, "1"),
        Measure("check-ins", "Check-ins", DONE, "1", "f.check_in IS NOT NULL"),
        Measure("accounts", "Accounts", ACCOUNTS, "1"),
        Measure("customers", "Customers", ACCOUNTS, "1", "a.kind = 'customer'"),
        Measure("prospects", "Prospects", ACCOUNTS, "1", "a.kind = 'prospect'"),
        Measure("sales", "Sales", ORDERED, "f.amount", unit="money"),
        Measure("lines", "Order lines", ORDERED, "1"),
        Measure("quantity", "Quantity sold", ORDERED, "f.quantity"),
    )
}
DRILL = ("year", "quarter", "month", "week", "day")


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The dimensions of one snapshot: the fixed ones, and one for each set of regions.

    parents: set of regions to the set whose regions each hold whole ones of it.
    """

    sets: tuple[str, ...] = ()
    parents: Mapping[str, str] = ()  # type: ignore[assignment]

    def all(self) -> tuple[Dimension, ...]:
        """Every one, regions first, the widest level before those inside it."""
        regions = [
            Dimension(f"{REGION}{name}", name[:1].upper() + name[1:], f"a.region_{number}", "no region")
            for number, name in enumerate(self.sets)
        ]
        return (*sorted(regions, key=lambda one: (self._depth(one.name.removeprefix(REGION)), one.name)), *_FIXED)

    def _depth(self, name: str) -> int:
        seen = {name}
        while (name := dict(self.parents).get(name, "")) and name not in seen:
            seen.add(name)
        return len(seen)

    def get(self, written: str) -> Dimension:
        """The dimension of that name, or the set of regions. Raises InputRejected, naming all."""
        known = {one.name: one for one in self.all()}
        name = written.strip()
        if name in known:
            return known[name]
        if f"{REGION}{name}" in known:
            return known[f"{REGION}{name}"]
        if name == "region" and self.sets:
            return next(one for one in self.all() if one.name.startswith(REGION))
        folded = {one.casefold(): dimension for one, dimension in known.items()}
        if name.casefold() in folded:
            return folded[name.casefold()]
        raise InputRejected(f"There is no dimension {name[:60]!r}.", f"There are {', '.join(known)}.")

    def split(self, written: str) -> tuple[str, ...]:
        """Dimensions written in one text with commas, which may stand in the names of sets of regions too."""
        found: list[str] = []
        parts = written.split(",") if written.strip() else []
        while parts:
            for many in range(len(parts), 0, -1):
                try:
                    name = self.get(",".join(parts[:many])).name
                except InputRejected:
                    if many == 1:
                        raise
                    continue
                found += [name] if name not in found else []
                parts = parts[many:]
                break
        return tuple(found)

    def below(self, name: str) -> str | None:
        """The next level down from a dimension: a month of a quarter, the municipalities of a county."""
        if name in DRILL[:3]:
            return DRILL[DRILL.index(name) + 1] if name != "month" else "day"
        inside = [child for child, parent in dict(self.parents).items() if f"{REGION}{parent}" == name]
        return f"{REGION}{min(inside)}" if inside else ("account" if name not in {"account", *DRILL} else None)


def measure_of(written: str) -> Measure:
    """The measure of that name. Raises InputRejected, naming all."""
    found = MEASURES.get(written.strip().casefold())
    if found is None:
        raise InputRejected(f"There is no measure {written[:60]!r}.", f"There are {', '.join(MEASURES)}.")
    return found


def check_facts(dimensions: Sequence[Dimension], measure: Measure) -> None:
    """Raises InputRejected for a dimension that the measure's records do not have."""
    for one in dimensions:
        if measure.facts not in one.facts:
            having = ", ".join(name for name, other in MEASURES.items() if other.facts in one.facts)
            raise InputRejected(f"{measure.label} have no {one.name}.", f"{one.label} goes with {having}.")
