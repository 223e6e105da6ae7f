"""The service worker and what belongs to it."""

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from gcrm.accounts.model import Account, Address
from gcrm.common.language import ENGLISH, LANGUAGES, say
from gcrm.people.queries import rep_of_id
from gcrm.platform.errors import NotFound
from webapp.access import EVERYONE, WRITERS, allow, me, public, visible_territories
from webapp.check_in.views import NEXT_STEPS, outcomes
from webapp.context import snapshot, workspace
from webapp.offline.kept import kept_days, kept_list
from webapp.offline.pocket import pocket_of
from webapp.static_files import version
from webapp.zones import today, zone_of_user

blueprint = Blueprint("offline", __name__, template_folder="templates")

WORKER = "service-worker.js"
OTHERS = [one for one in LANGUAGES if one != ENGLISH]
BLANK = 909_090_909_090_909
"""Stands for the number of an account on the page that the service worker puts one in; no account has it."""

ICONS = (
    ("icons/192.png", 192, "any"),
    ("icons/512.png", 512, "any"),
    ("icons/maskable-192.png", 192, "maskable"),
    ("icons/maskable-512.png", 512, "maskable"),
)
"""Drawn by `python -m webapp.icons`: file, edge in pixels, and whether a phone may cut it to its own shape."""


@blueprint.get("/service-worker.js")
@public
def worker() -> ResponseReturnValue:
    """The service worker, served from the root so that it serves all pages; its version is that of the static files."""
    static = Path(str(current_app.static_folder))
    listed = [url_for("static", filename=name) for name in _shell(static)]
    here = str(current_app.static_url_path)
    script = (static / WORKER).read_text(encoding="utf-8").replace('from "./static/', f'from "{here}/')
    imports = "".join(f'import "{url_for("static", filename=f"texts/{one}.js")}";\n' for one in OTHERS)
    pages = [url_for(page, language=one) for page in ("offline.page", "offline.not_sent") for one in LANGUAGES]
    told = {"version": version(), "static": f"{here}/", "shell": [*listed, *pages], "languages": list(LANGUAGES)}
    head = current_app.json.dumps(told)
    response = Response(
        f"{imports}const GCRM = {head};\n{script}",
        mimetype="text/javascript",
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/offline")
@public
def page() -> ResponseReturnValue:
    """What stands where a page cannot be had without a connection; kept in each language."""
    return render_template("offline/page.html")


@blueprint.get("/offline/not-sent")
@public
def not_sent() -> ResponseReturnValue:
    """What stands where a form could not be sent."""
    return render_template("offline/not_sent.html")


@blueprint.get("/offline/pages")
@allow(*EVERYONE)
def pages() -> ResponseReturnValue:
    """What the signed-in user's phone keeps for times without a connection: days, pages and what they fetch."""
    return jsonify(kept_list(me()))


@blueprint.get("/offline/pocket.json")
@allow(*EVERYONE)
def pocket() -> ResponseReturnValue:
    """What a rep's phone takes along as data (`webapp.offline.pocket`); nothing for others."""
    rep = rep_of_id(snapshot(), me().rep_id)
    if rep is None:
        raise NotFound(say("There is nothing to take along."), say("Your sign-in is not linked to a rep."))
    return jsonify(pocket_of(rep, kept_days(rep), visible_territories(snapshot())))


@blueprint.get("/offline/pocket")
@allow(*EVERYONE)
def pocket_page() -> ResponseReturnValue:
    """What accounts, lists and weeks are drawn in without a connection, from the data that the phone took along."""
    return render_template("offline/pocket.html")


@blueprint.get("/offline/check-in")
@allow(*WRITERS)
def blank_check_in() -> ResponseReturnValue:
    """The check-in page of no account: the service worker puts one in, which is not among the day's stops."""
    here = today(zone_of_user())
    return render_template(
        "check_in/show.html",
        account=Account("GCRM-NAME", id=BLANK, address=Address(line="GCRM-ADDRESS")),
        begun=None,
        words="",
        lasted="",
        outcomes=outcomes(),
        next_steps=[(say(label), here + timedelta(days=days)) for label, days in NEXT_STEPS],
        back="/day/",
        zone=zone_of_user(),
        today=here,
        account_pass="GCRM-PASS",  # noqa: S106 - a mark for the worker
        map=None,
    )


@blueprint.get("/hello")
@allow(*EVERYONE)
def hello() -> ResponseReturnValue:
    """Whether the server is there, who is signed in, a fresh form token, and the time."""
    return jsonify({"user": str(me().id), "token": generate_csrf(), "now": workspace().clock().isoformat()})


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """How the app looks among a phone's apps."""
    drawn = {"src": url_for("static", filename="icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    icons = [
        {"src": url_for("static", filename=name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in ICONS
    ]
    answer = jsonify(
        {
            "name": "GCRM",
            "short_name": "GCRM",
            "start_url": url_for("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f5f7",
            "theme_color": "#0b5cad",
            "id": "/",
            "icons": [*icons, drawn],
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
