"""From errors of the domain to what a browser is told. HTTP codes live here and nowhere below."""

import logging

from flask import Flask, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from gcrm.common.language import say, to_say
from gcrm.planning.routing_words import fault_and_remedy
from gcrm.platform.errors import (
    Busy,
    Cancelled,
    CannotWrite,
    Conflict,
    GcrmError,
    InputRejected,
    NoAnswer,
    NotAllowed,
    NotFound,
    NotReady,
    TooOften,
)
from gcrm.platform.storage_fault import storage_fault
from webapp.api.problems import problem
from webapp.context import workspace
from webapp.security import wants_json

log = logging.getLogger("gcrm.web")

CODES: tuple[tuple[type[GcrmError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Busy, 503),
    (NoAnswer, 503),
    (TooOften, 429),
    (CannotWrite, 507),
    (Conflict, 409),
    (NotReady, 409),
    (Cancelled, 409),
    (InputRejected, 400),
)

WORDS = {
    400: (to_say("This form cannot be processed."), to_say("Go back, check what you typed and send it again.")),
    401: (to_say("Nobody is signed in."), to_say("Sign in and try again.")),
    403: (to_say("You do not have access to this page."), to_say("Ask an administrator to change your role.")),
    404: (to_say("Page not found."), to_say("Use the menu to find your way.")),
    405: (to_say("This address does not accept that request."), to_say("Use the buttons of the page.")),
    413: (to_say("The file is too large."), to_say("Send at most 50 MB; split the file.")),
    429: (to_say("Too many attempts."), to_say("Wait a minute and try again.")),
}


LATER = frozenset({401, 408, 409, 423, 425, 429})
"""Codes that speak of now: the same request may be answered well later, as it may after a fault of the server."""


API = "/api/v1/"
"""Where other programs are answered, in their own way."""


def code_of(error: GcrmError) -> int:
    """The HTTP code for an error of the domain: 422 for one that a person can mend but this table does not name."""
    return next((code for kind, code in CODES if isinstance(error, kind)), 422)


def answer(fault: str, remedy: str, code: int, **more: str) -> ResponseReturnValue:
    """The error as a whole page, as a piece of one for htmx, or as JSON: whatever was asked for.

    JSON says whether to `retry`: a phone keeps what it could not send unless the answer is final.
    """
    if request.path.startswith(API):
        return problem(code, fault, remedy)
    if request.headers.get("HX-Request"):
        return render_template("error_piece.html", fault=fault, remedy=remedy), code
    if wants_json(request):
        retry = code in LATER or code >= 500 or bool(more)
        return jsonify({"error": fault, "remedy": remedy, "retry": retry, **more}), code
    try:
        return render_template("error.html", fault=fault, remedy=remedy, code=code), code
    except (GcrmError, OSError):
        # The frame of the page asks the database who is signed in; that may be what failed.
        return f"<!doctype html><title>GCRM</title><main><h1>{escape(fault)}</h1><p>{escape(remedy)}</p></main>", code


def register(app: Flask) -> None:
    """Handle every error with words: the fault and the remedy."""

    @app.errorhandler(Busy)
    def busy(error: Busy) -> ResponseReturnValue:
        if wants_json(request) and not request.path.startswith(API):
            said: ResponseReturnValue = jsonify({"error": error.fault, "remedy": error.remedy, "retry": True})
        else:
            said = answer(error.fault, error.remedy, 503)
        response = make_response(said)
        response.status_code = 503
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(GcrmError)
    def domain_error(error: GcrmError) -> ResponseReturnValue:
        said = make_response(answer(*fault_and_remedy(error), code_of(error)))
        if said.status_code == 503:
            said.headers["Retry-After"] = "5"
        return said

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> ResponseReturnValue:
        log.warning("Refused %s %s: %s", request.method, request.path, error.description)
        fault, remedy = say("This page expired, or the request came from another site."), say("Reload and try again.")
        return answer(fault, remedy, 400, cause="form token")

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        fault, remedy = map(say, WORDS.get(code, (error.name, to_say("Go back and try again."))))
        return answer(fault, remedy, code)

    @app.errorhandler(Exception)
    def surprise(error: Exception) -> ResponseReturnValue:
        fault = storage_fault(error, workspace().settings.home)
        if fault:
            log.error("%s %s: %s", request.method, request.path, fault)
            return answer(fault.fault, fault.remedy, code_of(fault))
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        return answer(
            say("Something went wrong. Nothing was changed."),
            say(
                "Try again. If it happens again, tell your administrator the time: "
                "the log of `gcrm serve` has the cause."
            ),
            500,
        )
