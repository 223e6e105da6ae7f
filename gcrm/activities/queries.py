"""What pages ask about what happened, in one snapshot."""

from gcrm.store import Transaction


def closed_down(tx: Transaction) -> frozenset[int]:
    """The accounts that are closed down, by the last outcome that says anything."""
    return frozenset(tx.activities.closed_down())
