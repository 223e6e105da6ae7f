"""The base of every form: a CSRF token, and errors as sentences."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import IntegerField

from webapp.given import whole


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf carries no types
    """A form of ours."""


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
            raise ValueError("Give a whole number.") from wrong
