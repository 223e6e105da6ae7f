"""What a view has at hand: the workspace that the app was made with."""

from typing import cast

from flask import current_app

from gcrm.workspace import Workspace

KEY = "gcrm.workspace"


def workspace() -> Workspace:
    """The workspace of the running app."""
    return cast("Workspace", current_app.extensions[KEY])
