"""Open a case: what a customer reports, with the times by which it is to be answered and solved."""

from typing import TYPE_CHECKING

from gcrm.common.language import say
from gcrm.people.user import Role, User
from gcrm.people.visibility import Viewer
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.service.access import MOST_TITLE, MOST_WORD, a_line, check_writes, some_text, user_id_of
from gcrm.service.model import Case, CaseChannel, CaseEntry, CasePriority, EntryKind
from gcrm.service.sla import levels
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


def open_case(
    workspace: Workspace,
    account_id: int,
    title: str,
    user: User | None = None,
    *,
    text: str = "",
    person_id: int | None = None,
    order_number: str = "",
    category: str = "",
    priority: CasePriority = CasePriority.NORMAL,
    channel: CaseChannel = CaseChannel.PAGE,
    owner_id: int | None = None,
) -> Case:
    """Open a case for an account. user: who opens it, None for the command line.

    Raises NotFound, NotAllowed, InputRejected without a title, for a person of another account, for an owner who could
    not see it.
    """
    check_writes(user)
    titled = checked_title(title)
    now = workspace.clock()
    with workspace.store.write() as tx:
        if user is not None:
            Viewer(user).account(tx, account_id)
        if person_id is not None:
            _check_person(tx, person_id, account_id)
        if owner_id is not None:
            check_owner(tx, owner_id, account_id)
        answer_due, solve_due = levels(tx).due(now, priority)
        new = Case(
            titled,
            account_id,
            now,
            answer_due,
            solve_due,
            some_text(text),
            person_id,
            a_line(order_number, MOST_WORD),
            a_line(category, MOST_WORD),
            priority,
            channel,
            owner_id,
            opened_by=user_id_of(user),
        )
        number = tx.cases.add(new)
        tx.cases.tell(CaseEntry(number, now, user_id_of(user), EntryKind.OPENED))
        return tx.cases.get(number)


def checked_title(title: str) -> str:
    """A title that says something. Raises InputRejected."""
    line = a_line(title, MOST_TITLE)
    if not line:
        raise InputRejected(say("The case has no title."), say("Say in a few words what is wrong."))
    return line


def check_owner(tx: "Transaction", owner_id: int, account_id: int) -> None:
    """Raises NotFound for nobody, InputRejected for one who may not work on cases of the account."""
    owner = next((one for one in tx.users.all() if one.id == owner_id and one.active), None)
    if owner is None:
        raise NotFound(say("There is no user {number}.", number=owner_id), say("Choose one of the list."))
    if owner.role is Role.MANAGER or not may_see(tx, owner, account_id):
        raise InputRejected(
            say("{name} could not work on this case.", name=owner.name),
            say("Choose a planner, or the rep who looks after the account."),
        )


def may_see(tx: "Transaction", user: User, account_id: int) -> bool:
    """Whether a user sees an account."""
    try:
        Viewer(user).account(tx, account_id)
    except NotFound:
        return False
    return True


def owners_for(tx: "Transaction", account_id: int) -> list[User]:
    """Who may own a case of an account, by name."""
    users = (one for one in tx.users.all() if one.active and one.role is not Role.MANAGER)
    return sorted((one for one in users if may_see(tx, one, account_id)), key=lambda one: one.name.casefold())


def _check_person(tx: "Transaction", person_id: int, account_id: int) -> None:
    person = tx.people.get(person_id)
    if account_id not in {at.account_id for at in person.accounts}:
        raise InputRejected(
            say("{name} does not belong to this account.", name=person.name), say("Choose a person of the account.")
        )
