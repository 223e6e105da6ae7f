"""Put a back-up in the place of a workspace's database and files; what was there is kept aside."""

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from gcrm.backup.archive import DATABASE, Contents
from gcrm.backup.make_backup import AREAS, FOLDERS, SECRET, check_backup
from gcrm.common.language import say
from gcrm.platform.database.copying import TableSum, copy_rows, differences, empty, is_blank, sums_of
from gcrm.platform.database.geopackage_copy import (
    SIDE_FILES,
    copy_geopackage,
    faults_of,
    has_side_files,
    overwrite_geopackage,
)
from gcrm.platform.errors import Conflict, GcrmError, NotReady
from gcrm.platform.in_use import exchanging
from gcrm.platform.progress import Progress, quiet
from gcrm.store import Store, open_store
from gcrm.workspace import Workspace

DERIVED = ("jobs.sqlite", *(f"jobs.sqlite{ending}" for ending in SIDE_FILES), "running", "duplicates.json", "cube")
"""What belongs to the replaced database and is made anew: the queue of its jobs, and what was found in it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the back-up's list, and the folder in which the replaced workspace is kept, None for none."""

    contents: Contents
    kept_aside: Path | None


def restore_backup(workspace: Workspace, file: Path, progress: Progress = quiet, *, replace: bool = False) -> Restored:
    """Restore a back-up, of either kind of database into either, after proving that it is whole.

    replace: the workspace holds accounts, reps, users or regions already, which are kept aside in a folder of it.
    What was restored is compared with the back-up before it counts; where anything fails, the database is as it was.
    Raises InputRejected for a file that is damaged or no back-up, Conflict for a workspace that is in use or not blank.
    """
    home = workspace.settings.home
    with exchanging(home), tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as temporary:
        folder = Path(temporary)
        progress(say("Checking the back-up"))
        contents = check_backup(file.expanduser(), folder)
        new = open_store(folder / DATABASE)
        try:
            with new.read() as tx:
                wanted = sums_of(tx)
            aside = _free(home / f"replaced-{workspace.clock():%Y%m%d-%H%M%S}")
            progress(say("Restoring the database"))
            if workspace.settings.database_url:
                _into_postgis(workspace.store, new, aside, wanted, replace, progress)
            else:
                _into_geopackage(workspace, new, folder / DATABASE, aside, wanted, replace)
        finally:
            new.close()
        progress(say("Restoring files"))
        _exchange_files({home, workspace.settings.files}, workspace.settings.files, folder, aside, contents)
    return Restored(contents, aside if aside.exists() else None)


def _free(wanted: Path) -> Path:
    """The path, or where it is taken the first with a number behind it that is not."""
    numbered = (Path(f"{wanted}-{number}") for number in count(2))
    return next(path for path in chain([wanted], numbered) if not path.exists())


def _into_postgis(
    store: Store, new: Store, aside: Path, wanted: dict[str, TableSum], replace: bool, progress: Progress
) -> None:
    """In one transaction: the old rows into a GeoPackage aside, out of the tables, and the new ones in."""
    with store.write() as tx:
        if not is_blank(tx):
            _check_may_replace(store.where, replace)
            aside.mkdir(mode=0o700)
            kept = open_store(aside / DATABASE)
            with kept.write() as into:
                copy_rows(tx, into, progress)
            kept.close()
        empty(tx)
        with new.read() as source:
            copy_rows(source, tx, progress)
        wrong = differences(wanted, sums_of(tx))
        if wrong:
            raise NotReady(
                say("The restored database differs from the back-up in {tables}.", tables=", ".join(wrong)),
                say("Try again."),
            )


def _into_geopackage(
    workspace: Workspace, new: Store, source: Path, aside: Path, wanted: dict[str, TableSum], replace: bool
) -> None:
    target = workspace.settings.database_file
    is_sound = not target.exists() or not faults_of(target)
    if target.exists() and not (is_sound and _holds_nothing(workspace)):
        _check_may_replace(target, replace)
        aside.mkdir(mode=0o700)
        if is_sound:
            copy_geopackage(target, aside / DATABASE)
        else:
            # A damaged file cannot be copied by SQLite, and its log must never be played into another file.
            for ending in ("", *SIDE_FILES):
                with suppress(FileNotFoundError):
                    Path(f"{target}{ending}").rename(aside / f"{DATABASE}{ending}")
    workspace.close()
    new.close()
    if target.exists():
        overwrite_geopackage(source, target)
    else:
        # Nobody has it open, and it appears at once or not at all.
        if has_side_files(target):
            for ending in SIDE_FILES:
                Path(f"{target}{ending}").unlink(missing_ok=True)
        os.link(source, target)
    faults = faults_of(target)
    restored = open_store(target)
    with restored.read() as tx:
        faults += [say("{name} differs", name=name) for name in differences(wanted, sums_of(tx))]
    restored.close()
    if faults:
        raise NotReady(
            say("The restored database is not the one of the back-up: {faults}.", faults=faults[0]),
            say("The old one is in {aside}.", aside=aside),
        )


def _holds_nothing(workspace: Workspace) -> bool:
    try:
        with workspace.store.read() as tx:
            return is_blank(tx)
    except GcrmError:
        return False


def _check_may_replace(where: object, replace: bool) -> None:
    if not replace:
        raise Conflict(
            say("{where} holds data already.", where=where),
            say("Restore with --replace to put the back-up in its place; what is there now is kept aside."),
        )


def _exchange_files(places: set[Path], files: Path, folder: Path, aside: Path, contents: Contents) -> None:
    """Put the files of the back-up in the place of those that are there, which go aside."""
    brought = {part.path.partition("/")[0] for part in contents.parts} - {DATABASE}
    for name in {*FOLDERS, *DERIVED, *(brought & {AREAS, SECRET})}:
        # What machines share may be on another disk than the back-up was unpacked on.
        for place in places:
            if (place / name).exists():
                aside.mkdir(mode=0o700, exist_ok=True)
                shutil.move(place / name, aside / name)
        if (folder / name).exists():
            shutil.move(folder / name, files / name)
