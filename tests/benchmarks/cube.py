"""How long the cube takes over all store-days of central Iowa, beside pandas in the same run, and whether sums agree.

    python -m tests.benchmarks.cube [--file CSV] [--times 15] [--json]

Each roll-up is asked several times; `ms` and `pandas_ms` are medians of the processor's time a question, so that other
programs on the machine count in neither; `wall_ms` is the median on the wall. pandas has its table in memory and only
groups and adds up; the cube also looks up the snapshot, makes totals, and hands out exact decimals. `equal`: every cell
and total is that of pandas to the cent. Source of the data: Iowa open data.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from gcrm.accounts.model import Account
from gcrm.markets.cube.ask import ask
from gcrm.markets.cube.model import CubeAnswer, Cut
from gcrm.markets.cube.snapshot import refresh_cube
from gcrm.platform.settings import Settings
from gcrm.sales.model import OrderLine
from gcrm.workspace import Workspace, open_workspace
from tests.conftest import SHARED

FILE = SHARED / "data" / "sales" / "iowa_central_store_day_orders_2012_2018.csv.gz"
CUTS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((), ()),
    (("year",), ()),
    (("month",), ()),
    (("week",), ()),
    (("day",), ()),
    (("segment",), ("year",)),
    (("account",), ()),
    (("account",), ("year",)),
    (("account",), ("quarter",)),
    (("account", "segment"), ("year",)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    frame = pd.read_csv(options.file, parse_dates=["date"])
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Settings(home=Path(folder)))
        frame = _filled(workspace, frame)
        began = time.process_time()
        refresh_cube(workspace)
        refresh_s = time.process_time() - began
        rows = [_measured(workspace, frame, cut, options.times) for cut in CUTS]
        workspace.close()
    done = {
        "store_days": len(frame),
        "refresh_s": round(refresh_s, 2),
        "slowest_ms": max(row["ms"] for row in rows),
        "slowest_wall_ms": max(row["wall_ms"] for row in rows),
        "all_equal": all(row["equal"] for row in rows),
        "rows": rows,
    }
    if options.json:
        print(json.dumps(done))  # noqa: T201
        return
    for row in rows:
        print(  # noqa: T201
            f"{row['rows'] or 'all':<18} {row['columns']:<8} {row['cells']:>7,} cells {row['ms']:>7.1f} ms "
            f"(wall {row['wall_ms']:.0f}), pandas {row['pandas_ms']:.1f} ms, ratio {row['ratio']:.1f}, "
            f"{'equal' if row['equal'] else 'DIFFERENT'}"
        )
    print(f"{len(frame):,} store-days; the snapshot took {refresh_s:.1f} s.")  # noqa: T201


def _filled(workspace: Workspace, frame: pd.DataFrame) -> pd.DataFrame:
    """An account a store, in one of four segments, and a line a store-day; the frame with the names of both."""
    stores = sorted(set(frame["store"]))
    with workspace.store.write() as tx:
        made = tx.accounts.add_many(
            [Account(f"Store {one}", external_id=str(one), segment=f"segment {one % 4}") for one in stores]
        )
        ids = {int(one.external_id): one.id for one in made}
        cents = (frame["sale_dollars"] * 100).round().astype("int64")
        days = frame["date"].dt.date
        tx.orders.add_many(
            [
                OrderLine(ids[store], day, Decimal(amount) / 100, "USD")
                for store, day, amount in zip(frame["store"], days, cents, strict=True)
            ]
        )
    return frame.assign(
        cents=cents,
        account=[f"Store {one} ({ids[one]})" for one in frame["store"]],
        segment=[f"segment {one % 4}" for one in frame["store"]],
    )


def _pandas(frame: pd.DataFrame, names: tuple[str, ...]) -> "pd.Series[Any]":
    """The sums in cents by those dimensions."""
    day = frame["date"].dt
    made: dict[str, Callable[[], Any]] = {
        "year": lambda: day.strftime("%Y"),
        "quarter": lambda: day.year.astype(str) + "-Q" + day.quarter.astype(str),
        "month": lambda: day.strftime("%Y-%m"),
        "week": lambda: day.strftime("%G-W%V"),
        "day": lambda: day.strftime("%Y-%m-%d"),
    }
    keys = [made[name]() if name in made else frame[name] for name in names]
    if not keys:
        return pd.Series([frame["cents"].sum()], index=pd.Index([()], tupleize_cols=False))
    return frame.groupby(keys, sort=False)["cents"].sum()


def _measured(
    workspace: Workspace, frame: pd.DataFrame, cut: tuple[tuple[str, ...], tuple[str, ...]], times: int
) -> dict[str, Any]:
    rows, columns = cut
    asked = Cut(rows, columns, "sales")
    most = {"most_rows": 5_000, "most_columns": 500}
    answer = ask(workspace, asked, **most)
    sums = _pandas(frame, (*rows, *columns))
    ours, wall = _timed(lambda: ask(workspace, asked, **most), times)
    theirs, _ = _timed(lambda: _pandas(frame, (*rows, *columns)), times)
    return {
        "rows": ",".join(rows),
        "columns": ",".join(columns),
        "cells": sum(cell is not None for row in answer.table for cell in row.cells),
        "ms": round(ours, 1),
        "wall_ms": round(wall, 1),
        "pandas_ms": round(theirs, 1),
        "ratio": round(ours / theirs, 2) if theirs else 0.0,
        "equal": _equal(answer, sums, frame),
    }


def _equal(answer: CubeAnswer, sums: "pd.Series[Any]", frame: pd.DataFrame) -> bool:
    """Whether every cell, and the total, is that of pandas to the cent."""
    cells = {
        (*row.key, *column.key): cell.value
        for row in answer.table
        for column, cell in zip(answer.header, row.cells, strict=True)
        if cell
    }
    expected = {key if isinstance(key, tuple) else (key,): Decimal(int(cents)) / 100 for key, cents in sums.items()}
    return cells == expected and answer.total.value == Decimal(int(frame["cents"].sum())) / 100


def _timed(ask_: Callable[[], Any], times: int) -> tuple[float, float]:
    """Medians of the processor's time and of that on the wall, in milliseconds."""
    cpu, wall = [], []
    for _ in range(times):
        before, began = time.process_time(), time.perf_counter()
        ask_()
        cpu.append(1_000 * (time.process_time() - before))
        wall.append(1_000 * (time.perf_counter() - began))
    return statistics.median(cpu), statistics.median(wall)


if __name__ == "__main__":
    main()
