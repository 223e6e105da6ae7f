"""The base of every form: a CSRF token, and errors as sentences."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import IntegerField

from gcrm.common.language import say
from webapp.given import whole


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf carries no types
    """A form of ours: filled from what a page sends, never from JSON, whose values may be of any type."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf carries no types
        """How forms are filled."""

        def wrap_formdata(self, _: FlaskForm, formdata: Any) -> Any:
            """The fields of the request, where no others are given."""
            if formdata is not _Auto:
                return formdata
            sent: MultiDict[str, Any] | None = None
            if request.method in {"POST", "PUT", "PATCH", "DELETE"}:
                sent = CombinedMultiDict((request.files, request.form))
            return sent


class WholeField(IntegerField):  # type: ignore[misc]  # wtforms carries no types
    """A whole number that the database can hold."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it. Raises ValueError, which the form shows, for any other text."""
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        try:
            self.data = whole(str(valuelist[0]).strip())
        except ValueError as wrong:
            self.data = None
            raise ValueError(say("Give a whole number.")) from wrong
