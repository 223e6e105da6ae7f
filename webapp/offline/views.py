"""The service worker and what belongs to it."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import public

blueprint = Blueprint("offline", __name__, template_folder="templates")

WORKER = "service-worker.js"


@blueprint.get("/service-worker.js")
@public
def worker() -> ResponseReturnValue:
    """The service worker, served from the root so that it serves all pages; its version is that of the static files."""
    static = Path(str(current_app.static_folder))
    listed = [url_for("static", filename=name) for name in _shell(static)]
    script = (static / WORKER).read_text(encoding="utf-8")
    head = current_app.json.dumps({"version": _version(static), "shell": [*listed, url_for("offline.page")]})
    response = Response(f"const GCRM = {head};\n{script}", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/offline")
@public
def page() -> ResponseReturnValue:
    """What stands where a page cannot be had without a connection."""
    return render_template("offline/page.html")


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """How the app looks among a phone's apps."""
    icon = {"src": url_for("static", filename="icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    answer = jsonify(
        {
            "name": "GCRM",
            "short_name": "GCRM",
            "start_url": url_for("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f5f7",
            "theme_color": "#0b5cad",
            "icons": [icon],
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


def _shell(static: Path) -> list[str]:
    """What a page needs to be drawn: our own scripts and styles, and those of the packages without their licences."""
    return sorted(
        file.relative_to(static).as_posix()
        for file in static.rglob("*")
        if file.suffix in {".js", ".css", ".svg"} and file.name != WORKER and "licences" not in file.parts
    )


@cache
def _version(static: Path) -> str:
    """Changes whenever a static file does; counted once a process."""
    digest = hashlib.sha256()
    for name in [*_shell(static), WORKER]:
        digest.update(name.encode() + (static / name).read_bytes())
    return digest.hexdigest()[:16]
