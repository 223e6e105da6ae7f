"""Help: the guides, and the way to the part of one that belongs to a page."""

import io
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from gcrm.common.language import say
from gcrm.platform.errors import NotFound
from webapp.access import EVERYONE, allow, me
from webapp.help.guide import GUIDES, PICTURES, read_guide
from webapp.help.parts import part_of

blueprint = Blueprint("help", __name__, url_prefix="/help", template_folder="templates")


@blueprint.app_context_processor
def _link() -> dict[str, Any]:
    """For each page: where its help is."""
    if not current_user.is_authenticated or (request.endpoint or "").startswith("help."):
        return {"help_url": None}
    guide, part = part_of(request.endpoint or "", current_user.role)
    return {"help_url": url_for("help.show", name=guide, _anchor=part or None)}


@blueprint.get("/")
@allow(*EVERYONE)
def list_all() -> ResponseReturnValue:
    """The guide of one's own role."""
    return _page(me().role.value)


@blueprint.get("/<name>")
@allow(*EVERYONE)
def show(name: str) -> ResponseReturnValue:
    """One guide."""
    return _page(name)


@blueprint.get("/pictures/<name>")
@allow(*EVERYONE)
def picture(name: str) -> ResponseReturnValue:
    """A picture of a page."""
    if not (PICTURES / name).is_file():
        raise NotFound(say("There is no such picture."), say("Go back to the guide."))
    return send_file(io.BytesIO((PICTURES / name).read_bytes()), mimetype="image/jpeg", max_age=86_400)


def _page(name: str) -> str:
    guide = read_guide(name, url_for("help.picture", name="x").removesuffix("x"))
    return render_template(
        "help/show.html", guide=guide, name=name, guides={key: say(label) for key, label in GUIDES.items()}
    )
