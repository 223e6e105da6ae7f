"""Plan a week, or a few: each day becomes the current plan of its rep's day."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack

from gcrm.planning.plan_horizon import plan_horizon
from gcrm.planning.search import WEEK_SECONDS
from gcrm.planning.week_plan import WeekPlan
from gcrm.platform.progress import Progress
from gcrm.workspace import Workspace


class Wishes(TypedDict, total=False):
    """What a week may be asked for, as `plan_horizon` takes it."""

    steps: int | None
    seed: int
    pin_file: Path | None
    unowned: bool
    shared: bool
    fair: bool
    progress: Progress


def plan_week(
    workspace: Workspace,
    rep_keys: Sequence[str],
    first: date,
    *,
    weeks: int = 1,
    seconds: float | None = None,
    **wishes: Unpack[Wishes],
) -> WeekPlan:
    """Plan seven days a week from `first` on, days and order together, and keep each; otherwise as `plan_horizon`."""
    if seconds is None and wishes.get("steps") is None:
        seconds = WEEK_SECONDS
    return plan_horizon(workspace, rep_keys, first, weeks=weeks, seconds=seconds, keep=True, **wishes)
