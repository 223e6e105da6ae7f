"""The base of every form: a CSRF token, and errors as sentences."""

from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf carries no types
    """A form of ours."""
