"""A second factor at sign-in: a code of an authenticator app (RFC 6238), or one of the recovery codes.

A code opens a session once: the time step that was used last is kept, and no earlier one is taken again. Recovery codes
are kept as hashes and go as they are used.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gcrm.audit.model import Event
from gcrm.common.language import say
from gcrm.people.session import Session, key_of, new_token
from gcrm.people.sign_in import SignedIn, Visitor, admit, forgive
from gcrm.platform.errors import Conflict, NotAllowed
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

STEP_S = 30
STEPS_AROUND = 1
"""So many steps a phone's clock may be off, either way."""
RECOVERY_CODES = 10
WITHIN = timedelta(minutes=10)
"""A password that was right waits so long for its code."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What a user's app and the server share. confirmed_at: None until a first code was right; then it is asked for.

    secret: "" where only passkeys are asked for; they are taken in the place of a code in any case.
    last_step: the time step whose code was used last. recovery: the hashes of the codes that are left.
    """

    user_id: int
    secret: str
    confirmed_at: datetime | None = None
    last_step: int = 0
    recovery: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """What an app is to be told: the secret, and the same as an address that it opens."""

    secret: str
    uri: str


def begin_second_factor(workspace: Workspace, user_id: int) -> Begun:
    """Make up a secret; it is asked for only once a code of it was right. Raises Conflict where one is in use."""
    import pyotp

    with workspace.store.write() as tx:
        user = tx.users.get(user_id)
        known = tx.second_factors.of_user(user_id)
        if known and known.confirmed_at:
            raise Conflict(say("A second factor is in use already."), say("End it first."))
        secret = pyotp.random_base32()
        tx.second_factors.set_for(user_id, SecondFactor(user_id, secret))
    return Begun(secret, pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name="GCRM"))


def confirm_second_factor(workspace: Workspace, user_id: int, code: str) -> list[str]:
    """Use the secret from now on, where the app shows the right code for it; the recovery codes, shown this once.

    Raises NotAllowed for a wrong code, Conflict where none was begun, TooOften.
    """
    now = workspace.clock()
    admit(workspace, ("second factor", str(user_id)), now)
    codes, hashes = new_recovery_codes()
    with workspace.store.write() as tx:
        known = tx.second_factors.of_user(user_id)
        if known is None or known.confirmed_at:
            raise Conflict(say("There is nothing to confirm."), say("Begin again."))
        step = _step_of(known, code, now)
        if step is None:
            raise NotAllowed(say("That code is not right."), say("Wait for the next one, and check the phone's clock."))
        tx.second_factors.set_for(user_id, replace(known, confirmed_at=now, last_step=step, recovery=hashes))
        tx.audit.note(Event.FACTOR_SET, now, about=user_id, what="authenticator app")
    return codes


def new_recovery_codes() -> tuple[list[str], tuple[str, ...]]:
    """New recovery codes, and the hashes of them that are kept."""
    codes = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES)]
    return codes, tuple(_hash(one) for one in codes)


def end_second_factor(workspace: Workspace, user_id: int) -> None:
    """Ask for no second factor any more."""
    with workspace.store.write() as tx:
        if tx.second_factors.of_user(user_id) is not None:
            tx.audit.note(Event.FACTOR_ENDED, workspace.clock(), about=user_id)
        tx.second_factors.set_for(user_id, None)


def second_factor_of(tx: "Transaction", user_id: int) -> SecondFactor | None:
    """The factor that is asked for at sign-in, None where there is none."""
    known = tx.second_factors.of_user(user_id)
    return known if known and known.confirmed_at else None


def sign_in_with_code(workspace: Workspace, user_id: int, code: str, visitor: Visitor) -> SignedIn:
    """Open the session of somebody whose password was right. Raises TooOften, NotAllowed for a wrong or used code."""
    now = workspace.clock()
    bucket = ("second factor", str(user_id))
    admit(workspace, bucket, now)
    try:
        return _signed_in(workspace, user_id, code, visitor, now)
    except NotAllowed:
        with workspace.store.write() as tx:
            tx.audit.note(Event.SIGN_IN_FAILED, now, about=user_id, what="code")
        raise


def _signed_in(workspace: Workspace, user_id: int, code: str, visitor: Visitor, now: datetime) -> SignedIn:
    with workspace.store.write() as tx:
        user, known = tx.users.get(user_id), second_factor_of(tx, user_id)
        if not user.active or known is None:
            raise NotAllowed(say("This sign-in is over."), say("Begin again."))
        step, recovery = _step_of(known, code, now), _hash(code)
        if step is not None:
            known = replace(known, last_step=step)
        elif recovery in known.recovery:
            known = replace(known, recovery=tuple(one for one in known.recovery if one != recovery))
        else:
            raise NotAllowed(say("That code is not right."), say("Wait for the next one, or use a recovery code."))
        tx.second_factors.set_for(user_id, known)
        token = new_token()
        tx.sessions.add(Session(user.id, key_of(token), now, now, visitor.browser[:100], visitor.address[:64]))
        tx.audit.note(Event.SIGNED_IN, now, by=user.id, what="code" if step is not None else "recovery code")
    forgive(workspace, ("second factor", str(user_id)))
    return SignedIn(user, token)


def _step_of(known: SecondFactor, code: str, now: datetime) -> int | None:
    """The time step that a code is of; None for a wrong one, and for one that was used."""
    import pyotp

    digits = "".join(code.split())
    if not known.secret or not (digits.isascii() and digits.isdecimal() and len(digits) == 6):
        return None
    app = pyotp.TOTP(known.secret)
    here = int(now.timestamp()) // STEP_S
    for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1):
        if step > known.last_step and secrets.compare_digest(app.generate_otp(step), digits):
            return step
    return None


def _hash(code: str) -> str:
    """What is kept of a recovery code. It is random, so one round of a fast hash is enough."""
    plain = "".join(code.lower().split()).replace("-", "")
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
