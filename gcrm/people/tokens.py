"""Tokens for other programs: made, shown once, looked up with each request, revoked."""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from gcrm.audit.model import Event
from gcrm.common.language import say
from gcrm.people.session import key_of, new_token
from gcrm.people.token import PREFIX, Scope, Token
from gcrm.people.user import Role, User
from gcrm.platform.errors import GcrmError, InputRejected, NotAllowed, NotFound
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

LONGEST_DAYS = 366
USUAL_DAYS = 90
MOST_TOKENS = 20
"""Open tokens of one user: enough for one a program, and few enough to look through."""
LONGEST_NAME = 80
USED_EVERY = timedelta(minutes=10)
"""How exactly the last use is kept: a write for each request would make readers wait for writers."""


@dataclass(frozen=True, slots=True)
class TokenMade:
    """A token as it was kept, and its secret, which is told once and kept nowhere."""

    token: Token
    secret: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Another program that asks: for which user, with which token."""

    user: User
    token: Token


def make_token(
    workspace: Workspace,
    login: str,
    name: str,
    scopes: Collection[str],
    *,
    days: int = USUAL_DAYS,
    by: User | None = None,
) -> TokenMade:
    """Make a token that acts for a user.

    by: who makes it, None on the command line. A person makes tokens of the own, an administrator for anybody.
    Raises NotFound for an unknown user, NotAllowed for somebody else's, InputRejected for what cannot be.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise InputRejected(
            say("The token needs a name.") if not name else say("The name has {number} characters.", number=len(name)),
            say("Name the program that will use it, in up to {most} characters.", most=LONGEST_NAME),
        )
    wanted = _checked(scopes)
    if not 1 <= days <= LONGEST_DAYS:
        raise InputRejected(
            say("A token cannot last {days} days.", days=days), say("Choose 1 to {most} days.", most=LONGEST_DAYS)
        )
    now, secret = workspace.clock(), PREFIX + new_token()
    with workspace.store.write() as tx:
        user = _user(tx, login)
        if by is not None and by.id != user.id and by.role is not Role.ADMINISTRATOR:
            raise NotAllowed(say("Only an administrator makes tokens for others."), say("Make one of your own."))
        if not user.active:
            raise InputRejected(
                say("{user} cannot sign in, so no token would work.", user=user.login), say("Activate the user first.")
            )
        if Scope.ADMIN in wanted and user.role is not Role.ADMINISTRATOR:
            raise InputRejected(
                say("{user} is no administrator, so {scope} would open nothing.", user=user.login, scope=Scope.ADMIN),
                say("Leave that scope out."),
            )
        if sum(one.is_open(now) for one in tx.tokens.of_user(user.id)) >= MOST_TOKENS:
            raise InputRejected(
                say("{user} has {most} tokens already.", user=user.login, most=MOST_TOKENS),
                say("Revoke one that is not used."),
            )
        token = Token(
            user.id, name, key_of(secret), wanted, now, now + timedelta(days=days), by.id if by is not None else None
        )
        tx.audit.note(Event.TOKEN_MADE, now, about=user.id, what=f"{name}: {', '.join(sorted(wanted))}")
        return TokenMade(tx.tokens.add(token), secret)


def revoke_token(workspace: Workspace, token_id: int, *, by: User | None = None) -> Token:
    """Let a token open nothing from now on. by: as in `make_token`. Raises NotFound, also for somebody else's."""
    with workspace.store.write() as tx:
        token = tx.tokens.get(token_id)
        if by is not None and by.role is not Role.ADMINISTRATOR and token.user_id != by.id:
            raise NotFound(
                say("There is no token {token_id} of yours.", token_id=token_id), say("See the tokens on your page.")
            )
        if token.revoked_at is not None:
            return token
        tx.audit.note(Event.TOKEN_REVOKED, workspace.clock(), about=token.user_id, what=token.name)
        return tx.tokens.update(
            replace(token, revoked_at=workspace.clock(), revoked_by=by.id if by is not None else None)
        )


def tokens_of(tx: Transaction, user_id: int) -> list[Token]:
    """The tokens of a user, the newest first; those that open nothing any more too."""
    return tx.tokens.of_user(user_id)


def all_tokens(tx: Transaction) -> list[tuple[Token, User]]:
    """All tokens with whom they act for, the newest first."""
    users = {user.id: user for user in tx.users.all()}
    return [(token, users[token.user_id]) for token in tx.tokens.all()]


def caller_of(workspace: Workspace, tx: Transaction, secret: str, address: str = "") -> Caller | None:
    """Who asks with that secret; tx: where it is looked up.

    None where it is of no token, or of one that was revoked, has expired, or whose user may not sign in.
    """
    now = workspace.clock()
    token = tx.tokens.by_key(key_of(secret)) if secret.startswith(PREFIX) else None
    if token is None or not token.is_open(now):
        return None
    user = tx.users.get(token.user_id)
    if not user.active:
        return None
    if token.used_at is None or now - token.used_at > USED_EVERY or token.used_from != address[:64]:
        # A full disk or a long import is no reason to keep a program out.
        with contextlib.suppress(GcrmError), workspace.store.write() as writing:
            writing.tokens.use(token.id, now, address[:64])
    return Caller(user, token)


def _checked(scopes: Collection[str]) -> frozenset[Scope]:
    remedy = say("Choose from {scopes}.", scopes=", ".join(Scope))
    try:
        wanted = frozenset(Scope(one.strip()) for one in scopes)
    except ValueError as wrong:
        unknown = next(one for one in scopes if one.strip() not in set(Scope))
        raise InputRejected(say("There is no scope {unknown!r}.", unknown=unknown[:40]), remedy) from wrong
    if not wanted:
        raise InputRejected(say("A token without a scope opens nothing."), remedy)
    return wanted


def _user(tx: Transaction, login: str) -> User:
    try:
        return tx.users.get_by_login(login.strip().lower())
    except NotFound as unknown:
        raise NotFound(say("There is no user {login!r}.", login=login[:80]), say("See `gcrm users list`.")) from unknown
