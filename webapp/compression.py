"""Answers made smaller: gzip for whoever takes it, where it is worth it.

A page holds the token of its forms next to what the address says, so that its length could tell the token letter by
letter to somebody who makes a browser ask again and again. So the gzip header of each page carries a random number of
bytes that mean nothing, which hides such differences. Source: Palacios et al., "HTB", IEEE Access (2022).
"""

import gzip
import io
import secrets
from typing import Protocol, runtime_checkable

from flask import Flask, Response, request

from gcrm.platform.memo import Memo, digest

LEAST_BYTES = 1_000
"""Shorter answers fit into one packet anyway."""
MOST_BYTES = 20_000_000
LEVEL = 5
MOST_PADDING = 100
_STATIC: Memo[bytes] = Memo(most=200)
"""Scripts and styles as they are sent."""
TYPES = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/octet-stream",
        "application/vnd.mapbox-vector-tile",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)


@runtime_checkable
class Closes(Protocol):
    """What is to be closed."""

    def close(self) -> None:
        """Close it."""


def register(app: Flask) -> None:
    """Compress the answers of an app."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in TYPES:
            return response
        response.vary.add("Accept-Encoding")
        if not _is_worth_it(response):
            return response
        response.direct_passthrough = False
        sent = response.response
        plain = response.get_data()
        if isinstance(sent, Closes):  # a file that is sent
            sent.close()
        if not LEAST_BYTES <= len(plain) <= MOST_BYTES:
            return response
        padding = secrets.randbelow(MOST_PADDING) + 1 if response.mimetype in {"text/html", "application/json"} else 0
        if request.endpoint == "static":
            response.set_data(_STATIC.of(digest([plain]), lambda: _packed(plain, 0)))
        else:
            response.set_data(_packed(plain, padding))
        response.headers["Content-Encoding"] = "gzip"
        etag, _ = response.get_etag()
        if etag:  # the same content in another form is no longer the same bytes
            response.set_etag(etag, weak=True)
        return response


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code not in {204, 206, 304}
        and request.method != "HEAD"
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
        and (response.content_length is None or LEAST_BYTES <= response.content_length <= MOST_BYTES)
        and not (response.is_streamed and not response.direct_passthrough)
    )


def _packed(plain: bytes, padding: int) -> bytes:
    """The bytes as gzip; the name of a file in its head, which nobody reads, is so long."""
    if not padding:
        return gzip.compress(plain, LEVEL, mtime=0)
    packed = io.BytesIO()
    with gzip.GzipFile("x" * padding, "wb", LEVEL, packed, mtime=0) as file:
        file.write(plain)
    return packed.getvalue()
