"""Remember pairs of accounts that look like one business and are two."""

from gcrm.workspace import Workspace


def mark_distinct(workspace: Workspace, a: int, b: int) -> None:
    """Remember that two accounts are not one business. Raises NotFound where there is no such account."""
    with workspace.store.write() as tx:
        for one in (a, b):
            tx.accounts.get(one)
        tx.distinct_pairs.add(a, [b])


def kept_apart(workspace: Workspace) -> set[frozenset[int]]:
    """The pairs that somebody has said are two."""
    with workspace.store.read() as tx:
        return tx.distinct_pairs.all()
