"""The same request sent again is answered as before, and does nothing a second time.

A program that lost the answer sends the same with the same Idempotency-Key. Keys belong to a token, and are kept for a
day. Source: IETF draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
from collections.abc import Callable

from flask import Response, request

from gcrm.people.answered import Answered, answer_once
from gcrm.people.tokens import Caller
from webapp.api.problems import Refused
from webapp.context import workspace

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def once(caller: Caller, work: Callable[[], Response]) -> Response:
    """Do the work, or answer as the first time. Raises Refused for a key that was used for something else."""
    key = request.headers.get(HEADER)
    if key is None:
        return work()
    if not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Refused(422, "The Idempotency-Key cannot be used.", "Send 1 to 255 plain characters, as a UUID.")
    asked = hashlib.sha256(
        b"\0".join([request.method.encode(), request.full_path.encode(), request.mimetype.encode(), request.get_data()])
    ).hexdigest()

    def answered() -> Answered:
        response = work()
        kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        # What may go better next time is not kept: the same may then be tried again.
        return Answered(response.status_code, kept, response.get_data(as_text=True), response.status_code < 500)

    done, is_first = answer_once(
        workspace(), caller.token.id, hashlib.sha256(key.encode()).hexdigest(), asked, answered
    )
    response = Response(done.body, done.status)
    for name, value in done.headers.items():
        response.headers[name] = value
    if not is_first:
        response.headers["Idempotency-Replayed"] = "true"
    return response
