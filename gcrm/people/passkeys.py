"""Passkeys (WebAuthn): registered, used to sign in without a name or as the second factor, taken out.

The device signs a challenge that is made anew each time, for the host and the origin that its browser is at, so that a
page elsewhere gets nothing that opens anything here. A challenge waits in the caller's signed session and is used up
in the database, so that an answer is taken once though somebody kept a copy of both.
Source: W3C Web Authentication, level 2, sections 7.1 and 7.2.
"""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from gcrm.audit.model import Event
from gcrm.common.language import say
from gcrm.people.passkey import Passkey
from gcrm.people.second_factor import SecondFactor, new_recovery_codes, second_factor_of
from gcrm.people.session import Session, key_of, new_token
from gcrm.people.sign_in import ADDRESS, SignedIn, Visitor, admit, network_of, take_back
from gcrm.people.user import User
from gcrm.platform.errors import Conflict, GcrmError, InputRejected, NotAllowed, NotFound
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

MOST_PASSKEYS = 10
"""Passkeys of one user: enough for each device, and few enough to look through."""
LONGEST_NAME = 80
LONGEST_ANSWER = 20_000
"""Letters of what a device answers; the longest attestations have a few thousand."""
WITHIN = timedelta(minutes=10)
"""A challenge waits so long for its answer."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser is. host: the relying party's id, without a port; origin: as "https://crm.example:8443"."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a device is asked to sign. value: base64url; user_id: whose passkey it must be, None for anybody's.

    purpose: "add" or "sign in"; an answer to the one is none to the other.
    """

    value: str
    at: datetime
    purpose: str
    user_id: int | None = None


ADD, SIGN_IN = "add", "sign in"


def begin_passkey(workspace: Workspace, user: User, site: Site) -> tuple[dict[str, Any], Challenge]:
    """What a browser is to be told to make a passkey (PublicKeyCredentialCreationOptions as JSON), and the challenge.

    Raises Conflict for a user with as many as one may have.
    """
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    with workspace.store.read() as tx:
        known = tx.passkeys.of_user(user.id)
    _refuse_too_many(known)
    challenge = Challenge(_text(secrets.token_bytes(32)), workspace.clock(), ADD, user.id)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="GCRM",
        user_id=_bytes(known[0].handle) if known else secrets.token_bytes(32),
        user_name=user.login,
        user_display_name=user.name,
        challenge=_bytes(challenge.value),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=_bytes(one.credential)) for one in known if one.host == site.host
        ],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json_dict(options), challenge


def add_passkey(
    workspace: Workspace, user: User, name: str, answer: Any, handle: str, challenge: Challenge, site: Site
) -> Passkey:
    """Keep the passkey that a device has made. answer: RegistrationResponseJSON; handle: as its options had it.

    Raises NotAllowed for an answer that does not fit the challenge, the site or the user, InputRejected for a name that
    cannot be, Conflict for a passkey that is known.
    """
    from webauthn import verify_registration_response

    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise InputRejected(
            say("The passkey needs a name."),
            say("Name the device that it is on, in up to {most} characters.", most=LONGEST_NAME),
        )
    now = workspace.clock()
    _check(challenge, ADD, now)
    if challenge.user_id != user.id:
        raise _refused()
    with _in_our_words():
        made = verify_registration_response(
            credential=_readable(answer),
            expected_challenge=_bytes(challenge.value),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    with workspace.store.write() as tx:
        _use_up(tx, challenge, now)
        known = tx.passkeys.of_user(user.id)
        _refuse_too_many(known)
        credential = _text(made.credential_id)
        if tx.passkeys.by_credential(credential) is not None:
            raise Conflict(say("This passkey is registered already."), say("Use it to sign in."))
        new = Passkey(
            user.id,
            credential,
            _text(made.credential_public_key),
            known[0].handle if known else handle,
            site.host,
            name,
            made.sign_count,
            now,
        )
        tx.audit.note(Event.PASSKEY_ADDED, now, about=user.id, what=name)
        return tx.passkeys.add(new)


def begin_sign_in(workspace: Workspace, site: Site, user_id: int | None = None) -> tuple[dict[str, Any], Challenge]:
    """What a browser is to be told to sign in with a passkey (PublicKeyCredentialRequestOptions), and the challenge.

    user_id: whose password was right already; None where the passkey alone opens, and so says who comes.
    """
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    own: list[Passkey] = []
    if user_id is not None:
        with workspace.store.read() as tx:
            own = [one for one in tx.passkeys.of_user(user_id) if one.host == site.host]
        if not own:
            raise NotFound(say("You have no passkey for this address."), say("Use a code."))
    challenge = Challenge(_text(secrets.token_bytes(32)), workspace.clock(), SIGN_IN, user_id)
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=_bytes(challenge.value),
        allow_credentials=[PublicKeyCredentialDescriptor(id=_bytes(one.credential)) for one in own],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options), challenge


def sign_in_with_passkey(
    workspace: Workspace, answer: Any, challenge: Challenge, site: Site, visitor: Visitor
) -> SignedIn:
    """Open a session for whoever holds the passkey. answer: AuthenticationResponseJSON.

    The device has made sure of its owner (a finger, a face, a PIN), so that a passkey is both factors.
    Raises NotAllowed where the answer does not fit, TooOften.
    """
    from webauthn import verify_authentication_response

    now = workspace.clock()
    bucket = ("passkey", network_of(visitor.address))
    admit(workspace, bucket, now, ADDRESS)
    _check(challenge, SIGN_IN, now)
    readable = _readable(answer)
    with workspace.store.write() as tx:
        _use_up(tx, challenge, now)
    with workspace.store.read() as tx:
        known = tx.passkeys.by_credential(str(readable.get("id", ""))[:2_000])
    if known is None or known.host != site.host:
        raise NotAllowed(say("This passkey is not known here."), say("Sign in with your password and add it under Me."))
    if challenge.user_id not in {None, known.user_id}:
        raise _refused()
    handle = _dict(readable.get("response")).get("userHandle")
    # A passkey that alone says who comes must say so itself; one that was asked for by number may leave it out.
    if handle != known.handle and (handle or challenge.user_id is None):
        raise _refused()
    with _in_our_words():
        verified = verify_authentication_response(
            credential=readable,
            expected_challenge=_bytes(challenge.value),
            expected_rp_id=known.host,
            expected_origin=site.origin,
            credential_public_key=_bytes(known.public_key),
            credential_current_sign_count=known.uses,
            require_user_verification=True,
        )
    with workspace.store.write() as tx:
        try:
            user = tx.users.get(known.user_id)
        except NotFound:
            raise _refused() from None
        current = tx.passkeys.by_credential(known.credential)
        # Two answers of one count, a moment apart: one of them is of a copy.
        if not user.active or current is None or current.uses != known.uses:
            raise _refused()
        tx.passkeys.use(known.id, verified.new_sign_count, now)
        token = new_token()
        tx.sessions.add(Session(user.id, key_of(token), now, now, visitor.browser[:100], visitor.address[:64]))
        tx.audit.note(Event.SIGNED_IN, now, by=user.id, what=f"passkey {known.name}")
    take_back(workspace, bucket, now)
    return SignedIn(user, token)


def passkeys_of(tx: "Transaction", user_id: int) -> list[Passkey]:
    """A user's passkeys, the oldest first."""
    return tx.passkeys.of_user(user_id)


def remove_passkey(workspace: Workspace, user_id: int, passkey_id: int) -> bool:
    """Let a passkey open nothing any more. Raises NotFound, also for somebody else's.

    Returns whether that was the last one that a second factor of passkeys alone could ask for; it ends then.
    """
    with workspace.store.write() as tx:
        if not tx.passkeys.remove(user_id, passkey_id):
            raise NotFound(say("There is no such passkey."), say("Reload the page."))
        tx.audit.note(Event.PASSKEY_REMOVED, workspace.clock(), about=user_id)
        factor = second_factor_of(tx, user_id)
        ends = factor is not None and not factor.secret and not tx.passkeys.of_user(user_id)
        if ends:
            tx.second_factors.set_for(user_id, None)
            tx.audit.note(Event.FACTOR_ENDED, workspace.clock(), about=user_id)
        return ends


def ask_for_passkey(workspace: Workspace, user_id: int) -> list[str]:
    """Ask for a passkey after the password from now on; the recovery codes, shown this once.

    Raises Conflict where a second factor is in use, NotFound where there is no passkey.
    """
    codes, hashes = new_recovery_codes()
    with workspace.store.write() as tx:
        if second_factor_of(tx, user_id) is not None:
            raise Conflict(say("A second factor is in use already."), say("End it first."))
        if not tx.passkeys.of_user(user_id):
            raise NotFound(say("You have no passkey."), say("Add one first."))
        tx.second_factors.set_for(user_id, SecondFactor(user_id, "", workspace.clock(), recovery=hashes))
        tx.audit.note(Event.FACTOR_SET, workspace.clock(), about=user_id, what="passkey")
    return codes


def handle_of(options: dict[str, Any]) -> str:
    """The user's handle in the options of `begin_passkey`."""
    return str(options["user"]["id"])


def as_session(challenge: Challenge) -> dict[str, Any]:
    """A challenge as a signed session keeps it."""
    return {
        "value": challenge.value,
        "at": challenge.at.isoformat(),
        "purpose": challenge.purpose,
        "user": challenge.user_id,
    }


def of_session(kept: Any) -> Challenge:
    """The challenge that a session keeps. Raises NotAllowed where there is none."""
    try:
        return Challenge(kept["value"], datetime.fromisoformat(kept["at"]), kept["purpose"], kept["user"])
    except (KeyError, TypeError, ValueError):
        raise _over() from None


def _check(challenge: Challenge, purpose: str, now: datetime) -> None:
    if challenge.purpose != purpose or now - challenge.at > WITHIN:
        raise _over()


def _use_up(tx: "Transaction", challenge: Challenge, now: datetime) -> None:
    key = hashlib.sha256(f"passkey {challenge.value}".encode()).hexdigest()
    if not tx.used_once.use(key, now, now - timedelta(days=1)):
        raise _over()


def _refuse_too_many(known: list[Passkey]) -> None:
    if len(known) >= MOST_PASSKEYS:
        raise Conflict(
            say("You have {most} passkeys already.", most=MOST_PASSKEYS), say("Remove one that you do not use.")
        )


def _readable(answer: Any) -> dict[str, Any]:
    """What a device answered, where it is a document of bearable size. Raises NotAllowed."""
    if not isinstance(answer, dict) or len(json.dumps(answer)) > LONGEST_ANSWER:
        raise _refused()
    return answer


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Whatever is wrong about an answer is told to nobody: who forges one learns nothing."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except GcrmError:
        raise
    except (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, binascii.Error) as wrong:
        raise _refused() from wrong


def _refused() -> NotAllowed:
    return NotAllowed(say("The passkey was not accepted."), say("Try again, or sign in with your password."))


def _over() -> NotAllowed:
    return NotAllowed(say("This request has expired or was used already."), say("Reload the page and try again."))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
