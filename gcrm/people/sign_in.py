"""Signing in and out. Sessions and attempts are kept in the database, so that all processes know of them."""

import contextlib
import hashlib
import ipaddress
import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gcrm.audit.model import Event
from gcrm.common.language import say, say_n
from gcrm.people.session import LIFE, SEEN_EVERY, Session, key_of, new_token
from gcrm.people.user import User
from gcrm.people.users import authenticate
from gcrm.platform.errors import GcrmError, NotAllowed, NotFound, TooOften
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

Rules = tuple[tuple[timedelta, int], ...]
Limits = dict[str, Rules]

DAY = timedelta(days=1)
PERSON: Rules = ((timedelta(minutes=5), 8), (DAY, 50))
"""Wrong passwords that one may type, by log-in and address together: (within, at most)."""
ADDRESS: Rules = ((timedelta(minutes=5), 100), (DAY, 1_000))
"""The same for an address over all log-ins. An office shares one."""


LET_IN = "link of the command line"
"""Where a session stands whose address has not been opened yet."""
LATELY = timedelta(minutes=10)
"""So long after signing in nobody is asked again who it is."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks.

    address: as the network says it. device: the number of a browser in which this log-in succeeded before, "" for a
    new one; it has an allowance of its own, which no stranger can use up. browser: in words.
    """

    address: str
    device: str = ""
    browser: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user who has just signed in, and the token of the new session, which is kept nowhere.

    token: "" where the password was right and a code is still to come: see `gcrm.people.second_factor`.
    """

    user: User
    token: str


def sign_in(workspace: Workspace, login: str, password: str, visitor: Visitor) -> SignedIn:
    """Open a session for whoever knows the password.

    Raises TooOften, NotAllowed (see `authenticate`). An attempt counts before it is looked at, so that many at once
    count too; one that was right is taken back.
    """
    now = workspace.clock()
    own = _bucket("device", visitor.device, login) if visitor.device else _bucket("person", visitor.address, login)
    limits: Limits = {own: PERSON}
    if not visitor.device:
        limits[_bucket("address", network_of(visitor.address))] = ADDRESS
    _admit(workspace, limits, now)
    try:
        user = authenticate(workspace, login, password)
    except NotAllowed:
        _note_failure(workspace, login, limits, now)
        raise
    with workspace.store.write() as tx:
        tx.sign_in_attempts.take_back(list(limits), now)
        tx.sign_in_attempts.forgive(own)
        tx.sessions.sweep(now - LIFE)
        if user.id in tx.second_factors.users():
            return SignedIn(user, "")
        token = new_token()
        tx.sessions.add(Session(user.id, key_of(token), now, now, visitor.browser[:100], visitor.address[:64]))
        tx.audit.note(Event.SIGNED_IN, now, by=user.id, what="password")
    return SignedIn(user, token)


def admit(workspace: Workspace, of: tuple[str, ...], now: datetime, rules: Rules = PERSON) -> None:
    """Count one more attempt of what is guessed at beside passwords. Raises TooOften."""
    _admit(workspace, {_bucket(*of): rules}, now)


def take_back(workspace: Workspace, of: tuple[str, ...], now: datetime) -> None:
    """Take an attempt back that was right, and leave the others counted: they may be somebody else's."""
    with workspace.store.write() as tx:
        tx.sign_in_attempts.take_back([_bucket(*of)], now)


def forgive(workspace: Workspace, of: tuple[str, ...]) -> None:
    """Forget the attempts of it: one was right."""
    with workspace.store.write() as tx:
        tx.sign_in_attempts.forgive(_bucket(*of))


def confirm_password(workspace: Workspace, user: User, password: str, token: str) -> None:
    """Make sure that whoever is signed in knows the password. Raises TooOften, NotAllowed."""
    bucket = _bucket("session", token)
    _admit(workspace, {bucket: PERSON}, workspace.clock())
    authenticate(workspace, user.login, password)
    with workspace.store.write() as tx:
        tx.sign_in_attempts.forgive(bucket)


def open_session(workspace: Workspace, user_id: int, visitor: Visitor) -> str:
    """Open a session without asking for the password, as after a change of it. Returns its token."""
    now, token = workspace.clock(), new_token()
    with workspace.store.write() as tx:
        tx.sessions.add(Session(user_id, key_of(token), now, now, visitor.browser[:100], visitor.address[:64]))
    return token


def let_in(workspace: Workspace, login: str) -> str:
    """The address, from the slash on, that signs a user in once within LATELY: for the command line. Raises NotFound.

    Whoever may run commands beside the database may do anything to it, so that this opens nothing new.
    """
    now, token = workspace.clock(), new_token()
    with workspace.store.write() as tx:
        user = tx.users.get_by_login(login.strip().lower())
        if not user.active:
            raise NotAllowed(
                say("{user} is deactivated.", user=user.login), say("Activate the user with `gcrm users change` first.")
            )
        # A session's token would open it as often as one likes; the hash of this one belongs to no session.
        tx.sessions.add(Session(user.id, key_of(f"{LET_IN} {token}"), now, now, LET_IN))
        tx.audit.note(Event.LINK_MADE, now, about=user.id)
    return f"/log-in/once/{token}"


def sign_in_once(workspace: Workspace, token: str, visitor: Visitor) -> SignedIn:
    """Open a session for whoever has the address of `let_in`. Raises NotAllowed for one that was used or is too old."""
    now, new = workspace.clock(), new_token()
    over = NotAllowed(say("This link has been used or has expired."), say("Run `gcrm users let-in` again."))
    with workspace.store.write() as tx:
        kept = tx.sessions.by_key(key_of(f"{LET_IN} {token}"))
        if kept is None or now - kept.created_at > LATELY:
            raise over
        tx.sessions.end(kept.key)
        user = tx.users.get(kept.user_id)
        if not user.active:
            raise over
        tx.sessions.add(Session(user.id, key_of(new), now, now, visitor.browser[:100], visitor.address[:64]))
        tx.audit.note(Event.SIGNED_IN, now, by=user.id, what="link")
    return SignedIn(user, new)


def user_of_session(workspace: Workspace, tx: Transaction, token: str) -> User | None:
    """The active user whose session has that token, None where it has ended; tx: where it is looked up."""
    now = workspace.clock()
    session = tx.sessions.by_key(key_of(token))
    if session is None or now - session.seen_at > LIFE:
        return None
    try:
        user = tx.users.get(session.user_id)
    except NotFound:
        return None
    if now - session.seen_at > SEEN_EVERY:
        # A full disk or a long import is no reason to keep a person out.
        with contextlib.suppress(GcrmError), workspace.store.write() as writing:
            writing.sessions.see(session.id, now)
    return user if user.active else None


def sign_out(workspace: Workspace, token: str) -> None:
    """End a session."""
    with workspace.store.write() as tx:
        session = tx.sessions.by_key(key_of(token))
        tx.sessions.end(key_of(token))
        if session is not None:
            tx.audit.note(Event.SIGNED_OUT, workspace.clock(), by=session.user_id)


def sign_out_elsewhere(workspace: Workspace, user_id: int, token: str) -> int:
    """End all sessions of a user but this one. Returns how many there were."""
    with workspace.store.write() as tx:
        return tx.sessions.end_of_user(user_id, but=key_of(token))


def end_session(workspace: Workspace, user_id: int, session_id: int) -> None:
    """End one session of a user. Raises NotFound where that user has none of that number."""
    with workspace.store.write() as tx:
        if not tx.sessions.end_of_user(user_id, only=session_id):
            raise NotFound(say("That session has ended already."), say("Reload the page."))


def lock_out(workspace: Workspace, login: str) -> int:
    """End sessions, passkeys, calendar addresses and API tokens of a user whose phone is lost; how many.

    Recovery codes stay: where only passkeys were the second factor, one of the codes is asked for after the password.
    Raises NotFound.
    """
    with workspace.store.write() as tx:
        user = tx.users.get_by_login(login)
        tokens = [one for one in tx.tokens.of_user(user.id) if one.revoked_at is None]
        for one in tokens:
            tx.tokens.update(replace(one, revoked_at=workspace.clock()))
        had_feed = tx.feeds.of_user(user.id) is not None
        tx.feeds.set_for(user.id, None)
        passkeys = tx.passkeys.remove(user.id)
        tx.audit.note(Event.LOCKED_OUT, workspace.clock(), about=user.id)
        return tx.sessions.end_of_user(user.id) + had_feed + len(tokens) + passkeys


def signed_in_lately(workspace: Workspace, token: str) -> bool:
    """Whether the session of that token was opened just now: then it need not be asked again who it is."""
    now = workspace.clock()
    with workspace.store.read() as tx:
        session = tx.sessions.by_key(key_of(token))
    return session is not None and now - session.created_at <= LATELY


def sessions_of(workspace: Workspace, user_id: int) -> list[Session]:
    """The open sessions of a user, the one that was used last first."""
    now = workspace.clock()
    with workspace.store.read() as tx:
        return [session for session in tx.sessions.of_user(user_id) if now - session.seen_at <= LIFE]


def _admit(workspace: Workspace, limits: Limits, now: datetime) -> None:
    """Count an attempt. Raises TooOften where one of the buckets is full; nothing is written then."""
    with workspace.store.read() as tx:
        _refuse_if_full(tx, limits, now)
    with workspace.store.write() as tx:
        _refuse_if_full(tx, limits, now)
        tx.sign_in_attempts.sweep(now - DAY)
        tx.sign_in_attempts.add(list(limits), now)


def _note_failure(workspace: Workspace, login: str, limits: Limits, now: datetime) -> None:
    """Note an attempt that failed; of which user, where the log-in is one's: what else was typed may be a password."""
    with workspace.store.write() as tx:
        user = next((one for one in tx.users.all() if one.login == login.strip().lower()), None)
        about = user.id if user else None
        tx.audit.note(Event.SIGN_IN_FAILED, now, about=about, what="password")
        try:
            _refuse_if_full(tx, limits, now)
        except TooOften:
            tx.audit.note(Event.TOO_OFTEN, now, about=about)


def _refuse_if_full(tx: Transaction, limits: Limits, now: datetime) -> None:
    for bucket, rules in limits.items():
        tried = tx.sign_in_attempts.instants(bucket, now - DAY)
        for within, most in rules:
            recent = [at for at in tried if at > now - within]
            if len(recent) >= most:
                minutes = max(1, math.ceil((recent[-most] + within - now) / timedelta(minutes=1)))
                raise TooOften(
                    say("Too many wrong passwords."),
                    say_n(
                        "Wait {n} minute and try again, or ask an administrator for a new password.",
                        "Wait {n} minutes and try again, or ask an administrator for a new password.",
                        minutes,
                    ),
                )


def _bucket(*parts: str) -> str:
    """A name for a bucket that says nothing of whom it is about."""
    return hashlib.sha256("\0".join(part.strip().lower() for part in parts).encode("utf-8", "replace")).hexdigest()


def network_of(address: str) -> str:
    """The address, or of IPv6 the network, of which every home has a whole one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network(f"{address}/64", strict=False))
