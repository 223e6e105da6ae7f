"""Let every account fall to the territory that it lies in."""

from typing import Any

from gcrm.accounts.ground import foresee
from gcrm.accounts.ownership import fill
from gcrm.platform.documents import as_document
from gcrm.workspace import Workspace


def fill_territories(workspace: Workspace) -> dict[str, Any]:
    """Fill all territories; locked accounts stay where they are.

    Returns the document of `gcrm territories fill`: assigned, changed and locked (numbers of accounts), by_territory
    (number by name), unowned and doubly_owned (lists with account, name, reason).
    """
    # Where places lie takes seconds for many accounts: before the one writer's turn.
    with workspace.store.read() as tx:
        foreseen = foresee(tx)
    with workspace.store.write() as tx:
        filled = fill(tx, foreseen=foreseen)
    document: dict[str, Any] = as_document(filled)
    return document
