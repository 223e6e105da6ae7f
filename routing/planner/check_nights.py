"""Do the nights away of a plan fit together? Computed from the problem and the plan alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from routing.planner.horizon import HorizonPlan, HorizonProblem


class Slept(Protocol):
    """A night as `nights.Night` has it."""

    @property
    def rep(self) -> int:
        """Who sleeps away."""

    @property
    def day(self) -> int:
        """The day before the night."""

    @property
    def bed(self) -> int:
        """Row of the matrix."""

    @property
    def saved_s(self) -> int:
        """Seconds of driving that it saves."""


class Rule(Protocol):
    """What nights a rep may have, as `nights.NightRule` has it."""

    @property
    def home(self) -> int:
        """Row of the matrix."""

    @property
    def beds(self) -> tuple[int, ...]:
        """Rows of the matrix."""

    @property
    def most(self) -> int:
        """Nights in a week."""

    @property
    def in_a_row(self) -> int:
        """Nights without one at home between."""

    @property
    def saves_s(self) -> int:
        """Driving that each must save."""


def check_nights(
    problem: HorizonProblem,
    plan: HorizonPlan,
    nights: Iterable[Slept],
    rules: Mapping[int, Rule],
    weeks: Sequence[int],
) -> list[str]:
    """What is wrong, one sentence each; empty if nothing is.

    Every shift of a rep with a rule starts where the one of the day before ended, or at home where the night before was
    at home; there are no more nights, and no more in a row, than the rule allows, and each saves what it must.
    """
    faults = []
    slept = {(night.rep, night.day): night for night in nights}
    at = {(shift.rep, shift.day): number for number, shift in enumerate(problem.shifts)}
    for (rep, day), number in at.items():
        if rep not in rules:
            continue
        shift, home = problem.shifts[number], rules[rep].home
        before, after = slept.get((rep, day - 1)), slept.get((rep, day))
        if shift.start != (before.bed if before else home):
            faults.append(f"rep {rep} starts day {day} at row {shift.start}, not where the night was spent")
        if shift.end != (after.bed if after else home):
            faults.append(f"rep {rep} ends day {day} at row {shift.end}, not where the night is spent")
    for (rep, day), night in slept.items():
        faults += _night(problem, plan, night, rules.get(rep), {key[1] for key in slept if key[0] == rep})
        if (rep, day) not in at or (rep, day + 1) not in at:
            faults.append(f"rep {rep} sleeps away after day {day} without work on both days around")
    for (rep, week), count in Counter((rep, weeks[day]) for rep, day in slept).items():
        if rep in rules and count > rules[rep].most:
            faults.append(f"rep {rep} sleeps away {count} times in week {week}, at most {rules[rep].most} may be")
    return faults


def saved_by(problem: HorizonProblem, plan: HorizonPlan, rep: int, day: int, home: int, bed: int) -> int:
    """Seconds of driving that the same visits would take more with the night after a day spent at home.

    0 where a day around it has no visits.
    """
    at = {(shift.rep, shift.day): number for number, shift in enumerate(problem.shifts)}
    if (rep, day) not in at or (rep, day + 1) not in at:
        return 0
    evening, morning = (plan.shifts[at[rep, one]].order for one in (day, day + 1))
    if not evening or not morning:
        return 0
    last, first = evening[-1], morning[0]
    seconds, reachable = problem.matrix.seconds, problem.matrix.reachable
    if not (reachable[last, home] and reachable[home, first]):
        return 0
    return int(seconds[last, home] + seconds[home, first] - seconds[last, bed] - seconds[bed, first])


def _night(problem: HorizonProblem, plan: HorizonPlan, night: Slept, rule: Rule | None, days: set[int]) -> list[str]:
    if rule is None:
        return [f"rep {night.rep} sleeps away after day {night.day}, but may not"]
    faults = []
    if night.bed not in rule.beds:
        faults.append(f"rep {night.rep} sleeps at row {night.bed}, which is no bed")
    saved_s = saved_by(problem, plan, night.rep, night.day, rule.home, night.bed)
    if night.saved_s != saved_s or saved_s < rule.saves_s:
        faults.append(
            f"the night after day {night.day} saves {saved_s} s, not {night.saved_s} s, and {rule.saves_s} s are needed"
        )
    in_a_row = next(run for run in range(1, len(days) + 2) if night.day + run not in days)
    if in_a_row > rule.in_a_row:
        faults.append(f"rep {night.rep} sleeps away {in_a_row} nights in a row from day {night.day} on")
    return faults
