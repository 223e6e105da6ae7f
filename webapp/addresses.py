"""The addresses on a page: long lists ask for the same few again and again, and making one costs as much as a row."""

from typing import Any

from flask import Flask, g, url_for


def register(app: Flask) -> None:
    """Let the templates remember the addresses that they ask for, for as long as one request takes."""
    app.jinja_env.globals["url_for"] = remembered


def remembered(endpoint: str, **values: Any) -> str:
    """As Flask's `url_for`."""
    known: dict[Any, str] = g.setdefault("addresses", {})
    try:
        key = endpoint, *((name, type(values[name]), values[name]) for name in sorted(values))
        if key not in known:
            known[key] = url_for(endpoint, **values)
    except TypeError:  # a value that is a list, which is no key
        return url_for(endpoint, **values)
    return known[key]
