"""Move all that a workspace's database holds into a new one: a GeoPackage into PostGIS, or back."""

from dataclasses import dataclass
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.database.copying import copy_rows, differences, sums_of
from gcrm.platform.errors import Conflict, InputRejected, NotReady
from gcrm.platform.in_use import exchanging
from gcrm.platform.progress import Progress, quiet
from gcrm.store import open_store
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Moved:
    """From where to where, the rows of each table, and what a person has left to do, in order."""

    source: str
    target: str
    rows: dict[str, int]
    still_to_do: tuple[str, ...]


def move_database(workspace: Workspace, where: str, progress: Progress = quiet) -> Moved:
    """Copy every table with its ids into an empty database, and compare the two row by row before it counts.

    where: the URL of a PostGIS database, or the path of a new GeoPackage file. The old database stays as it is.
    Raises Conflict while the workspace is in use or where the target holds anything, InputRejected where both are one.
    """
    is_server = where.startswith(("postgresql:", "postgres:", "postgresql+"))
    source = workspace.store
    with exchanging(workspace.settings.home):
        target = open_store(where if is_server else Path(where).expanduser().absolute())
        try:
            if target.where == source.where:
                raise InputRejected(
                    say("{where} is the database in use already.", where=target.where), say("Name another one.")
                )
            # Both are held against writers, so that nothing is written into the old one after it was read.
            with source.write() as old, target.write() as new:
                filled = [name for name, each in sums_of(new).items() if each.rows]
                if filled:
                    raise Conflict(
                        say(
                            "{where} holds data already, in {filled}.", where=target.where, filled=", ".join(filled[:3])
                        ),
                        say("Name an empty database."),
                    )
                copy_rows(old, new, progress)
                progress(say("Comparing"))
                sums = sums_of(old)
                wrong = differences(sums, sums_of(new))
                if wrong:
                    raise NotReady(
                        say("The copy differs in {tables}.", tables=", ".join(wrong)),
                        say("Try again; nothing was changed."),
                    )
        finally:
            target.close()
    rows = {name: each.rows for name, each in sums.items()}
    return Moved(source.where, target.where, rows, tuple(_to_do(workspace, target.where, is_server)))


def _to_do(workspace: Workspace, target: str, is_server: bool) -> list[str]:
    if is_server:
        return [
            say(
                "Set GCRM_DATABASE_URL to {target} (with its password) for the app, every worker and the command line.",
                target=target,
            ),
            say(
                "Street data, uploads and the secret key stay in {folder}: share it (GCRM_FILES).",
                folder=workspace.settings.files,
            ),
            say(
                "Until then GCRM uses {file}. Remove that file once the server works.",
                file=workspace.settings.database_file,
            ),
        ]
    return [
        say(
            "Unset GCRM_DATABASE_URL, and put the file at {file} if it is not there.",
            file=workspace.settings.database_file,
        ),
        say("Restart `gcrm serve` and every `gcrm worker`."),
    ]
