"""How commands answer: one JSON document or a few readable lines on standard output, all else on standard error."""

import json
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from gcrm.platform.documents import as_document
from gcrm.platform.errors import GcrmError

__all__ = ["answer", "as_document", "fail", "json_option", "print_failure", "show_progress"]

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="Print exactly one JSON document on standard output."
)


def answer(result: Any, as_json: bool, text: Callable[[], str]) -> None:
    """Print `result`, or what it returns where it is a function, as JSON; or the text that a person reads."""
    if as_json:
        document = as_document(result() if callable(result) else result)
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
    else:
        click.echo(text())


_last_message = ""


def show_progress(message: str, done: int = 0, total: int = 0) -> None:
    """Report progress on standard error: in place on a terminal, a line where the message is a new one elsewhere."""
    global _last_message  # noqa: PLW0603 - there is one standard error
    share = f" {done:,} of {total:,}" if total else ""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{message}{share}", nl=False, err=True)
    elif message != _last_message or (total and done >= total):
        click.echo(f"{message}{share}", err=True)
    _last_message = message


def print_failure(fault: str, remedy: str) -> None:
    """Print the one JSON document of a command that did not do its work."""
    click.echo(json.dumps({"error": fault, "remedy": remedy}, ensure_ascii=False))


def fail(error: GcrmError, as_json: bool) -> NoReturn:
    """Say what went wrong and what to do next, and exit with status 1."""
    if as_json:
        print_failure(error.fault, error.remedy)
    click.echo(f"Error: {error}", err=True)
    sys.exit(1)
