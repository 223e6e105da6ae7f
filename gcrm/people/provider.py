"""What an OpenID Connect provider is asked and how its answers are checked: discovery, code flow with PKCE, ID tokens.

Every request goes out through `gcrm.platform.outbound`: to public addresses, to the host that the issuer's own setting
names, and to those of GCRM_PRIVATE_HOSTS; in time, and with a bound on what is read.
Source: OpenID Connect Core 1.0, 3.1; Discovery 1.0; RFC 7636 (PKCE); RFC 9207 (iss); RFC 8725 (which signatures).
"""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from gcrm.common.language import say
from gcrm.platform.errors import GcrmError, NotAllowed, NotReady
from gcrm.platform.outbound import Answer, request
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that only the provider can make: none that the client's secret makes, and not `none`."""
LEEWAY_S = 60
"""So far the provider's clock may be off."""
OLDEST = timedelta(minutes=10)
"""A sign-in that was begun waits so long for the answer."""
MOST_BYTES = 300_000
KNOWN_FOR = timedelta(minutes=5)
"""How long a provider's document is not asked for again."""
QUIET_FOR = timedelta(seconds=15)
"""How long a provider that did not answer is not asked again: each try may hold a thread for as long as it waits."""
LONGEST = 255
"""Letters of a subject (Core, 8) and of an address."""

_documents: dict[str, tuple[datetime, dict[str, Any]]] = {}
_failed: dict[str, datetime] = {}


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has been begun. state, nonce, verifier: what the answer, the token and the code are tied to."""

    state: str
    nonce: str
    verifier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a provider vouches for. email: in lower case, "" where it vouches for none."""

    issuer: str
    subject: str
    email: str
    name: str


def begin(workspace: Workspace, redirect_uri: str) -> tuple[str, Begun]:
    """Where to send the browser, and what to keep of it. Raises NotReady where the provider does not answer."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    settings = workspace.settings
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    begun = Begun(state, nonce, verifier, workspace.clock())
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid email profile",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": create_s256_code_challenge(begun.verifier),
        "code_challenge_method": "S256",
    }
    return _with(_endpoint(workspace, "authorization_endpoint"), asked), begun


def person_of(workspace: Workspace, begun: Begun, answer: dict[str, str], redirect_uri: str) -> Person:
    """Whom the provider has sent back. answer: the query of the address that the browser was sent back to.

    Raises NotAllowed where the answer does not belong to what was begun or a token does not hold, NotReady where the
    provider does not answer.
    """
    now = workspace.clock()
    if not secrets.compare_digest(answer.get("state", "").encode(), begun.state.encode()) or now - begun.at > OLDEST:
        raise over()
    # Another provider's answer, passed on to ours (RFC 9207).
    if answer.get("iss", workspace.settings.oidc_issuer) != workspace.settings.oidc_issuer:
        raise _refused()
    if "error" in answer or not answer.get("code"):
        reason = "".join(letter for letter in answer.get("error", "")[:60] if letter.isalnum() or letter in "_-")
        raise NotAllowed(
            say("{label} did not sign you in ({reason}).", label=label(workspace.settings), reason=reason or "-"),
            say("Begin again, or ask an administrator."),
        )
    given = _redeem(workspace, answer["code"], begun.verifier, redirect_uri)
    claims = _checked_token(workspace, given, begun.nonce, now)
    if "email" not in claims and isinstance(given.get("access_token"), str):
        claims = _user_info(workspace, given["access_token"], claims)
    # A provider where anybody may type any address vouches for none of them.
    email = claims.get("email") if claims.get("email_verified") is True else ""
    return Person(
        workspace.settings.oidc_issuer,
        claims["sub"],
        email.strip().lower()[:LONGEST] if isinstance(email, str) else "",
        str(claims.get("name") or "")[:LONGEST],
    )


def ended_subject(workspace: Workspace, logout_token: str) -> tuple[str, str]:
    """Whose sessions end, by a logout token (Back-Channel Logout 1.0, 2.6): subject, and the token's number.

    Raises NotAllowed for a token that does not hold.
    """
    claims = _decoded(workspace, logout_token)
    at = claims.get("iat")
    now = workspace.clock()
    event = "http://schemas.openid.net/event/backchannel-logout"
    audience = claims.get("aud")
    fits = (
        claims.get("iss") == workspace.settings.oidc_issuer
        and workspace.settings.oidc_client_id in (audience if isinstance(audience, list) else [audience])
        and isinstance(claims.get("events"), dict)
        and event in claims["events"]
        and "nonce" not in claims
        and isinstance(claims.get("sub"), str)
        and isinstance(claims.get("jti"), str)
        and isinstance(at, (int, float))
        and abs(now.timestamp() - at) <= OLDEST.total_seconds()
    )
    if not fits:
        raise _refused()
    return claims["sub"], claims["jti"]


def sign_out_url(workspace: Workspace, back: str) -> str:
    """Where a person signs out at the provider, "" where it offers none. Raises NotReady."""
    address = _document(workspace).get("end_session_endpoint")
    if not isinstance(address, str) or not _is_fit(workspace.settings, address):
        return ""
    return _with(address, {"client_id": workspace.settings.oidc_client_id, "post_logout_redirect_uri": back})


def label(settings: Settings) -> str:
    """What the provider is called on pages."""
    return settings.oidc_label or urlsplit(settings.oidc_issuer).hostname or ""


def over() -> NotAllowed:
    """What is said of an answer to nothing that was asked, or asked too long ago."""
    return NotAllowed(say("This sign-in is over."), say("Begin again."))


def _redeem(workspace: Workspace, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
    """The tokens for a code."""
    settings = workspace.settings
    document = _document(workspace)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    ways = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if not settings.oidc_client_secret:
        form["client_id"] = settings.oidc_client_id
    elif "client_secret_basic" in ways:
        pair = f"{quote(settings.oidc_client_id, safe='')}:{quote(settings.oidc_client_secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": settings.oidc_client_id, "client_secret": settings.oidc_client_secret}
    answer = _ask(workspace, "POST", _endpoint(workspace, "token_endpoint"), urlencode(form).encode(), headers)
    if 400 <= answer.status < 500:
        raise _refused()
    return _json(workspace, answer)


def _checked_token(workspace: Workspace, given: dict[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    settings = workspace.settings
    token = given.get("id_token")
    if not isinstance(token, str):
        raise _refused()
    header: dict[str, Any] = {}
    claims = _decoded(workspace, token, header)
    checked = CodeIDToken(
        claims,
        header,
        {
            "iss": {"essential": True, "value": settings.oidc_issuer},
            "aud": {"essential": True, "value": settings.oidc_client_id},
            "sub": {"essential": True},
        },
        {"nonce": nonce, "client_id": settings.oidc_client_id, "access_token": given.get("access_token")},
    )
    try:
        checked.validate(int(now.timestamp()), LEEWAY_S)
    except (JoseError, ValueError, TypeError, AttributeError) as wrong:
        raise _refused() from wrong
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST or "\0" in subject:
        raise _refused()
    return claims


def _decoded(workspace: Workspace, token: str, header: dict[str, Any] | None = None) -> dict[str, Any]:
    """The claims of a token that the provider has signed. header: is given what its head says."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys = _json(workspace, _ask(workspace, "GET", _endpoint(workspace, "jwks_uri")))
    try:
        found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise _refused() from wrong
    if header is not None:
        header |= found.header
    return dict(found.claims)


def _user_info(workspace: Workspace, access_token: str, claims: dict[str, Any]) -> dict[str, Any]:
    """The claims with what the provider says beside its token, where it is of the same person."""
    if "userinfo_endpoint" not in _document(workspace):
        return claims
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    answer = _ask(workspace, "GET", _endpoint(workspace, "userinfo_endpoint"), None, headers)
    if answer.status != 200:
        return claims
    more = _json(workspace, answer)
    return {**more, **claims} if more.get("sub") == claims["sub"] else claims


def _document(workspace: Workspace) -> dict[str, Any]:
    """What the provider says of itself."""
    issuer, now = workspace.settings.oidc_issuer, workspace.clock()
    at, known = _documents.get(issuer, (now, {}))
    if known and abs(now - at) < KNOWN_FOR:
        return known
    if issuer in _failed and abs(now - _failed[issuer]) < QUIET_FOR:
        if known:
            return known
        raise _silent(workspace, say("It did not answer a moment ago."))
    # Noted before it is asked: whoever comes meanwhile is answered, and holds no thread.
    _failed[issuer] = now
    found = _json(workspace, _ask(workspace, "GET", issuer.rstrip("/") + "/.well-known/openid-configuration"))
    _failed.pop(issuer, None)
    if found.get("issuer") != issuer:
        raise NotReady(
            say("The provider calls itself {name}.", name=str(found.get("issuer"))[:100]),
            say("Set GCRM_OIDC_ISSUER to that name, letter by letter."),
        )
    _documents[issuer] = (now, found)
    return found


def _endpoint(workspace: Workspace, name: str) -> str:
    address = _document(workspace).get(name)
    if not isinstance(address, str) or not _is_fit(workspace.settings, address):
        raise NotReady(
            say("The provider names no address that can be used for {name}.", name=name),
            say("Ask whoever runs it; it has to begin with https://."),
        )
    return address


def _is_fit(settings: Settings, address: str) -> bool:
    """Whether an address is encrypted; one on this machine may do without, where the issuer does."""
    try:
        parts, issuer = urlsplit(address), urlsplit(settings.oidc_issuer)
    except ValueError:
        return False
    is_here = parts.scheme == issuer.scheme == "http" and parts.hostname == issuer.hostname
    return parts.scheme == "https" or is_here


def _ask(
    workspace: Workspace, method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    settings = workspace.settings
    allowed = settings.private_host_names | {(urlsplit(settings.oidc_issuer).hostname or "").lower()}
    try:
        answer = request(method, url, allowed=allowed, body=body, headers=headers, most_bytes=MOST_BYTES)
    except GcrmError as silent:
        raise _silent(workspace, silent.fault) from silent
    if answer.status >= 500:
        raise _silent(workspace, say("It answers {status}.", status=answer.status))
    return answer


def _json(workspace: Workspace, answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _silent(workspace, say("It answers {status}.", status=answer.status))
    return found


def _silent(workspace: Workspace, why: str) -> NotReady:
    return NotReady(
        say("{label} cannot sign you in now.", label=label(workspace.settings)) + f" {why}",
        say("Try again later, or sign in with your password.")
        if workspace.settings.passwords != "no"
        else say("Try again later, or sign in with a passkey."),
    )


def _refused() -> NotAllowed:
    return NotAllowed(
        say("What the provider answered does not hold."),
        say("Begin again; if it happens again, tell an administrator."),
    )


def _with(address: str, query: dict[str, str]) -> str:
    return address + ("&" if urlsplit(address).query else "?") + urlencode(query)
