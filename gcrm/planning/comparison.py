"""Two ways to plan the same weeks side by side: what each brings, how they differ, and how much of that is luck."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from gcrm.accounts.model import Priority
from gcrm.planning.week_plan import WeekPlan


@dataclass(frozen=True, slots=True)
class Measures:
    """What planned weeks bring; of several plans, the mean of each. missed: visits, by priority."""

    visits: float
    visits_due: float
    coverage: float
    travel_s: float
    service_s: float
    distance_m: float
    drive_share: float
    value: float
    nights: float
    missed: Mapping[str, float]


COMPARED = tuple(field.name for field in fields(Measures) if field.name not in {"nights", "missed"})
"""The measures of which the difference is told."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Weeks as they are and as they would be. supposed: what is supposed, in words; seeds: those of the plans.

    difference: by measure, after less before; noise: how far the measure, or its difference, lies apart by the seed.
    """

    reps: tuple[str, ...]
    first: date
    weeks: int
    seeds: tuple[int, ...]
    supposed: tuple[str, ...]
    before: Measures
    after: Measures
    difference: Mapping[str, float]
    noise: Mapping[str, float]
    notes: tuple[str, ...] = ()

    @property
    def within_noise(self) -> tuple[str, ...]:
        """The measures that differ no more than they do by luck."""
        differing = [name for name in COMPARED if self.difference[name]]
        return tuple(name for name in differing if abs(self.difference[name]) <= self.noise[name])


def measured(plan: WeekPlan) -> Measures:
    """What one plan brings."""
    missed = {priority.value: 0.0 for priority in Priority}
    for one in plan.missed:
        missed[one.priority.value] += 1
    return Measures(**{name: getattr(plan, name) for name in COMPARED}, nights=len(plan.nights), missed=missed)


def mean(of: Sequence[Measures]) -> Measures:
    """The mean of each measure; whole where all agree."""
    missed = {name: _middle([one.missed[name] for one in of]) for name in of[0].missed}
    values = {name: _middle([getattr(one, name) for one in of]) for name in (*COMPARED, "nights")}
    return Measures(**values, missed=missed)


def noise(before: Sequence[Measures], after: Sequence[Measures], name: str) -> float:
    """How far a measure lies apart by the seed alone: on either side, or in the difference of the two."""
    was, would_be = [getattr(one, name) for one in before], [getattr(one, name) for one in after]
    by_seed = [after - before for before, after in zip(was, would_be, strict=True)]
    return float(round(max(max(values) - min(values) for values in (was, would_be, by_seed)), 4))


def write_comparison(one: Comparison) -> dict[str, Any]:
    """A comparison as JSON."""
    return {
        "reps": list(one.reps),
        "from": one.first.isoformat(),
        "weeks": one.weeks,
        "seed": one.seeds[0],
        "seeds": list(one.seeds),
        "supposed": list(one.supposed),
        "before": asdict(one.before),
        "after": asdict(one.after),
        "difference": dict(one.difference),
        "noise": dict(one.noise),
        "within_noise": list(one.within_noise),
        "notes": list(one.notes),
    }


def _middle(values: Sequence[float]) -> float:
    return values[0] if len(set(values)) == 1 else round(sum(values) / len(values), 4)
