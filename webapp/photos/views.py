"""Photos: phones send them one by one, after what they belong to; whoever may see the account sees them."""

import json
from contextlib import closing
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from gcrm.activities.photos import LARGEST_BYTES, add_photo, photo_with_content
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected, NotFound
from webapp.access import EVERYONE, WRITERS, account_to_see, allow, me
from webapp.check_in.told import read_times, teller, text
from webapp.context import snapshot, workspace

blueprint = Blueprint("photos", __name__, url_prefix="/photos")

KEPT_S = 30 * 86_400
"""A photo's address names one photo for good: browsers keep it."""


@blueprint.post("/")
@allow(*WRITERS)
def add() -> ResponseReturnValue:
    """Keep a photo: `told` (what the phone says of it, as JSON) and `photo` (its bytes). Sent again it is one."""
    given = _told()
    sent = request.files.get("photo")
    if sent is None:
        raise InputRejected(say("There is no photo."), say("Take it again."))
    with closing(sent):
        content = sent.read(LARGEST_BYTES + 1)
    kept = add_photo(
        workspace(),
        text(given, "about", 64),
        content,
        user_id=teller(0, given).user_id,
        client_id=text(given, "client_id", 64),
        times=read_times(given),
    )
    return jsonify({"client_id": kept.client_id, "id": kept.id, "now": workspace().clock().isoformat()})


@blueprint.get("/<int:photo_id>")
@allow(*EVERYONE)
def show(photo_id: int) -> ResponseReturnValue:
    """The photo itself, for its taker and everybody who may see the account."""
    photo, content, account_id = photo_with_content(workspace(), photo_id)
    if photo.user_id != me().id:
        if account_id is None:
            raise NotFound(say("There is no such photo."), say("Look at the history of the account."))
        account_to_see(snapshot(), account_id)
    response = Response(content, mimetype=photo.media_type)
    response.cache_control.private = True
    response.cache_control.max_age = KEPT_S
    response.cache_control.immutable = True
    return response


def _told() -> dict[str, Any]:
    try:
        given = json.loads(request.form.get("told", ""))
    except (ValueError, RecursionError) as wrong:
        raise InputRejected(say("That is not a photo of a phone."), say("Take it again.")) from wrong
    if not isinstance(given, dict):
        raise InputRejected(say("That is not a photo of a phone."), say("Take it again."))
    return given
