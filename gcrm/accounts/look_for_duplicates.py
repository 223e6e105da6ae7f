"""Find duplicates once, and go through what was found a page at a time until the next look."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Any

from gcrm.accounts.mark_distinct import kept_apart
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

FILE = "duplicates.json"


class Scope(StrEnum):
    """Which pairs, given the accounts that one import made."""

    ALL = ""
    WITHIN = "within"
    AGAINST = "against"


def look_for_duplicates(workspace: Workspace, progress: Progress = quiet) -> dict[str, int]:
    """Compare all accounts and keep every pair for `open_pairs`; how many were `found`. Raises Cancelled."""
    from gcrm.accounts.find_duplicates import find_duplicates

    found = find_duplicates(workspace, progress)
    file = _file(workspace)
    written = file.with_suffix(f".{os.getpid()}.new")
    written.write_text(json.dumps([asdict(pair) for pair in found], ensure_ascii=False), encoding="utf-8")
    written.replace(file)
    return {"found": len(found)}


def open_pairs(workspace: Workspace, import_id: int | None = None, scope: Scope = Scope.ALL) -> list[dict[str, Any]]:
    """The pairs of the last look that nobody has settled, likeliest first, with the fields of `Duplicate`.

    import_id: only pairs with an account that this import made: with scope WITHIN both are of it, with AGAINST one is.
    Raises NotFound for an import there is none of.
    """
    pairs = kept_pairs(workspace)
    with workspace.store.read() as tx:
        there = {account.id for account in tx.accounts.by_ids({pair[side] for pair in pairs for side in ("a", "b")})}
        made = _made_by(tx.changes.of_set(tx.changes.get(import_id).id)) if import_id is not None else None
    apart = kept_apart(workspace)

    def is_wanted(pair: dict[str, Any]) -> bool:
        ids = {pair["a"], pair["b"]}
        if not ids <= there or frozenset(ids) in apart:
            return False
        if made is None:
            return True
        of_it = len(ids & made)
        return of_it > 0 if scope is Scope.ALL else of_it == (2 if scope is Scope.WITHIN else 1)

    return [pair for pair in pairs if is_wanted(pair)]


def kept_pairs(workspace: Workspace) -> list[dict[str, Any]]:
    """All pairs of the last look, settled ones too; none where nobody has looked."""
    file = _file(workspace)
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return found


def _made_by(changes: Sequence[Any]) -> set[int]:
    return {change.account_id for change in changes if change.before is None}


def _file(workspace: Workspace) -> Path:
    return workspace.settings.files / FILE
