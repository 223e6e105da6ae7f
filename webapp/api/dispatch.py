"""From a request to an operation and back: who asks, what was sent, once or again, and the answer."""

import functools
import json
from typing import Any

from flask import Response, g

from gcrm.accounts.entry import EntryRejected
from gcrm.people.tokens import Caller
from gcrm.platform.errors import GcrmError, InputRejected
from webapp.access import public
from webapp.api import idempotency
from webapp.api.bearer import admit
from webapp.api.operation import Operation, Reply
from webapp.api.problems import Refused, problem
from webapp.api.reading import given_to
from webapp.errors import code_of


def view_of(operation: Operation) -> Any:
    """What Flask calls for an operation."""

    @functools.wraps(operation.view)
    def view(**path: Any) -> Response:
        try:
            caller = admit(operation)
            g.api_caller = caller
            if caller is not None and operation.takes_key:
                return idempotency.once(caller, lambda: _done(operation, path))
            return _done(operation, path)
        except Refused as refused:
            return refused.answer()
        except GcrmError as error:
            return said(error)

    # The guard of the pages asks for a session; here the token decides, above.
    return public(view)


def said(error: GcrmError) -> Response:
    """An error of the domain as a problem document."""
    if isinstance(error, EntryRejected):
        faults = [{"field": name, "fault": one.fault, "remedy": one.remedy} for name, one in error.faults.items()]
        return problem(422, error.fault, error.remedy, errors=faults)
    return problem(422 if isinstance(error, InputRejected) else code_of(error), error.fault, error.remedy)


def caller() -> Caller:
    """Who calls the operation of this request."""
    found: Caller = g.api_caller
    return found


def _done(operation: Operation, path: dict[str, Any]) -> Response:
    try:
        reply = operation.view(given_to(operation, path))
    except Refused as refused:
        return refused.answer()
    except GcrmError as error:
        return said(error)
    return _response(reply)


def _response(reply: Reply) -> Response:
    body = "" if reply.document is None else json.dumps(reply.document, ensure_ascii=False, allow_nan=False)
    response = Response(body, reply.status)
    if reply.document is None:
        response.headers.pop("Content-Type", None)
    else:
        response.headers["Content-Type"] = reply.content_type
    if reply.etag:
        response.headers["ETag"] = f'"{reply.etag}"'
    response.headers.update(reply.headers)
    return response
