"""The dated snapshot that the cube is asked in: Parquet files in the workspace's folder, the same from both databases.

    cube/2026-11-24T080000Z-1a2b3c4d/accounts.parquet activities.parquet orders.parquet about.json
    cube/current    the name of the folder that counts

A new snapshot is made aside and then named, so that whoever asks meanwhile sees the old or the new one, whole.
"""

import hashlib
import json
import shutil
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gcrm.accounts.region_lookup import regions_of
from gcrm.activities.model import Activity, Outcome
from gcrm.common.language import say
from gcrm.markets.cube.dimensions import ACCOUNTS, DONE, ORDERED, Dimensions
from gcrm.markets.cube.levels import parents_of
from gcrm.platform.errors import NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.territories.model import Region
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

FOLDER, CURRENT, ABOUT = "cube", "current", "about.json"
KEPT = 2
"""Snapshots that stay: the one that counts, and the one before it, in which somebody may still be asking."""
STEP = 20_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot: its folder, when the records were taken, of what state of the database, and its regions."""

    folder: Path
    as_of: datetime
    state: str
    dimensions: Dimensions
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CubeRefreshed:
    """What a refresh has taken: when, and how many accounts, activities and lines of orders."""

    as_of: datetime
    accounts: int
    activities: int
    orders: int


def refresh_cube(workspace: Workspace, progress: Progress = quiet) -> CubeRefreshed:
    """Take all records out of the database, in one snapshot of it, and let the cube be asked in them from now on.

    Raises Cancelled if `progress` says so; the old snapshot counts then.
    """
    base = workspace.settings.files / FOLDER
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    as_of = workspace.clock().astimezone(UTC)
    name = f"{as_of:%Y-%m-%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
    part = base / f".{name}"
    part.mkdir(mode=0o700)
    try:
        with workspace.store.read() as tx:
            state = state_of(tx)
            counts, dimensions = _write(tx, part, progress)
        about = {
            "as_of": as_of.isoformat(),
            "state": state,
            "sets": list(dimensions.sets),
            "parents": dict(dimensions.parents),
            "counts": counts,
        }
        (part / ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        # The last chance to stop; after it the new one counts.
        progress(say("Writing"), 1, 1)
        part.rename(base / name)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    pointer = base / f".{CURRENT}-{uuid.uuid4().hex}"
    pointer.write_text(name, encoding="utf-8")
    pointer.replace(base / CURRENT)
    _put_away(base, name)
    return CubeRefreshed(as_of, counts[ACCOUNTS], counts[DONE], counts[ORDERED])


def current_snapshot(workspace: Workspace) -> Snapshot:
    """The snapshot that counts. Raises NotReady where there is none, or it cannot be read."""
    base = workspace.settings.files / FOLDER
    try:
        name = (base / CURRENT).read_text(encoding="utf-8").strip()
        folder = base / Path(name).name
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        dimensions = Dimensions(tuple(about["sets"]), dict(about["parents"]))
        return Snapshot(folder, datetime.fromisoformat(about["as_of"]), about["state"], dimensions, about["counts"])
    except FileNotFoundError as error:
        raise NotReady(say("The cube has not been made yet."), say("Refresh it: `gcrm cube --refresh`.")) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotReady(
            say("The snapshot of the cube cannot be read."), say("Refresh it: `gcrm cube --refresh`.")
        ) from error


def state_of(tx: "Transaction") -> str:
    """The same for as long as nothing that the cube shows was changed, but for shapes of regions of the same names."""
    said = (
        tx.accounts.state(),
        tx.activities.state(),
        tx.orders.state(),
        tx.regions.state(),
        tx.territories.all(),
        [(one.id, one.key, one.name, one.zone) for one in tx.reps.all()],
    )
    return hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest()


def _write(tx: "Transaction", folder: Path, progress: Progress) -> tuple[dict[str, int], Dimensions]:
    sets = {name: tx.regions.of_set(name) for name in tx.regions.sets()}
    dimensions = Dimensions(tuple(sets), parents_of(sets))
    accounts = _accounts(tx, sets, progress)
    done = _done(tx)
    ordered = _ordered(tx, progress)
    progress(say("Writing"), 0, 1)
    for name, columns in ((ACCOUNTS, accounts), (DONE, done), (ORDERED, ordered)):
        _parquet(folder / f"{name}.parquet", columns, ORDERED_SQL if name == ORDERED else "*")
    counts = {name: len(one["account_id"]) for name, one in ((ACCOUNTS, accounts), (DONE, done), (ORDERED, ordered))}
    return counts, dimensions


def _accounts(tx: "Transaction", sets: Mapping[str, Sequence[Region]], progress: Progress) -> dict[str, list[Any]]:
    progress(say("Reading accounts"))
    found = tx.accounts.all()
    reps = tx.reps.all()
    names = Counter(one.name or one.key for one in reps)
    rep_names = {
        one.id: (one.name or one.key) if names[one.name or one.key] == 1 else f"{one.name} ({one.key})" for one in reps
    }
    territories = {one.id: one for one in tx.territories.all()}
    own = [territories.get(one.territory_id or 0) for one in found]
    columns: dict[str, list[Any]] = {
        "account_id": [one.id for one in found],
        "name": [one.name for one in found],
        "territory_id": [one.id if one else 0 for one in own],
        "territory": [one.name if one else None for one in own],
        "rep": [rep_names.get(one.rep_id) if one else None for one in own],
        "segment": [one.segment or None for one in found],
        "priority": [one.priority.value for one in found],
        "kind": [one.kind.value for one in found],
        "city": [one.address.city or None for one in found],
        "postcode": [one.address.postcode or None for one in found],
        "country": [one.address.country or None for one in found],
        "day": [one.created_at.astimezone(UTC).date() if one.created_at else None for one in found],
    }
    placed = [at for at, one in enumerate(found) if one.place is not None]
    points = _points([found[at].place for at in placed])
    for number, (name, regions) in enumerate(sets.items()):
        progress(say("Placing accounts in {name}", name=name), number, len(sets))
        inside: list[str | None] = [None] * len(found)
        for at, holders in zip(placed, regions_of(points, regions), strict=True):
            # Where regions overlap an account counts in the first, so that the sum of the rows is that of the records.
            inside[at] = regions[holders[0]].name if holders else None
        columns[f"region_{number}"] = inside
    return columns


def _points(places: Sequence[Any]) -> Any:
    import numpy as np

    return np.array(places, dtype=np.float64).reshape(-1, 2)


def _done(tx: "Transaction") -> dict[str, list[Any]]:
    reps = {one.id: one for one in tx.reps.all()}
    names = {one.id: one.name or one.login for one in tx.users.all()}
    found = tx.activities.since(datetime(1970, 1, 1, tzinfo=UTC))

    def doer(one: Activity) -> str | None:
        rep = reps.get(one.rep_id or 0)
        return (rep.name or rep.key) if rep else names.get(one.user_id or 0)

    def day(one: Activity) -> date:
        rep = reps.get(one.rep_id or 0)
        return one.at.astimezone(ZoneInfo(rep.zone) if rep else UTC).date()

    return {
        "id": [one.id for one in found],
        "account_id": [one.account_id for one in found],
        "day": [day(one) for one in found],
        "what": [one.kind.value for one in found],
        "outcome": [one.outcome.value if one.outcome is not Outcome.NONE else None for one in found],
        "done_by": [doer(one) for one in found],
        "check_in": [one.check_in.verdict.value if one.check_in else None for one in found],
        "is_visit": [one.is_visit for one in found],
    }


ORDERED_SQL = (
    "id, account_id, day, product, currency, "
    "(quantity_e4::DECIMAL(18,0) * 0.0001::DECIMAL(5,4))::DECIMAL(18,4) AS quantity, "
    "(amount_e4::DECIMAL(18,0) * 0.0001::DECIMAL(5,4))::DECIMAL(18,4) AS amount"
)
"""Amounts as decimals to the ten-thousandth: sums of them are exact."""


def _ordered(tx: "Transaction", progress: Progress) -> dict[str, list[Any]]:
    names = ("id", "account_id", "day", "product", "quantity_e4", "amount_e4", "currency")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    total = tx.orders.count()
    for number, row in enumerate(tx.orders.facts()):
        if number % STEP == 0:
            progress(say("Reading orders"), number, total)
        for name, value in zip(names, row, strict=True):
            columns[name].append(value if value != "" else None)
    return columns


WHOLE = frozenset({"id", "account_id", "territory_id", "quantity_e4", "amount_e4"})


def _parquet(file: Path, columns: Mapping[str, Sequence[Any]], sql: str) -> None:
    import duckdb
    import pandas as pd

    made: dict[str, Any] = {}
    for name, values in columns.items():
        if name in WHOLE:
            made[name] = pd.array(values, dtype="Int64")
        elif name == "day":
            made[name] = pd.to_datetime(pd.Series(values, dtype="object")).astype("datetime64[s]")
        elif name == "is_visit":
            made[name] = pd.array(values, dtype="bool")
        else:
            made[name] = pd.Series(values, dtype="object")
    frame = pd.DataFrame(made)
    connection = duckdb.connect(":memory:")
    try:
        # Columns of text are never taken for anything else, however many of their first values are missing.
        connection.execute("SET pandas_analyze_sample = 0")
        connection.register("frame", frame)
        texts = [name for name in columns if name not in WHOLE and name not in {"day", "is_visit"}]
        casts = ", ".join([*(f"{name}::VARCHAR AS {name}" for name in texts), "day::DATE AS day"])
        target = str(file).replace("'", "''")
        query = f"SELECT {sql} FROM (SELECT * REPLACE ({casts}) FROM frame)"  # noqa: S608 - names of ours
        connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")
    finally:
        connection.close()


def _put_away(base: Path, current: str) -> None:
    """Remove older snapshots, and what refreshes have left that were killed."""
    whole = sorted((one for one in base.iterdir() if one.is_dir()), key=lambda one: one.name.lstrip("."), reverse=True)
    others = [one for one in whole if one.name != current]
    for old in [*[one for one in others if not one.name.startswith(".")][KEPT - 1 :], *_abandoned(others)]:
        with suppress(OSError):
            shutil.rmtree(old)


def _abandoned(folders: Sequence[Path]) -> list[Path]:
    import time

    return [one for one in folders if one.name.startswith(".") and time.time() - one.stat().st_mtime > 3_600]
