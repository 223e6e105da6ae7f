"""Who may see and change cases: a rep those of accounts that the rep may see, a manager reads, all else may all."""

from typing import TYPE_CHECKING

from gcrm.common.language import say
from gcrm.people.user import Role, User
from gcrm.people.visibility import Viewer
from gcrm.platform.errors import Conflict, InputRejected, NotAllowed, NotFound
from gcrm.service.model import Case, number_of

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

MOST_TITLE, MOST_TEXT, MOST_WORD = 200, 10_000, 80


def case_to_see(tx: "Transaction", case_id: int, user: User | None) -> Case:
    """The case, if it may be seen. user: None for the command line, which sees all.

    Raises NotFound, with the same words for a case of somebody else as for one that does not exist.
    """
    hidden = NotFound(
        say("There is no case {number} among yours.", number=number_of(case_id)), say("Find it in the list of cases.")
    )
    try:
        found = tx.cases.get(case_id)
        if user is not None:
            Viewer(user).account(tx, found.account_id)
    except NotFound as unknown:
        raise hidden from unknown
    return found


def case_to_change(tx: "Transaction", case_id: int, user: User | None) -> Case:
    """The case, if it may be changed. Raises NotAllowed, NotFound, Conflict for one that became part of another."""
    check_writes(user)
    found = case_to_see(tx, case_id, user)
    if found.merged_into is not None:
        raise Conflict(
            say("{number} is part of {other}.", number=found.number, other=number_of(found.merged_into)),
            say("Go on there, or undo the merge first."),
        )
    return found


def check_writes(user: User | None) -> None:
    """Raises NotAllowed for who only reads."""
    if user is not None and user.role is Role.MANAGER:
        raise NotAllowed(say("Your role reads cases and changes none."), say("Ask a planner, or whoever owns it."))


def seen_territories(tx: "Transaction", user: User | None) -> frozenset[int] | None:
    """The territories whose cases may be seen; None for all."""
    return None if user is None else Viewer(user).territories(tx)


def a_line(text: str, most: int) -> str:
    """A text of one line. Raises InputRejected where it is too long."""
    line = " ".join(text.replace("\0", "").split())
    return _short_enough(line, most)


def some_text(text: str) -> str:
    """A text of several lines. Raises InputRejected where it is too long."""
    return _short_enough(text.replace("\0", "").replace("\r\n", "\n").strip(), MOST_TEXT)


def _short_enough(text: str, most: int) -> str:
    if len(text) > most:
        raise InputRejected(
            say("The text has {letters} characters.", letters=len(text)), say("Shorten it to {most}.", most=most)
        )
    return text


def user_id_of(user: User | None) -> int | None:
    """Who did it, for the history; None for the command line."""
    return user.id if user is not None else None
