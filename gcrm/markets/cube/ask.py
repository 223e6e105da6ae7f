"""Cuts of the cube, asked of DuckDB in the snapshot's files.

DuckDB sees those files and nothing else. Only names of dimensions and measures that are known reach its SQL; all that a
person or a record says goes as a parameter.
"""

# ruff: noqa: S608 - only names of ours are put into SQL; see above
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.common.language import number, say
from gcrm.markets.cube.dimensions import (
    ACCOUNTS,
    DONE,
    ORDERED,
    PERIOD,
    Dimension,
    check_facts,
    measure_of,
)
from gcrm.markets.cube.model import CubeAnswer, CubeColumn, CubeRecord, CubeRecords, CubeRow, Cut, Figure, Key
from gcrm.markets.cube.snapshot import Snapshot, current_snapshot
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    import duckdb

MOST_ROWS, MOST_COLUMNS = 1_000, 60
"""Rows and columns that are shown; what is beyond them is put together in one more."""
MOST_DIMENSIONS = 6
MOST_RECORDS = 500
MOST_VALUES = 200
"""Values that a filter may have."""
MEMORY, THREADS = "1GB", 2
REST: Key = ()
_E4 = "(coalesce(sum({}), 0) * 10000)::HUGEINT"
"""Sums leave DuckDB as whole ten-thousandths: exact, and Python takes whole numbers in a third of the time."""
Viewed = Collection[int] | None
"""Territories whose accounts count; None for all accounts."""

_open: dict[Path, "duckdb.DuckDBPyConnection"] = {}
_lock = threading.Lock()


def ask(
    workspace: Workspace,
    cut: Cut,
    *,
    territories: Viewed = None,
    most_rows: int = MOST_ROWS,
    most_columns: int = MOST_COLUMNS,
) -> CubeAnswer:
    """A cut with its numbers.

    territories: those whose accounts count, None for all. Totals are of all records of the cut, whatever is shown.
    Money is split by currency where there are several. Raises InputRejected for what is not known or goes not
    together, NotReady where the cube was never made.
    """
    snapshot = current_snapshot(workspace)
    return _Question(snapshot, cut, territories).answer(most_rows, most_columns)


def records_of(
    workspace: Workspace,
    cut: Cut,
    row: Key,
    column: Key,
    *,
    territories: Viewed = None,
    most: int = MOST_RECORDS,
) -> CubeRecords:
    """The records that a figure is made of. row, column: its keys, () for the total of all rows or columns.

    column has the values of the answer's columns, with the currency or the period where those were put in. Raises as
    `ask`, and InputRejected for a key of another length.
    """
    snapshot = current_snapshot(workspace)
    return _Question(snapshot, cut, territories).records(row, column, most)


def values_of(workspace: Workspace, dimension: str, measure: str, *, territories: Viewed = None) -> list[str]:
    """The values of a dimension among the records of a measure, for a filter to choose from; "" for none."""
    answer = ask(workspace, Cut(rows=(dimension,), measure=measure), territories=territories, most_rows=MOST_VALUES)
    return [row.key[0] or "" for row in answer.table if not row.rest]


class _Question:
    """One cut, understood: its dimensions and its SQL up to the grouping."""

    def __init__(self, snapshot: Snapshot, cut: Cut, territories: Viewed) -> None:
        self.snapshot, self.cut = snapshot, cut
        known = snapshot.dimensions
        self.measure = measure_of(cut.measure)
        self.rows = [known.get(name) for name in cut.rows]
        self.columns = [known.get(name) for name in cut.columns]
        if cut.compare:
            if self.columns:
                raise InputRejected(
                    say("Two periods are columns already."), say("Leave the columns out, or do not compare.")
                )
            self.columns = [PERIOD]
        filters = [(known.get(name), values) for name, values in cut.where.items()]
        if len(self.rows) + len(self.columns) > MOST_DIMENSIONS:
            raise InputRejected(
                say("A cut has at most {most_dimensions} dimensions.", most_dimensions=MOST_DIMENSIONS),
                say("Leave some out."),
            )
        names = [one.name for one in (*self.rows, *self.columns)]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InputRejected(say("{twice} is there twice.", twice=twice), say("Take it as rows or as columns."))
        check_facts(
            [one for one in (*self.rows, *self.columns, *(one for one, _ in filters)) if one is not PERIOD],
            self.measure,
        )
        self.source, self.given = self._source(filters, territories)

    def _source(
        self, filters: Sequence[tuple[Dimension, tuple[str, ...]]], territories: Viewed
    ) -> tuple[str, list[Any]]:
        """FROM and WHERE, and their parameters."""
        facts, given = self._facts()
        wanted = [self.measure.where]
        for one, values in filters:
            if len(values) > MOST_VALUES:
                raise InputRejected(
                    say("{one} is filtered by {count} values.", one=one.name, count=number(len(values))),
                    say("{most_values} are the most.", most_values=MOST_VALUES),
                )
            sql = _value(one)
            parts = []
            said = [value for value in values if value]
            if said:
                parts.append(f"{sql} IN ({', '.join('?' * len(said))})")
                given += said
            if len(said) < len(values):
                parts.append(f"{sql} IS NULL")
            wanted.append(f"({' OR '.join(parts) or 'TRUE'})")
        if self.cut.period:
            wanted.append("f.day BETWEEN ? AND ?")
            given += [self.cut.period.first, self.cut.period.last]
        if territories is not None:
            ids = sorted(territories)
            wanted.append(f"a.territory_id IN ({', '.join('?' * len(ids))})" if ids else "FALSE")
            given += ids
        return f"FROM {facts} f JOIN accounts a USING (account_id) WHERE {' AND '.join(wanted)}", given

    def _facts(self) -> tuple[str, list[Any]]:
        table = self.measure.facts
        if not self.cut.compare:
            return table, []
        # Periods may overlap: each takes its own records.
        each = f"SELECT *, ?::VARCHAR AS period FROM {table} WHERE day BETWEEN ? AND ?"
        given = [part for one in self.cut.compare for part in (one.name, one.first, one.last)]
        return f"({each} UNION ALL {each})", given

    def answer(self, most_rows: int, most_columns: int) -> CubeAnswer:
        """The cut with its numbers."""
        with _asked(self.snapshot) as cursor:
            self._group(cursor)
            (currencies,) = cursor.execute("SELECT list_sort(list(DISTINCT cur)) FROM g").fetchone() or ([],)
            currencies = list(currencies or []) if self.measure.is_money else []
            columns = self._split(currencies)
            sides = {"r": (len(self.rows), max(1, most_rows)), "c": (len(columns), max(1, most_columns))}
            more = {side: self._beyond(cursor, side, *limits) for side, limits in sides.items()}
            cells = self._cells(cursor, len(self.rows), len(columns), more)
            if any(more.values()):
                totals = {side: self._totals(cursor, side, sides[side][0], cut=bool(more[side])) for side in sides}
                total = _figure(cursor.execute("SELECT cur, sum(v), sum(n) FROM g GROUP BY cur").fetchall())
            else:
                totals, total = _added(cells)
        remarks = [say("Split by currency: amounts of two currencies are not added up.")] * (
            len(columns) > len(self.columns)
        )
        return self._put_together(totals["r"], totals["c"], cells, total, columns, currencies, more, remarks)

    def _split(self, currencies: Sequence[str]) -> list[Dimension]:
        """The columns, with the currency as one more where it tells amounts apart that are not added up."""
        named = {one.name for one in (*self.rows, *self.columns)}
        split = len(currencies) > 1 and "currency" not in named
        return [*self.columns, *([self.snapshot.dimensions.get("currency")] if split else [])]

    def records(self, row: Key, column: Key, most: int) -> CubeRecords:
        """The records of one figure."""
        with _asked(self.snapshot) as cursor:
            columns = self._split(self._currencies(cursor))
            source, given = self.source, list(self.given)
            for dimensions, key in ((self.rows, row), (columns, column)):
                if key and len(key) != len(dimensions):
                    raise InputRejected(say("That is no cell of this cut."), say("Open it from the table again."))
                for one, value in zip(dimensions, key, strict=False):
                    source += f" AND {_value(one)} IS NOT DISTINCT FROM ?"
                    given.append(value)
            money = "coalesce(f.currency, '')" if self.measure.is_money else "''"
            sums = f"SELECT {money}, {_E4.format(self.measure.sql)}, count(*) {source} GROUP BY ALL ORDER BY 1"
            figure = _figure(cursor.execute(sums, given).fetchall())
            what = {
                ACCOUNTS: "a.kind",
                DONE: "f.what || coalesce(', ' || f.outcome, '')",
                ORDERED: "coalesce(f.product, '')",
            }[self.measure.facts]
            number = "f.account_id" if self.measure.facts == ACCOUNTS else "f.id"
            found = cursor.execute(
                f"SELECT {number}, f.account_id, a.name, f.day, {what}, {self.measure.sql}, {money} {source} "
                f"ORDER BY f.day DESC NULLS LAST, {number} DESC LIMIT ?",
                [*given, most],
            ).fetchall()
        listed = tuple(
            CubeRecord(one[0], one[1], one[2], one[3], self._in_words(one[4] or ""), _decimal(one[5]), one[6])
            for one in found
        )
        return CubeRecords(listed, figure, max(0, figure.records - len(listed)))

    def _in_words(self, what: str) -> str:
        """What a record is, as a person reads it: a kind of account, what was done and its outcome, or a product."""
        return what if self.measure.facts == ORDERED else ", ".join(say(one) for one in what.split(", "))

    def _currencies(self, cursor: "duckdb.DuckDBPyConnection") -> list[str]:
        if not self.measure.is_money:
            return []
        found = cursor.execute(f"SELECT DISTINCT coalesce(f.currency, '') {self.source} ORDER BY 1", self.given)
        return [row[0] for row in found.fetchall()]

    def _group(self, cursor: "duckdb.DuckDBPyConnection") -> None:
        """The finest figures of the cut, in a table of this cursor: keys r0, c0 and so on, currency, sum, records.

        Money has its currency as one more column at the end, which counts where amounts have to be told apart by it.
        """
        keys = [f"{_value(one)} AS r{at}" for at, one in enumerate(self.rows)]
        keys += [f"{_value(one)} AS c{at}" for at, one in enumerate(self.columns)]
        money = "''"
        if self.measure.is_money:
            money = "coalesce(f.currency, '')"
            keys.append(f"nullif(f.currency, '') AS c{len(self.columns)}")
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE g AS SELECT {''.join(f'{key}, ' for key in keys)}{money} AS cur, "
            f"{_E4.format(self.measure.sql)} AS v, count(*) AS n {self.source} GROUP BY ALL",
            self.given,
        )

    def _beyond(self, cursor: "duckdb.DuckDBPyConnection", side: str, count: int, most: int) -> int:
        """How many more rows (side "r") or columns ("c") there are than may be shown.

        Where there are more, those with the most records stand in a table of this cursor.
        """
        if not count:
            return 0
        keys = ", ".join(f"{side}{at}" for at in range(count))
        (all_,) = cursor.execute(f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM g)").fetchone() or (0,)
        if all_ <= most:
            return 0
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE kept_{side} AS SELECT {keys} FROM g GROUP BY {keys} "
            f"ORDER BY sum(n) DESC, {keys} LIMIT ?",
            [most],
        )
        return int(all_ - most)

    def _totals(self, cursor: "duckdb.DuckDBPyConnection", side: str, count: int, *, cut: bool) -> dict[Key, Figure]:
        """The totals of the rows or columns that are shown."""
        keys = "".join(f"{side}{at}, " for at in range(count))
        kept = f"SEMI JOIN kept_{side} ON {_same(side, count)}" if cut else ""
        found: dict[Key, list[Any]] = {}
        query = f"SELECT {keys}cur, sum(v), sum(g.n) FROM g {kept} GROUP BY {keys}cur"
        for row in cursor.execute(query).fetchall():
            found.setdefault(tuple(row[:count]), []).append(row[count:])
        return {key: _figure(some) for key, some in found.items()}

    def _cells(
        self, cursor: "duckdb.DuckDBPyConnection", rows: int, columns: int, more: Mapping[str, int]
    ) -> dict[Key, dict[Key, Figure]]:
        """Row to column to figure."""
        keys = [*(f"r{at}" for at in range(rows)), *(f"c{at}" for at in range(columns))]
        joins = " ".join(
            f"SEMI JOIN kept_{side} ON {_same(side, count)}"
            for side, count in (("r", rows), ("c", columns))
            if more[side]
        )
        both = rows + columns
        found: dict[Key, dict[Key, Figure]] = {}
        for row in cursor.execute(f"SELECT {''.join(f'{key}, ' for key in keys)}cur, v, n FROM g {joins}").fetchall():
            line = found.setdefault(row[:rows], {})
            key = row[rows:both]
            known = line.get(key)
            # One figure has several currencies only where rows or columns have been put together.
            value = {row[both]: Decimal(row[both + 1]).scaleb(-4)}
            if known:
                line[key] = Figure({**known.by_currency, **value}, known.records + row[both + 2])
            else:
                line[key] = Figure(value, row[both + 2])
        return found

    def _put_together(
        self,
        row_totals: dict[Key, Figure],
        column_totals: dict[Key, Figure],
        cells: Mapping[Key, Mapping[Key, Figure]],
        total: Figure,
        columns: Sequence[Dimension],
        currencies: Sequence[str],
        more: Mapping[str, int],
        remarks: list[str],
    ) -> CubeAnswer:
        more_rows, more_columns = more["r"], more["c"]
        if self.cut.compare:
            # Both periods are there, in the order in which they were named, even where one has no record.
            tails = sorted({key[1:] for key in column_totals}, key=_order)
            wanted = [(one.name, *tail) for tail in tails or [()] for one in self.cut.compare]
            column_totals = {key: column_totals.get(key, Figure({}, 0)) for key in wanted}
            header_keys = list(column_totals)
        else:
            header_keys = sorted(column_totals, key=_order) or [()] * (not columns)
        header = [CubeColumn(key, _labels(columns, key), column_totals.get(key, Figure({}, 0))) for key in header_keys]
        if more_columns:
            rest = _less(total, [one.total for one in header])
            header.append(CubeColumn(REST, (say("{more} more", more=number(more_columns)),), rest, more_columns))
            remarks.append(
                say(
                    "{more} more columns are put together in the last one; filter to see them.",
                    more=number(more_columns),
                )
            )
        table = []
        for key in self._sorted(row_totals):
            of_row = cells.get(key, {})
            row = [of_row.get(column) for column in header_keys]
            if more_columns:
                row.append(_less(row_totals[key], [one for one in row if one]))
            table.append(self._compared(CubeRow(key, _labels(self.rows, key), tuple(row), row_totals[key])))
        if more_rows:
            in_columns = [
                _less(column.total, [one for row in table if (one := row.cells[at])])
                for at, column in enumerate(header)
            ]
            rest = _less(total, [row.total for row in table])
            last = CubeRow(REST, (say("{more} more", more=number(more_rows)),), tuple(in_columns), rest, more_rows)
            table.append(self._compared(last))
            remarks.append(
                say("{more} more rows are put together in the last one; filter to see them.", more=number(more_rows))
            )
        whole = self._compared(CubeRow((), (), tuple(one.total for one in header), total))
        return CubeAnswer(
            cut=self.cut,
            as_of=self.snapshot.as_of,
            unit=self.measure.unit,
            columns=tuple(one.name for one in columns),
            header=tuple(header),
            table=tuple(table),
            total=total,
            currencies=tuple(currencies),
            remarks=tuple(remarks),
            total_difference=whole.difference,
            total_change=whole.change,
        )

    def _sorted(self, totals: dict[Key, Figure]) -> list[Key]:
        """Rows as they run in time, a single other dimension by what it comes to, else by their keys; missing last."""
        if len(self.rows) == 1 and not self.rows[0].is_time:
            return sorted(totals, key=lambda key: (key[0] is None, -sum(totals[key].by_currency.values()), str(key[0])))
        return sorted(totals, key=_order)

    def _compared(self, row: CubeRow) -> CubeRow:
        """The row with the difference of its two periods, by currency."""
        if not self.cut.compare:
            return row
        per: tuple[dict[str, Decimal], dict[str, Decimal]] = ({}, {})
        for at, cell in enumerate(row.cells):
            for currency, value in (cell.by_currency if cell else {}).items():
                side = per[at % 2]
                side[currency] = side.get(currency, Decimal(0)) + value
        names = sorted({*per[0], *per[1]}) or [""]
        pairs = {name: (per[0].get(name, Decimal(0)), per[1].get(name, Decimal(0))) for name in names}
        return replace(
            row,
            difference={name: after - before for name, (before, after) in pairs.items()},
            change={
                name: float((after - before) / abs(before)) if before else None
                for name, (before, after) in pairs.items()
            },
        )


def _value(one: Dimension) -> str:
    """The SQL of a dimension: NULL where a record has none."""
    return f"nullif({one.sql}, '')"


def _same(side: str, count: int) -> str:
    return " AND ".join(f"g.{side}{at} IS NOT DISTINCT FROM kept_{side}.{side}{at}" for at in range(count))


def _added(cells: Mapping[Key, Mapping[Key, Figure]]) -> tuple[dict[str, dict[Key, Figure]], Figure]:
    """The totals of rows ("r") and columns ("c"), and of all, of cells that are all there."""
    rows = {key: _sum(line.values()) for key, line in cells.items()}
    columns: dict[Key, list[Figure]] = {}
    for line in cells.values():
        for key, figure in line.items():
            columns.setdefault(key, []).append(figure)
    return {"r": rows, "c": {key: _sum(some) for key, some in columns.items()}}, _sum(rows.values())


def _sum(figures: Iterable[Figure]) -> Figure:
    added: dict[str, Decimal] = {}
    records = 0
    for one in figures:
        records += one.records
        for currency, value in one.by_currency.items():
            known = added.get(currency)
            added[currency] = value if known is None else known + value
    return Figure(dict(sorted(added.items())), records)


def _labels(dimensions: Sequence[Dimension], key: Key) -> tuple[str, ...]:
    return tuple(one.in_words(value) for one, value in zip(dimensions, key, strict=True))


def _order(key: Key) -> tuple[tuple[bool, str, str], ...]:
    return tuple((value is None, (value or "").casefold(), value or "") for value in key)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    return Decimal(value or 0)


def _figure(rows: Sequence[Sequence[Any]]) -> Figure:
    """Of rows of currency, sum in ten-thousandths, and count."""
    by_currency = {row[0]: Decimal(row[1]).scaleb(-4) for row in sorted(rows, key=lambda row: str(row[0])) if row[2]}
    return Figure(by_currency, int(sum(row[2] for row in rows)))


def _less(total: Figure, parts: Sequence[Figure]) -> Figure:
    """What is left of a total."""
    left = dict(total.by_currency)
    for part in parts:
        for currency, value in part.by_currency.items():
            left[currency] = left.get(currency, Decimal(0)) - value
    return Figure(left, total.records - sum(part.records for part in parts))


@contextmanager
def _asked(snapshot: Snapshot) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A cursor on the snapshot's files. Raises NotReady where they are not there any more."""
    import duckdb

    try:
        cursor = _connection(snapshot.folder).cursor()
        try:
            yield cursor
        finally:
            cursor.close()
    except duckdb.IOException as error:
        raise NotReady(say("The snapshot of the cube was replaced meanwhile."), say("Ask again.")) from error
    except duckdb.OutOfMemoryException as error:
        raise InputRejected(say("This cut has too many cells."), say("Filter it, or take fewer dimensions.")) from error


def _connection(folder: Path) -> "duckdb.DuckDBPyConnection":
    """The connection on a snapshot, opened once; older ones are let go of."""
    import duckdb

    with _lock:
        if folder not in _open:
            for old in [one for one in _open if one.parent == folder.parent]:
                # Cursors that are asking in it keep it open until they are done.
                del _open[old]
            connection = duckdb.connect(":memory:", config={"threads": THREADS, "memory_limit": MEMORY})
            for name in (ACCOUNTS, DONE, ORDERED):
                file = str(folder / f"{name}.parquet").replace("'", "''")
                connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{file}')")
            inside = str(folder).replace("'", "''")
            connection.execute(f"SET allowed_directories = ['{inside}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            _open[folder] = connection
        return _open[folder]
