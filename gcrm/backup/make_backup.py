"""Back up a workspace into one file, while it is in use."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from gcrm.backup.archive import DATABASE, Contents, finish_archive, new_archive, read_contents, unpack
from gcrm.common.language import say
from gcrm.platform.database.copying import copy_rows, differences, sums_of
from gcrm.platform.database.geopackage_copy import copy_geopackage, count_rows, faults_of, schema_of
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.store import open_store
from gcrm.workspace import Workspace

FOLDERS = ("uploads", "imports")
"""Folders of the workspace that belong to its data: files sent for jobs that wait, and rows that imports rejected."""

SECRET = "secret_key"  # noqa: S105 - the name of the file
AREAS = "areas"
BESIDE = ".gcrm-backup-"
"""How the folders begin in which back-ups are made, beside where they go; then comes the process."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """The file, its size, and how many accounts, users and files of the workspace it holds. left_out: what it lacks."""

    file: Path
    size_bytes: int
    accounts: int
    users: int
    files: int
    left_out: tuple[str, ...]


def make_backup(
    workspace: Workspace,
    file: Path | None = None,
    progress: Progress = quiet,
    *,
    with_areas: bool = False,
    with_secret_key: bool = False,
) -> BackedUp:
    """Write everything of the workspace that cannot be made anew into one file, and read it back to prove it.

    file: the file, or a folder that is there; `backups` in the workspace where none is given. A back-up of that name is
    replaced once the new one is proven. with_areas: street data too, which can also be imported again;
    with_secret_key: the key of the sessions too, without which everybody signs in again.
    Raises InputRejected for a file that is something else, NotReady where it cannot be written or fails the proof.
    """
    files, now = workspace.settings.files, workspace.clock()
    target = _target(workspace, file)
    with _beside(target) as folder:
        database, part = folder / DATABASE, folder / "backup.zip"
        progress(say("Copying the database"))
        rows = _copy_database(workspace, database, progress)
        progress(say("Packing"))
        with new_archive(part) as archive:
            archive.add(database, DATABASE)
            for name in (*FOLDERS, *([AREAS] if with_areas else [])):
                archive.add_folder(files / name, name)
            if with_secret_key:
                archive.add(files / SECRET, SECRET)
        came_from = "postgis" if workspace.settings.database_url else "geopackage"
        contents = Contents(now, version("gcrm"), schema_of(database), came_from, rows, tuple(archive.parts))
        database.unlink()
        finish_archive(part, contents)
        progress(say("Reading it back"))
        _prove(part, folder / "read")
        size_bytes = part.stat().st_size
        part.replace(target)
        _keep(target.parent)
    with workspace.store.write() as tx:
        tx.backups.add(now, str(target), size_bytes, contents.accounts)
    left_out = [] if with_areas or not (files / AREAS).is_dir() else [AREAS]
    left_out += [] if with_secret_key or not (files / SECRET).exists() else [SECRET]
    users = rows.get("user_account", 0)
    return BackedUp(target, size_bytes, contents.accounts, users, len(contents.parts) - 1, tuple(left_out))


def check_backup(file: Path, folder: Path) -> Contents:
    """Unpack a back-up into a folder and prove that it is whole and sound; what it holds. Raises InputRejected."""
    contents = read_contents(file)
    unpack(file, contents, folder)
    database = folder / DATABASE
    faults = faults_of(database) if database.is_file() else [say("it holds no database")]
    if not faults and (count_rows(database), schema_of(database)) != (contents.rows, contents.schema):
        faults = [say("its database has other rows than it says")]
    if faults:
        raise InputRejected(
            say("{file} cannot be used: {faults}.", file=file, faults=faults[0]), say("Use another back-up.")
        )
    return contents


def export_geopackage(workspace: Workspace, target: Path, progress: Progress = quiet) -> dict[str, int]:
    """Copy one snapshot of the database, of either kind, into a new GeoPackage; rows by table. Raises NotReady."""
    if not workspace.settings.database_url:
        with workspace.store.read():
            # Brings the file to the newest schema, and refuses one that is not ours.
            pass
        return copy_geopackage(workspace.settings.database_file, target)
    copy = open_store(target)
    with workspace.store.read() as source:
        with copy.write() as into:
            copy_rows(source, into, progress)
        with copy.read() as copied:
            wrong = differences(sums_of(source), sums_of(copied))
    copy.close()
    if wrong:
        raise NotReady(
            say("The copy differs from the database in {tables}.", tables=", ".join(wrong)), say("Try again.")
        )
    # Closed by its last user, a GeoPackage has no log beside it; as a file of its own it needs none.
    final = target.with_suffix(".final.gpkg")
    rows = copy_geopackage(target, final)
    final.replace(target)
    return rows


def _copy_database(workspace: Workspace, target: Path, progress: Progress) -> dict[str, int]:
    rows = export_geopackage(workspace, target, progress)
    faults = faults_of(target)
    if faults:
        raise NotReady(
            say("The database is damaged: {faults}.", faults=faults[0]),
            say("Restore the last good back-up: `gcrm restore FILE`."),
        )
    return rows


def _prove(file: Path, folder: Path) -> None:
    """Unpack what was written, and open it as GCRM would."""
    try:
        contents = check_backup(file, folder)
        store = open_store(folder / DATABASE)
        with store.read() as tx:
            accounts = sum(tx.accounts.counts().values())
        store.close()
    except InputRejected as error:
        raise NotReady(
            say("The back-up was not written whole: {error}", error=error.fault), say("Try another disk.")
        ) from error
    if accounts != contents.accounts:
        raise NotReady(say("The back-up was not written whole: accounts are missing."), say("Try another disk."))
    shutil.rmtree(folder)


def _target(workspace: Workspace, file: Path | None) -> Path:
    name = f"gcrm-{workspace.clock():%Y%m%d-%H%M%S}.zip"
    if file is None:
        folder = workspace.settings.files / "backups"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / name
    file = file.expanduser().absolute()
    if file.is_dir():
        return file / name
    if not file.parent.is_dir():
        raise InputRejected(
            say("There is no folder {parent}.", parent=file.parent), say("Make it, or name another file.")
        )
    if file.exists():
        # Only a back-up is replaced by one.
        read_contents(file)
    return file


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder on the same disk as the target, which goes whatever happens. Raises NotReady where it cannot be made."""
    try:
        _sweep(target.parent)
        with tempfile.TemporaryDirectory(prefix=f"{BESIDE}{os.getpid()}-", dir=target.parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise NotReady(
            say("{target} cannot be written: {why}.", target=target, why=error.strerror or error),
            say("Name a file on a disk with room: `gcrm backup FILE`."),
        ) from error


def _sweep(folder: Path) -> None:
    """Remove what back-ups of this machine have left that were killed."""
    for left in folder.glob(f"{BESIDE}*"):
        pid = left.name.removeprefix(BESIDE).partition("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)


def _keep(folder: Path) -> None:
    """Make a new name in a folder outlast a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
