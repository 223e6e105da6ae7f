"""Remember pairs of accounts that look like one business and are two."""

from gcrm.workspace import Workspace

KEY = "kept apart"
MOST = 5_000
"""Pairs remembered; the oldest are forgotten first."""


def mark_distinct(workspace: Workspace, a: int, b: int) -> None:
    """Remember that two accounts are not one business. Raises NotFound where there is no such account."""
    with workspace.store.write() as tx:
        for one in (a, b):
            tx.accounts.get(one)
        pair = sorted((a, b))
        kept = [one for one in tx.settings.get(KEY, []) if one != pair]
        tx.settings.set(KEY, [*kept, pair][-MOST:])


def kept_apart(workspace: Workspace) -> set[frozenset[int]]:
    """The pairs that somebody has said are two."""
    with workspace.store.read() as tx:
        return {frozenset(pair) for pair in tx.settings.get(KEY, [])}
