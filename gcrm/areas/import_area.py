"""Import an OpenStreetMap extract as an area, or a newer one in its place."""

import time
from dataclasses import asdict
from pathlib import Path

from gcrm.areas import AreaInfo
from gcrm.areas.areas import checked_name, name_of_file
from gcrm.areas.build import build_area
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace


def import_area(workspace: Workspace, file: Path, progress: Progress = quiet, *, name: str | None = None) -> AreaInfo:
    """Read the extract once and keep what the rest needs; the area becomes the one in use.

    name: of the area; by default the file's name without its date, so that a newer extract replaces the older one.
    The old version stays in use until the new one is whole, also for other processes.
    Raises NotFound, InputRejected or NetworkUnreadable if the file cannot be used, and Cancelled if `progress` does;
    then nothing has changed.
    """
    started = time.monotonic()
    name = checked_name(name if name is not None else name_of_file(file))
    shelf = workspace.areas.shelf
    with shelf.building() as folder:
        counts = build_area(file, folder, progress)
        now = workspace.clock()
        info = AreaInfo(
            name=name,
            source_file=file.name,
            imported_at=now,
            seconds=round(time.monotonic() - started, 1),
            **asdict(counts),
        )
        shelf.put(folder, info, now)
    return info
