"""Log-ins: who they are, what they may do, and whether a password is theirs."""

import secrets
from dataclasses import dataclass, replace

from werkzeug.security import check_password_hash, generate_password_hash

from gcrm.audit.model import Event
from gcrm.common.language import LANGUAGES, say
from gcrm.people.user import Role, User
from gcrm.platform.errors import Conflict, InputRejected, NotAllowed, NotFound
from gcrm.platform.mail import is_address
from gcrm.workspace import Workspace

LEAST_LETTERS = 10
"""Shortest password. Source: NIST SP 800-63B asks for at least 8 and for no rules on kinds of letters."""

MOST_LETTERS = 256
"""Longest password: hashing is dear, and nobody types more."""

_NOBODY = generate_password_hash(secrets.token_urlsafe(16))
"""Hash that no password fits, so that an unknown log-in takes as long to refuse as a wrong password."""


@dataclass(frozen=True, slots=True)
class UserAdded:
    """A new log-in. password is the one that was made up for it, or "" where one was given."""

    user: User
    password: str


def add_user(
    workspace: Workspace, login: str, name: str, role: Role, *, password: str | None = None, rep_key: str | None = None
) -> UserAdded:
    """Add a log-in; without a password one is made up, which is told once and kept nowhere.

    Raises InputRejected for a log-in, name or password that will not do, NotFound for an unknown rep, Conflict for a
    log-in that is taken.
    """
    login = checked_login(login)
    if not name.strip():
        raise InputRejected(say("The user has no name."), say("Give the name that colleagues know."))
    made_up = secrets.token_urlsafe(12) if password is None else ""
    hashed = hash_password(made_up or password or "")
    with workspace.store.write() as tx:
        if any(user.login == login for user in tx.users.all()):
            raise Conflict(say("The log-in {login!r} is taken.", login=login), say("Choose another."))
        rep_id = tx.reps.get(rep_key).id if rep_key else None
        user = tx.users.add(User(login, " ".join(name.split()), role, hashed, rep_id))
        tx.audit.note(Event.USER_ADDED, workspace.clock(), about=user.id, what=role.value)
    return UserAdded(user, made_up)


def authenticate(workspace: Workspace, login: str, password: str) -> User:
    """The active user with that log-in and password.

    Raises NotAllowed, with the same words and after the same work, for an unknown log-in, a wrong password and a user
    who has been deactivated.
    """
    user: User | None = None
    try:
        with workspace.store.read() as tx:
            user = tx.users.get_by_login(login.strip().lower())
    except NotFound:
        user = None
    fits = check_password_hash(user.password_hash if user else _NOBODY, password[:MOST_LETTERS])
    if user is None or not fits or not user.active:
        raise NotAllowed(
            say("User name or password is wrong."), say("Check both; an administrator can set a new password.")
        )
    return user


def set_password(workspace: Workspace, login: str, password: str | None = None) -> UserAdded:
    """Give a user a new password, made up where none is given; sessions that were open end. Raises NotFound."""
    made_up = secrets.token_urlsafe(12) if password is None else ""
    hashed = hash_password(made_up or password or "")
    with workspace.store.write() as tx:
        user = replace(_by_login(tx.users.all(), login), password_hash=hashed)
        tx.users.update(user)
        tx.sessions.end_of_user(user.id)
        tx.audit.note(Event.PASSWORD_SET, workspace.clock(), about=user.id)
    return UserAdded(user, made_up)


def change_user(workspace: Workspace, login: str, role: Role, rep_key: str | None, *, active: bool) -> User:
    """Change what a user may do; sessions that were open end, so that no page shows what is allowed no more.

    Raises Conflict where that would leave no active administrator.
    """
    with workspace.store.write() as tx:
        everyone = tx.users.all()
        before = _by_login(everyone, login)
        rep_id = tx.reps.get(rep_key).id if rep_key else None
        user = replace(before, role=role, rep_id=rep_id, active=active)
        after = [user if other.id == user.id else other for other in everyone]
        if not any(other.active and other.role is Role.ADMINISTRATOR for other in after):
            raise Conflict(
                say("At least one administrator must remain."), say("Make another user administrator first.")
            )
        tx.users.update(user)
        if user != before:
            tx.sessions.end_of_user(user.id)
            tx.audit.note(Event.USER_CHANGED, workspace.clock(), about=user.id, what=_difference(before, user))
    return user


def _difference(before: User, after: User) -> str:
    parts = []
    if before.role is not after.role:
        parts.append(f"{before.role.value} to {after.role.value}")
    if before.active is not after.active:
        parts.append("activated" if after.active else "deactivated")
    if before.rep_id != after.rep_id:
        parts.append("rep")
    return ", ".join(parts)


def list_users(workspace: Workspace) -> list[User]:
    """All users by log-in."""
    with workspace.store.read() as tx:
        return sorted(tx.users.all(), key=lambda user: user.login)


def checked_login(login: str) -> str:
    """The log-in in lower case. Raises InputRejected where it is not 2 to 64 letters, digits or . _ - @ signs."""
    login = login.strip().lower()
    if not 2 <= len(login) <= 64 or not all(letter.isalnum() or letter in "._-@+" for letter in login):
        raise InputRejected(
            say("{login!r} cannot be used as a user name.", login=login[:80]),
            say("Use 2 to 64 letters, digits, . _ - + or @."),
        )
    return login


def hash_password(password: str) -> str:
    """The hash to keep (scrypt, salted). Raises InputRejected for a password that is too short or too long."""
    if not LEAST_LETTERS <= len(password) <= MOST_LETTERS:
        raise InputRejected(
            say("The password has {number} characters.", number=len(password)),
            say("Use {least} to {most} characters.", least=LEAST_LETTERS, most=MOST_LETTERS),
        )
    return generate_password_hash(password, method="scrypt")


def _by_login(everyone: list[User], login: str) -> User:
    for user in everyone:
        if user.login == login.strip().lower():
            return user
    raise NotFound(say("There is no user {login!r}.", login=login), say("See `gcrm users list`."))


def set_email(workspace: Workspace, login: str, email: str) -> User:
    """Where news of a user's own appointments is sent, "" for nowhere. Raises NotFound, InputRejected."""
    email = email.strip()
    if email and not is_address(email):
        raise InputRejected(
            say("{email!r} is no e-mail address.", email=email[:60]), say("Enter it as name@company.example.")
        )
    with workspace.store.write() as tx:
        return tx.users.update(replace(tx.users.get_by_login(login), email=email))


def set_language(workspace: Workspace, login: str, language: str) -> User:
    """What a user's pages are written in, "" for the language of the browser. Raises NotFound, InputRejected."""
    if language and language not in LANGUAGES:
        raise InputRejected(
            say("There is no language {language}.", language=repr(language[:20])), say("Choose one of the list.")
        )
    with workspace.store.write() as tx:
        return tx.users.update(replace(tx.users.get_by_login(login), language=language))
