"""The dimensions and measures of the cube. Only what stands here reaches SQL; what a person writes is looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcrm.common.language import say, to_say
from gcrm.platform.errors import InputRejected

ACCOUNTS, DONE, ORDERED = "accounts", "activities", "orders"
"""The facts: accounts, what was done there, lines of orders."""
REGION = "region:"
"""What stands before the name of a set of regions."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: its name, how a person reads it, its SQL, what a record without it is called, whose it is.

    called and without are in English. facts: the facts that have it. is_time: it is sorted as it runs. has_words: its
    values are words of ours, and said in the language at hand where they are shown.
    """

    name: str
    called: str
    sql: str
    without: str
    facts: frozenset[str] = frozenset({ACCOUNTS, DONE, ORDERED})
    is_time: bool = False
    has_words: bool = False

    @property
    def label(self) -> str:
        """How a person reads it, in the language at hand."""
        return say(self.called)

    @property
    def missing(self) -> str:
        """What a record without it is called, in the language at hand."""
        return say(self.without)

    def in_words(self, value: str | None) -> str:
        """A value of it as a person reads it."""
        if value is None:
            return self.missing
        return say(value) if self.has_words else value


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what it is called in English, its facts, what is added up, which records count, its unit."""

    name: str
    called: str
    facts: str
    sql: str
    where: str = "TRUE"
    unit: str = ""

    @property
    def label(self) -> str:
        """How a person reads it, in the language at hand."""
        return say(self.called)

    @property
    def is_money(self) -> bool:
        """Whether it is of currencies, which are not added up."""
        return self.unit == "money"


def _time(name: str, label: str, sql: str) -> Dimension:
    return Dimension(name, label, sql, to_say("no date"), is_time=True)


_ORDERS, _DONE = frozenset({ORDERED}), frozenset({DONE})
_FIXED = (
    Dimension("territory", to_say("Territory"), "a.territory", to_say("no territory")),
    Dimension("rep", to_say("Rep"), "a.rep", to_say("no rep")),
    Dimension("segment", to_say("Segment"), "a.segment", to_say("no segment")),
    Dimension("priority", to_say("Priority"), "a.priority", to_say("no priority")),
    Dimension("kind", to_say("Customer or prospect"), "a.kind", to_say("no kind"), has_words=True),
    Dimension("city", to_say("Town"), "a.city", to_say("no town")),
    Dimension("postcode", to_say("Postcode"), "a.postcode", to_say("no postcode")),
    Dimension("country", to_say("Country"), "a.country", to_say("no country")),
    Dimension("account", to_say("Account"), "a.name || ' (' || a.account_id || ')'", to_say("no account")),
    Dimension("product", to_say("Product"), "f.product", to_say("no product"), _ORDERS),
    Dimension("currency", to_say("Currency"), "f.currency", to_say("no currency"), _ORDERS),
    Dimension("activity", to_say("What was done"), "f.what", to_say("nothing"), _DONE, has_words=True),
    Dimension("outcome", to_say("Outcome"), "f.outcome", to_say("no outcome"), _DONE, has_words=True),
    Dimension("done-by", to_say("Done by"), "f.done_by", to_say("nobody"), _DONE),
    Dimension("check-in", to_say("Check-in"), "f.check_in", to_say("no check-in"), _DONE, has_words=True),
    _time("year", to_say("Year"), "strftime(f.day, '%Y')"),
    _time("quarter", to_say("Quarter"), "year(f.day) || '-Q' || quarter(f.day)"),
    _time("month", to_say("Month"), "strftime(f.day, '%Y-%m')"),
    _time("week", to_say("Week"), "strftime(f.day, '%G-W%V')"),
    _time("day", to_say("Day"), "strftime(f.day, '%Y-%m-%d')"),
)
PERIOD = Dimension("period", to_say("Period"), "f.period", to_say("no period"), is_time=True)
"""The two periods that are compared."""
MEASURES: Mapping[str, Measure] = {
    one.name: one
    for one in (
        Measure("visits", to_say("Visits"), DONE, "1", "f.is_visit"),
        Measure("activities", to_say("Visits, calls and notes"), DONE, "1"),
        Measure("check-ins", to_say("Check-ins"), DONE, "1", "f.check_in IS NOT NULL"),
        Measure("accounts", to_say("Accounts"), ACCOUNTS, "1"),
        Measure("customers", to_say("Customers"), ACCOUNTS, "1", "a.kind = 'customer'"),
        Measure("prospects", to_say("Prospects"), ACCOUNTS, "1", "a.kind = 'prospect'"),
        Measure("sales", to_say("Sales"), ORDERED, "f.amount", unit="money"),
        Measure("lines", to_say("Order lines"), ORDERED, "1"),
        Measure("quantity", to_say("Quantity sold"), ORDERED, "f.quantity"),
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
            Dimension(f"{REGION}{name}", name[:1].upper() + name[1:], f"a.region_{number}", to_say("no region"))
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
        raise InputRejected(
            say("There is no dimension {name!r}.", name=name[:60]), say("There are {known}.", known=", ".join(known))
        )

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
        raise InputRejected(
            say("There is no measure {written!r}.", written=written[:60]),
            say("There are {measures}.", measures=", ".join(MEASURES)),
        )
    return found


def check_facts(dimensions: Sequence[Dimension], measure: Measure) -> None:
    """Raises InputRejected for a dimension that the measure's records do not have."""
    for one in dimensions:
        if measure.facts not in one.facts:
            having = ", ".join(name for name, other in MEASURES.items() if other.facts in one.facts)
            raise InputRejected(
                say("{measure} have no {one}.", measure=measure.label, one=one.name),
                say("{one} goes with {having}.", one=one.label, having=having),
            )
