"""Plan one day of every rep; what fails for one does not stop the others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from gcrm.common.language import say
from gcrm.planning.answers import Failed, TeamPlan
from gcrm.planning.day_json import write_day
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.plan_day import plan_day
from gcrm.planning.search import DAY_SECONDS, checked_bound
from gcrm.platform.errors import Cancelled, GcrmError
from gcrm.platform.progress import Progress, Watched, quiet
from gcrm.workspace import Workspace


def plan_team(
    workspace: Workspace,
    day: date,
    *,
    rep_keys: Sequence[str] | None = None,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    pin_file: Path | None = None,
    progress: Progress = quiet,
) -> TeamPlan:
    """Plan the day of each rep in the order of their keys, `seconds` or `steps` for each; rep_keys: of these alone.

    Plans of reps that come before the one during which `progress` raised Cancelled are kept.
    """
    seconds = checked_bound(seconds, steps, DAY_SECONDS)
    with workspace.store.read() as tx:
        reps = sorted(tx.reps.all(), key=lambda rep: rep.key)
    if rep_keys is not None:
        reps = [rep for rep in reps if rep.key in set(rep_keys)]
    plans: list[DayPlan] = []
    failed: list[Failed] = []
    for number, rep in enumerate(reps):
        told: Progress = _Telling(progress, rep.name, number, len(reps))
        if isinstance(progress, Watched):
            told = _Showing(progress, rep.name, number, len(reps), plans)
        try:
            plans.append(
                plan_day(
                    workspace, rep.key, day, seconds=seconds, steps=steps, seed=seed, pin_file=pin_file, progress=told
                )
            )
        except Cancelled:
            raise
        except GcrmError as error:
            failed.append(Failed(rep.key, error.fault, error.remedy))
    progress(say("Planned"), len(reps), len(reps))
    return TeamPlan(day, tuple(plans), tuple(failed))


class _Telling:
    """Progress of one rep's plan as part of the team's."""

    def __init__(self, progress: Progress, name: str, number: int, total: int) -> None:
        self._progress, self._name, self._number, self._total = progress, name, number, total

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG002 - the protocol's signature
        self._progress(f"{self._name}: {message}", self._number, self._total)


class _Showing(_Telling):
    """The same for somebody who looks on: the plans that are ready, with the best so far of the one at work."""

    def __init__(self, progress: Watched, name: str, number: int, total: int, ready: Sequence[DayPlan]) -> None:
        super().__init__(progress, name, number, total)
        self._onlooker, self._ready, self._shown = progress, ready, number * 1_000

    @property
    def enough(self) -> bool:
        return self._onlooker.enough

    def show(self, found: dict[str, Any]) -> None:
        self._shown += 1
        ready = [write_day(replace(one, omissions=())) for one in self._ready]
        self._onlooker.show({"number": self._shown, "days": [*ready, found]})
