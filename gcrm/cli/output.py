"""How commands answer: one JSON document or a few readable lines on standard output, all else on standard error."""

import json
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

import click
import numpy as np

from gcrm.errors import GcrmError

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="Print exactly one JSON document on standard output."
)


def as_document(value: Any) -> Any:
    """Turn results (dataclasses, NumPy numbers, dates, enums, paths) into what JSON can say.

    A field whose name ends in an underscore, as `break_`, loses it.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name.rstrip("_"): as_document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(as_document(key)): as_document(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_document(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def answer(result: Any, as_json: bool, text: Callable[[], str]) -> None:
    """Print `result` as JSON, or the text that a person reads."""
    click.echo(json.dumps(as_document(result), ensure_ascii=False, allow_nan=False) if as_json else text())


def show_progress(message: str, done: int = 0, total: int = 0) -> None:
    """Report progress on standard error: in place on a terminal, a line a message elsewhere."""
    share = f" {done:,} of {total:,}" if total else ""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{message}{share}", nl=False, err=True)
    elif not done or done >= total:
        click.echo(f"{message}{share}", err=True)


def fail(error: GcrmError, as_json: bool) -> NoReturn:
    """Say what went wrong and what to do next, and exit with status 1."""
    if as_json:
        click.echo(json.dumps({"error": error.fault, "remedy": error.remedy}, ensure_ascii=False))
    click.echo(f"Error: {error}", err=True)
    sys.exit(1)
