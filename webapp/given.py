"""What a request may carry: numbers that the database can hold, days near our time, text without signs that break it.

Every view reads addresses, queries, forms and JSON through what is set up here, so that none has to think of it.
"""

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected, NotFound

MOST = 2**31 - 1
"""The largest number that a column of numbers holds, on either database."""
MOST_EXACT = 2**53
"""The largest number that JSON carries exactly."""
LONGEST_PART = 200
"""Letters of a name in an address."""
DEEPEST = 20
"""Levels of a JSON document."""
YEARS = range(2000, 2201)


def whole(text: str) -> int:
    """A whole number as people write it. Raises ValueError for any other text, and for one that nothing can be."""
    sign, digits = (-1, text[1:]) if text[:1] == "-" else (1, text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10) or int(digits) > MOST:
        raise ValueError(say("{typed} is no number that can be", typed=repr(text[:20])))
    return sign * int(digits)


def day_of(text: str) -> date:
    """A day as an address or a form has it. Raises InputRejected for what is no day, or far from our time."""
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise InputRejected(
            say("{typed} is not a day.", typed=repr(text[:40])), say("Write it as 2026-11-24.")
        ) from wrong
    if day.year not in YEARS:
        raise InputRejected(
            say("The year {year} is not one to plan for.", year=day.year), say("Choose a day near today.")
        )
    return day


def instant_of(text: str) -> datetime:
    """An instant as a phone sends it, in UTC where it does not say. Raises InputRejected as `day_of`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise InputRejected(
            say("{typed} is not a time.", typed=repr(text[:40])), say("Reload the page and try again.")
        ) from wrong
    if at.year not in YEARS:
        raise InputRejected(
            say("The year {year} is not possible.", year=at.year), say("Set the clock of the phone and try again.")
        )
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class Parameters(ImmutableMultiDict[str, Any]):
    """Queries and forms; a number asked for with `type=int` is one that the database can hold."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002 - as werkzeug calls it
        """As werkzeug's, with `whole` in the place of `int`."""
        return super().get(key, default, whole if type is int else type)


class Given(Request):
    """A request whose parameters are read with care."""

    parameter_storage_class = Parameters


class Whole(IntegerConverter):
    """A number in an address: the id of something, so nothing has a number that the database cannot hold."""

    regex = r"\d{1,10}"

    def to_python(self, value: str) -> int:
        """Read it. An address with any other number leads nowhere."""
        try:
            return whole(value)
        except ValueError as wrong:
            raise ValidationError from wrong


class Part(UnicodeConverter):
    """A name in an address."""

    def to_python(self, value: str) -> str:
        """Read it. Nothing has a name so long, or with signs that no name has."""
        if len(value) > LONGEST_PART or not is_text(value):
            raise ValidationError
        return value


def is_text(value: str) -> bool:
    """Whether a text can be kept and sent: no NUL, no half of a pair of surrogates."""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def register(app: Flask) -> None:
    """Read all requests of an app with this care."""
    app.request_class = Given
    app.url_map.converters.update({"int": Whole, "default": Part, "string": Part})

    @app.before_request
    def look() -> None:
        if not is_text(request.path):
            raise NotFound(say("Page not found."), say("Use the menu to find your way."))
        texts = [*request.args.values(), *request.args.keys()]
        if request.is_json and (request.content_length or request.method != "GET"):
            texts += _texts_of(_json())
        else:
            texts += [*(value for _, value in request.form.items(multi=True)), *request.form.keys()]
            texts += [one.filename or "" for _, one in request.files.items(multi=True)]
        if not all(is_text(text) for text in texts):
            raise InputRejected(
                say("A text holds a sign that cannot be kept (NUL, or half of a character)."),
                say("Take it out and try again."),
            )


def _json() -> Any:
    """The document that was sent. Raises InputRejected for what is none."""
    wrong = InputRejected(say("What was sent cannot be read."), say("Reload the page and try again."))
    try:
        return request.get_json()
    except (BadRequest, RecursionError, ValueError) as error:
        raise wrong from error


def _texts_of(document: Any, depth: int = 0) -> list[str]:
    """All texts of a JSON document. Raises InputRejected for numbers that nothing can be, and for a bottomless one."""
    if depth > DEEPEST:
        raise InputRejected(say("What was sent is nested too deeply."), say("Reload the page and try again."))
    if isinstance(document, (int, float)) and not abs(document) <= MOST_EXACT:
        raise InputRejected(say("The form contains an impossible number."), say("Reload the page and try again."))
    if isinstance(document, str):
        return [document]
    if isinstance(document, dict):
        return [text for pair in document.items() for part in pair for text in _texts_of(part, depth + 1)]
    if isinstance(document, list):
        return [text for part in document for text in _texts_of(part, depth + 1)]
    return []
