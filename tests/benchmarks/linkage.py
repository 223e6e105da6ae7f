"""How well duplicates are found in a file whose duplicates are known.

    python -m tests.benchmarks.linkage --file CSV --truth-column NAME --json

Rows with the same value in the truth column are one. `pairwise` judges the pairs as they are found, `clustered` all
pairs inside the groups that they tie together. The threshold is the product's own; nothing is trained.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from gcrm.accounts.linkage.clusters import clusters
from gcrm.accounts.linkage.pairs import find_pairs
from gcrm.accounts.linkage.profile import profile_of
from gcrm.accounts.model import Account
from gcrm.imports.cleaning import Cleaner
from gcrm.imports.columns import heading_score, map_columns
from gcrm.imports.table import Table, read_csv

Pairs = set[tuple[int, int]]


def accounts_of(table: Table, truth_column: str) -> tuple[list[Account], dict[int, str]]:
    """Accounts as the import would make them, numbered by line, and the true entity of each. No row is left out."""
    if truth_column not in table.headings:
        raise SystemExit(f"There is no column {truth_column!r}; there are {', '.join(table.headings)}.")
    column = table.headings.index(truth_column)
    hidden = {"external_id"}
    mapping = map_columns([heading if heading != truth_column else "" for heading in table.headings])
    cleaner = Cleaner.of(table, mapping, "US")
    accounts = []
    for row in table.rows:
        draft = cleaner.clean(row)
        values = {name: value for name, value in draft.values.items() if name not in hidden}
        accounts.append(replace(Account(address=draft.address, name=values["name"]), **values, id=row.number))
    return accounts, {row.number: row.cells[column] for row in table.rows}


def score(found: Pairs, true: Pairs) -> dict[str, float]:
    """Precision, recall and their harmonic mean."""
    right = len(found & true)
    precision, recall = right / max(len(found), 1), right / max(len(true), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def within(groups: Iterable[Iterable[int]]) -> Pairs:
    """All pairs inside the groups."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def measure(file: Path, truth_column: str) -> dict[str, Any]:
    """The figures of one file."""
    accounts, entity = accounts_of(read_csv(file, heading_score()), truth_column)
    of_entity = defaultdict(list)
    for account, name in entity.items():
        of_entity[name].append(account)
    true = within(of_entity.values())
    began = time.perf_counter()
    pairs = find_pairs([profile_of(account) for account in accounts])
    groups = clusters(pairs)
    seconds = time.perf_counter() - began
    return {
        "rows": len(accounts),
        "entities": len(of_entity),
        "pairwise": score({(pair.a, pair.b) for pair in pairs}, true),
        "clustered": score(within(groups), true),
        "seconds": round(seconds, 2),
    }


def main() -> None:
    """Print the figures as JSON, or as a few lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--truth-column", required=True)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    document = measure(asked.file, asked.truth_column)
    lines = "\n".join(f"{name}: {value}" for name, value in document.items())
    print(json.dumps(document) if asked.json else lines)  # noqa: T201 - what a benchmark is for


if __name__ == "__main__":
    main()
