"""What a view has at hand: the workspace that the app was made with, and one snapshot of its database a request."""

from contextlib import ExitStack
from typing import cast

from flask import Flask, current_app, g

from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

KEY = "gcrm.workspace"


def workspace() -> Workspace:
    """The workspace of the running app."""
    return cast("Workspace", current_app.extensions[KEY])


def snapshot() -> Transaction:
    """The database as it was when this request first looked; queries read in it, so that a page agrees with itself.

    A request that has written looks anew, so that it sees what it wrote.
    """
    store = workspace().store
    if g.get("snapshot_of") != store.writes_here:
        renew()
        opened = ExitStack()
        g.snapshot = opened.enter_context(store.read())
        g.snapshot_opened, g.snapshot_of = opened, store.writes_here
    return cast("Transaction", g.snapshot)


def renew() -> None:
    """Let go of the snapshot, so that what was written since can be seen."""
    g.pop("snapshot", None)
    g.pop("snapshot_of", None)
    opened = g.pop("snapshot_opened", None)
    if opened is not None:
        opened.close()


def register(app: Flask) -> None:
    """Let go of the snapshot at the end of every request."""

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        renew()
