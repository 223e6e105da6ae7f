"""What language a request is answered in: the user's, where one was chosen under Me, else the browser's.

The API answers in English, whoever asks.
"""

from contextlib import ExitStack
from typing import Any

from flask import Flask, Response, g, request
from flask_login import current_user
from markupsafe import Markup

from gcrm.common.language import ENGLISH, LANGUAGES, language, say, say_n, speaking
from gcrm.platform.errors import GcrmError
from webapp.formats import counted

UNSPOKEN = ("/api/", "/static/")
"""Addresses below which nothing is said to a person in a language of theirs."""


def register(app: Flask) -> None:
    """Answer each request in its language, and hand what says texts to the templates."""

    @app.before_request
    def begin() -> None:
        # A request inside another, as an error's page, goes on in the language of the outer one.
        if "speaking" in g:
            return
        g.speaking = ExitStack()
        g.speaking.enter_context(speaking(_language_of_request()))

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        spoken = g.pop("speaking", None)
        if spoken is not None:
            spoken.close()

    @app.after_request
    def name(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = language()
            response.vary.add("Accept-Language")
        return response

    @app.context_processor
    def words() -> dict[str, Any]:
        return {"language": language(), "languages": LANGUAGES}

    app.jinja_env.globals.update(say=say, say_n=say_n, say_html=say_html, counted=counted)


def say_html(text: str, **values: object) -> Markup:
    """A text with markup of its own in the language at hand, as `say` has it; the values are escaped.

    text: a literal of ours, as its markup is taken for what it is.
    """
    return Markup(say(text)).format(**values) if values else Markup(say(text))  # noqa: S704 - a text of ours


def of_browser() -> str:
    """The language that the browser asks for, of those that can be spoken."""
    return request.accept_languages.best_match(list(LANGUAGES), ENGLISH) or ENGLISH


def _language_of_request() -> str:
    if request.path.startswith(UNSPOKEN):
        return ENGLISH
    asked = request.args.get("language", "")
    if asked in LANGUAGES and request.path.startswith("/offline"):  # a page that phones keep in each
        return asked
    try:
        chosen = current_user.user.language if current_user.is_authenticated else ""
    except (GcrmError, OSError):  # whose session it is cannot be read now; whoever needs to know will say so
        chosen = ""
    return chosen or of_browser()
