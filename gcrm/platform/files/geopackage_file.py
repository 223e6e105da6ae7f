"""A GeoPackage from outside, copied without what would run when it is read.

A SQLite file holds programs: views, triggers, computed columns and virtual tables are evaluated by whoever reads it,
with all functions that the reader knows; GDAL knows some that open files and ask other machines.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected

_INDEX = re.compile(
    r"""CREATE\s+VIRTUAL\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"(?:[^"]|"")*"|\[[^\]]*\]|`[^`]*`|'[^']*'|\w+)\s+"""
    r"""USING\s+["'`\[]?(?:rtree|fts3|fts4|fts5)\b""",
    re.IGNORECASE,
)
"""A virtual table that is an index of what is in the file. Whatever is written otherwise is none."""
_PATIENCE_S = 10


def copy_geopackage(path: Path, target: Path) -> None:
    """Write a copy with its tables alone, also of a file that another program has open.

    Raises InputRejected for a file that is damaged, no GeoPackage, or whose layers are computed.
    """
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_S)) as source,
            closing(sqlite3.connect(target, isolation_level=None)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA trusted_schema = OFF")
            copy.execute("PRAGMA journal_mode = DELETE")
            _clean(copy, path.name)
    except sqlite3.Error as error:
        raise InputRejected(
            say("{path} is damaged or cut off, or no GeoPackage.", path=path.name), say("Save it anew as GeoPackage.")
        ) from error


def _clean(copy: sqlite3.Connection, name: str) -> None:
    copy.text_factory = lambda raw: raw.decode(errors="replace")
    made = copy.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    tables = {str(called) for kind, called, _ in made if kind == "table"}
    if "gpkg_contents" not in tables:
        raise InputRejected(
            say("{name} is a database of another kind, or no GeoPackage.", name=name),
            say("Save it anew as GeoPackage."),
        )
    _refuse_programs(copy, made, name)
    views = {str(called) for kind, called, _ in made if kind == "view"}
    listed = {str(row[0]) for row in copy.execute("SELECT table_name FROM gpkg_contents")}
    if listed & views and not listed - views:
        raise InputRejected(
            say(
                "{name} holds {view!r} as a view, which is computed when it is read.",
                name=name,
                view=min(listed & views),
            ),
            say("Save the layer as a table: in QGIS, Export, Save features as."),
        )
    for kind, called, _ in made:
        if kind in {"view", "trigger"}:
            copy.execute(f"DROP {kind.upper()} IF EXISTS {_quoted(str(called))}")
    for register in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions", "gpkg_ogr_contents"):
        if register in tables:
            copy.executemany(
                f"DELETE FROM {register} WHERE table_name = ?",  # noqa: S608 - names are ours
                [(view,) for view in views],
            )


def _refuse_programs(copy: sqlite3.Connection, made: list[tuple[str, str, str]], name: str) -> None:
    """Raises InputRejected for virtual tables that are no index, and for computed columns."""
    for kind, called, sql in made:
        if kind != "table" or not sql:
            continue
        if re.match(r"CREATE\s+VIRTUAL\b", sql, re.IGNORECASE):
            runs = not _INDEX.match(sql)
        else:
            runs = any(column[6] in {2, 3} for column in copy.execute(f"PRAGMA table_xinfo({_quoted(called)})"))
        if runs:
            raise InputRejected(
                say("{name} holds a table that is computed when it is read ({called}).", name=name, called=called),
                say("Save its layers as plain tables."),
            )


def _quoted(called: str) -> str:
    return '"' + called.replace('"', '""') + '"'
