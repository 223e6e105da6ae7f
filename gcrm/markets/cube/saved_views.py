"""Cuts of the cube and views of the map of accounts that people keep under a name, for everybody at a desk."""

from collections.abc import Mapping

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

KEY = "cube-views"
ACCOUNTS = "account-views"
"""Of the map of accounts."""
LONGEST_NAME, LONGEST_ADDRESS, MOST = 60, 4_000, 200


def saved_views(tx: Transaction, of: str = KEY) -> dict[str, str]:
    """Name to the address of the cut, as the page takes it, by name."""
    kept: Mapping[str, str] = tx.settings.get(of) or {}
    return dict(sorted(kept.items(), key=lambda pair: pair[0].casefold()))


def save_view(workspace: Workspace, name: str, address: str, of: str = KEY) -> str:
    """Keep a cut under a name, in the place of another one of that name; the name as it is kept.

    Raises InputRejected for a name or an address that is missing or too long, or where there are too many.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise InputRejected(
            say("The view needs a name."),
            say("Give it one of at most {longest_name} letters.", longest_name=LONGEST_NAME),
        )
    if len(address) > LONGEST_ADDRESS:
        raise InputRejected(say("This view is too long to be saved."), say("Take some filters out."))
    with workspace.store.write() as tx:
        kept = saved_views(tx, of)
        if len(kept) >= MOST and plain not in kept:
            raise InputRejected(say("There are {most} views already.", most=MOST), say("Delete some first."))
        tx.settings.set(of, {**kept, plain: address})
    return plain


def delete_view(workspace: Workspace, name: str, of: str = KEY) -> None:
    """Forget a view. Raises InputRejected where there is none of that name."""
    with workspace.store.write() as tx:
        kept = saved_views(tx, of)
        if name not in kept:
            raise InputRejected(say("There is no view {name!r}.", name=name[:60]), say("Reload the page."))
        del kept[name]
        tx.settings.set(of, kept or None)
