"""Sign in whoever an OpenID Connect provider vouches for.

A person is recognised by the subject that was kept at the first sign-in: the provider gives it to nobody else, while
addresses are handed on. At the first one by a verified address: the one that an administrator has set for the user, or
the user's log-in where that is an address. The address that users set for their own mail says nothing here: anybody
could type a colleague's. Nobody is made a user, and nobody's role is changed.
"""

import contextlib
import hashlib
from datetime import timedelta

from gcrm.audit.model import Event
from gcrm.common.language import say
from gcrm.people.provider import Begun, Person, ended_subject, label, over, person_of
from gcrm.people.provider_account import ProviderAccount
from gcrm.people.session import Session, key_of, new_token
from gcrm.people.sign_in import ADDRESS, SignedIn, Visitor, admit, network_of, take_back
from gcrm.people.user import User
from gcrm.platform.errors import Conflict, InputRejected, NotAllowed, NotFound
from gcrm.platform.mail import is_address
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace


def sign_in_with_provider(
    workspace: Workspace, begun: Begun, answer: dict[str, str], redirect_uri: str, visitor: Visitor
) -> SignedIn:
    """Open a session for whom the provider has sent back; with token "" where a second factor is still to come.

    Raises NotAllowed for an answer that does not hold and for a person who is no user here, NotReady where the
    provider does not answer, TooOften.
    """
    now = workspace.clock()
    bucket = ("provider", network_of(visitor.address))
    admit(workspace, bucket, now, ADDRESS)
    with workspace.store.write() as tx:
        key = hashlib.sha256(f"provider {begun.state}".encode()).hexdigest()
        if not tx.used_once.use(key, now, now - timedelta(days=1)):
            raise over()
    person = person_of(workspace, begun, answer, redirect_uri)
    with workspace.store.write() as tx:
        user = _user_of(workspace, tx, person)
        if user.id in tx.second_factors.users():
            done = SignedIn(user, "")
        else:
            done = SignedIn(user, new_token())
            session = Session(user.id, key_of(done.token), now, now, visitor.browser[:100], visitor.address[:64])
            tx.sessions.add(session)
            tx.audit.note(Event.SIGNED_IN, now, by=user.id, what=label(workspace.settings))
    take_back(workspace, bucket, now)
    return done


def end_by_provider(workspace: Workspace, logout_token: str, address: str) -> int:
    """End the sessions of whom the provider has signed out everywhere; how many. address: who says so.

    Raises NotAllowed, NotReady, TooOften.
    """
    now, bucket = workspace.clock(), ("provider sign-out", network_of(address))
    admit(workspace, bucket, now, ADDRESS)
    subject, number = ended_subject(workspace, logout_token)
    take_back(workspace, bucket, now)
    with workspace.store.write() as tx:
        key = hashlib.sha256(f"provider sign-out {number}".encode()).hexdigest()
        if not tx.used_once.use(key, now, now - timedelta(days=1)):
            raise over()
        account = tx.provider_accounts.by_subject(workspace.settings.oidc_issuer, subject)
        if account is None:
            return 0
        tx.audit.note(Event.SIGNED_OUT, now, by=account.user_id, what=label(workspace.settings))
        return tx.sessions.end_of_user(account.user_id)


def set_provider_email(workspace: Workspace, login: str, email: str) -> User:
    """Which address at the provider is a user's; the next sign-in with it counts as the first.

    email: "" for none but the log-in. Raises NotFound, InputRejected for what is no address, Conflict for another
    user's.
    """
    email = email.strip().lower()
    if email and not is_address(email):
        raise InputRejected(
            say("{value} is no e-mail address.", value=repr(email[:60])), say("Enter it as name@company.example.")
        )
    with workspace.store.write() as tx:
        user = tx.users.get_by_login(login.strip().lower())
        if email and any(one.user_id != user.id for one in tx.provider_accounts.by_email(email)):
            raise Conflict(say("Another user has the address {email}.", email=email), say("Take it out there first."))
        tx.provider_accounts.set_for(user.id, ProviderAccount(user.id, email) if email else None)
        what = f"address at the sign-in provider: {email or 'none'}"
        tx.audit.note(Event.USER_CHANGED, workspace.clock(), about=user.id, what=what)
        return user


def provider_account_of(tx: Transaction, user_id: int) -> ProviderAccount | None:
    """A user's account at the provider, None where none is set and none has signed in."""
    return tx.provider_accounts.of_user(user_id)


def _user_of(workspace: Workspace, tx: Transaction, person: Person) -> User:
    known = tx.provider_accounts.by_subject(person.issuer, person.subject)
    if known is not None:
        user = tx.users.get(known.user_id)
        if not user.active:
            raise _unknown(workspace, person)
        return user
    user = _first_time(tx, person) or _nobody(workspace, person)
    now = workspace.clock()
    tx.provider_accounts.set_for(user.id, ProviderAccount(user.id, person.email, person.issuer, person.subject, now))
    return user


def _first_time(tx: Transaction, person: Person) -> User | None:
    """The one user whom a verified address means; None for none, for more than one, for one who is linked already."""
    if not person.email:
        return None
    found = {account.user_id for account in tx.provider_accounts.by_email(person.email)}
    with contextlib.suppress(NotFound):
        found.add(tx.users.get_by_login(person.email).id)
    if len(found) != 1:
        return None
    user = tx.users.get(found.pop())
    account = tx.provider_accounts.of_user(user.id)
    is_linked = account is not None and bool(account.subject)
    is_anothers = account is not None and bool(account.email) and account.email != person.email
    return None if is_linked or is_anothers or not user.active else user


def _nobody(workspace: Workspace, person: Person) -> User:
    raise _unknown(workspace, person)


def _unknown(workspace: Workspace, person: Person) -> NotAllowed:
    name = label(workspace.settings)
    if not person.email:
        fault = say("{label} knows you, but vouches for no e-mail address of yours.", label=name)
    else:
        fault = say("{label} knows you as {email}, but no user here has that address.", label=name, email=person.email)
    return NotAllowed(fault, say("Ask an administrator to enter your address under Users."))
