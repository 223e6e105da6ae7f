"""Plan a week, or a few: each day becomes the current plan of its rep's day."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gcrm.bootstrap import Workspace
from gcrm.progress import Progress, quiet
from gcrm.services.plan_horizon import plan_horizon


def plan_week(
    workspace: Workspace,
    rep_keys: Sequence[str],
    first: date,
    *,
    weeks: int = 1,
    seconds: float = 10.0,
    seed: int = 1,
    pin_file: Path | None = None,
    unowned: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Plan seven days a week from `first` on, days and order together, and keep each; otherwise as `plan_horizon`."""
    return plan_horizon(
        workspace,
        rep_keys,
        first,
        weeks=weeks,
        seconds=seconds,
        seed=seed,
        pin_file=pin_file,
        keep=True,
        unowned=unowned,
        progress=progress,
    )
