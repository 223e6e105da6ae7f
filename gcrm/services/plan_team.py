"""Plan one day of every rep; what fails for one does not stop the others."""

from datetime import date
from typing import Any

from gcrm.bootstrap import Workspace
from gcrm.errors import Cancelled, GcrmError
from gcrm.progress import Progress, quiet
from gcrm.services.plan_day import checked_seconds, plan_day


def plan_team(
    workspace: Workspace, day: date, *, seconds: float = 5.0, seed: int = 1, progress: Progress = quiet
) -> dict[str, Any]:
    """Plan the day of each rep in the order of their keys, `seconds` for each.

    Returns {"date", "plans": documents of the days, "failed": [{rep, error, remedy}]}. Plans of reps that come before
    the one during which `progress` raised Cancelled are kept.
    """
    checked_seconds(seconds)
    with workspace.store.read() as tx:
        reps = sorted(tx.reps.all(), key=lambda rep: rep.key)
    plans: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for number, rep in enumerate(reps):
        told = _Telling(progress, rep.name, number, len(reps))
        try:
            plans.append(plan_day(workspace, rep.key, day, seconds=seconds, seed=seed, progress=told))
        except Cancelled:
            raise
        except GcrmError as error:
            failed.append({"rep": rep.key, "error": error.fault, "remedy": error.remedy})
    progress("Planned", len(reps), len(reps))
    return {"date": day.isoformat(), "plans": plans, "failed": failed}


class _Telling:
    """Progress of one rep's plan as part of the team's."""

    def __init__(self, progress: Progress, name: str, number: int, total: int) -> None:
        self._progress, self._name, self._number, self._total = progress, name, number, total

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG002 - the protocol's signature
        self._progress(f"{self._name}: {message}", self._number, self._total)
