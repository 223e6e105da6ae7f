"""What every answer carries so that a browser runs only our own scripts, and keeps our pages out of other sites."""

import secrets
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, get_flashed_messages, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src-elem 'self' 'nonce-{nonce}'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)
"""Folium's page lives under it: its own script has the nonce, Leaflet sets style attributes. No other host at all."""


OURS = "X-GCRM"
"""The header of each answer of the app: what lacks it was said by a gateway, a hotel's network or another program."""


class SessionCookie(SecureCookieSessionInterface):
    """The session cookie: never read by scripts, never sent from other sites, only over TLS once there is TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's signature
        """Whether this request came over TLS; plain http is left for loopback and for a network of one's own."""
        return request.is_secure

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """When it has changed; that it lives on, only with a page that a person opens.

        A script's request that began before a form was sent may be answered after it: a cookie in that answer would
        undo what the form has written, as "Saved.".
        """
        return session.modified or (opens_a_page() and super().should_set_cookie(app, session))


def opens_a_page() -> bool:
    """Whether a person opens this page in a browser, rather than a script asking for it (`fetch` says "cors").

    A service worker that passes a page on, with a time limit of its own, makes of "navigate" a "same-origin", and of
    its destination "empty".
    """
    return request.headers.get("Sec-Fetch-Mode", "navigate") in {"navigate", "same-origin"}


def messages_to_tell() -> list[tuple[str, str]]:
    """What is to be told on the next page that a person sees, as (category, message); none on a page kept for later."""
    return cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True)) if opens_a_page() else []


def protect(app: Flask) -> None:
    """Give each request a nonce and each answer its headers."""
    app.session_interface = SessionCookie()
    app.add_template_global(messages_to_tell)

    @app.before_request
    def set_nonce() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def set_headers(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = POLICY.format(nonce=getattr(g, "csp_nonce", ""))
        headers["X-Content-Type-Options"] = "nosniff"
        headers[OURS] = "1"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if "Cache-Control" not in headers and request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
        return response


def safe_target(target: str | None) -> str | None:
    r"""The address inside this app that a log-in may go on to, or None where it would leave the app.

    Only a path of our own is safe: "//host", "/\host", a scheme or a control character lead elsewhere in a browser.
    """
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(letter) < 32 or letter == "\\" for letter in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def wants_json(given: Request) -> bool:
    """Whether a script asked, not a person."""
    best = given.accept_mimetypes.best_match(["text/html", "application/json"])
    return given.is_json or best == "application/json"
