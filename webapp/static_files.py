"""Scripts, styles and icons: addresses that change when any of them does, so that a browser keeps each for good.

All have one version, which stands in front of their paths, so that a script that imports its neighbour imports the
neighbour of its own version. A page that somebody kept may ask for an older version: it gets the file of today.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, send_from_directory
from markupsafe import Markup
from werkzeug.exceptions import NotFound as MissingFile

from gcrm.common.language import say
from gcrm.platform.errors import NotFound
from webapp.access import public

FOLDER = Path(__file__).resolve().parent / "static"
LIFE_S = 31_536_000
_OLDER = re.compile(r"[0-9a-f]{16}/")


@cache
def version(folder: Path = FOLDER) -> str:
    """The version of all static files; worked out once a process."""
    digest = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def url_path() -> str:
    """Where the static files are, without a slash at the end."""
    return f"/static/{version()}"


def register(app: Flask) -> None:
    """Let browsers keep the files of this version, and answer for older ones."""
    theme = Markup((FOLDER / "theme.js").read_text(encoding="utf-8"))  # noqa: S704 - a file of ours

    @app.get("/static/<path:filename>")
    @public
    def static_of_any_version(filename: str) -> Response:
        file = _OLDER.sub("", filename, count=1)
        try:
            return send_from_directory(FOLDER, file, max_age=0)
        except MissingFile as unknown:
            raise NotFound(
                say("There is no file {filename}.", filename=repr(filename[:80])), say("Reload the page.")
            ) from unknown

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 206, 304}:
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = LIFE_S
            response.cache_control.immutable = True
        return response

    @app.context_processor
    def theme_first() -> dict[str, Any]:
        # Light or dark is settled before anything is painted; asking for a file would hold up the page.
        return {"theme_script": theme, "nonce": g.get("csp_nonce", "")}
