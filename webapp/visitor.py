"""Which browser asks: its address, its name in words, and whether a log-in has succeeded in it before.

A browser that has signed somebody in keeps a signed cookie of that, for about a year. It opens nothing; it only gives
its holder an allowance of wrong passwords that no stranger can use up.
"""

import hashlib
import re
import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from gcrm.common.language import say
from gcrm.people.sign_in import Visitor

COOKIE = "gcrm_device"
LIFE_S = 400 * 86_400
"""As long as browsers keep a cookie at most."""
MOST_LOGINS = 10
"""Log-ins that one browser is known for: a shared tablet has several."""

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("CrOS", "ChromeOS"), ("Macintosh", "Mac"), ("Linux", "Linux"))  # fmt: skip


def visitor(login: str = "") -> Visitor:
    """Whoever sent this request, as one who tries to sign in under that log-in."""
    device, logins = _device()
    known = _mark(login) in logins
    return Visitor(request.remote_addr or "", device if known else "", browser_name(request.user_agent.string))


def remember(response: Response, login: str) -> None:
    """Have the browser keep that this log-in has succeeded in it."""
    device, logins = _device()
    kept = [_mark(login), *(one for one in logins if one != _mark(login))][:MOST_LOGINS]
    response.set_cookie(
        COOKIE, _signer().dumps({"device": device or secrets.token_urlsafe(16), "logins": kept}), max_age=LIFE_S,
        httponly=True, samesite="Lax", secure=request.is_secure,
    )  # fmt: skip


def browser_name(user_agent: str) -> str:
    """The browser in words, as "Chrome on Android"."""
    browser = next((name for sign, name in _BROWSERS if re.search(rf"\b{sign}/", user_agent)), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if not system:
        return browser or say("Unknown browser")
    return say("{browser} on {system}", browser=browser or say("A browser"), system=system)


def _device() -> tuple[str, list[str]]:
    """The number that this browser was given, and the marks of the log-ins that it is known for."""
    try:
        kept = _signer().loads(request.cookies.get(COOKIE, "")[:4_000])
        return str(kept["device"]), [str(one) for one in kept["logins"]]
    except (BadSignature, KeyError, TypeError):
        return "", []


def _mark(login: str) -> str:
    """A log-in in the cookie, where it need not be readable."""
    return hashlib.sha256(login.strip().lower().encode("utf-8", "replace")).hexdigest()[:16]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt="gcrm-device")
