"""Erase what is kept of a person, and say in a certificate what is gone, what stays and why."""

from dataclasses import replace
from typing import TYPE_CHECKING

from gcrm.common.language import say, to_say
from gcrm.platform.errors import Conflict
from gcrm.privacy.model import Certificate
from gcrm.privacy.subject_file import ACCOUNT, PERSON, REP
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

OF_ACCOUNT = (
    (
        to_say("name and address of the business, its place and hours"),
        to_say("they are of a business, not of a person"),
    ),
    (
        to_say("days, lengths and outcomes of visits"),
        to_say("they record what the company did; they name nobody there"),
    ),
    (to_say("orders"), to_say("books must be kept by law, for up to ten years in most countries")),
    (to_say("files that were imported, in the folder uploads"), to_say("they are as they came; remove them there")),
)
OF_PERSON = (
    (
        to_say("days and kinds of talks, and deals, without their texts"),
        to_say("they are of the company that the person spoke for"),
    ),
    (
        to_say("notes of our own visits at the accounts"),
        to_say("they are kept by account; erase them there if they name the person"),
    ),
    (to_say("files that were imported, in the folder uploads"), to_say("they are as they came; remove them there")),
)
OF_REP = (
    (to_say("days, lengths and outcomes of visits, and their notes"), to_say("they belong to the customers' records")),
    (
        to_say("who changed what, by the number of the log-in"),
        to_say("changes must stay traceable; the number names nobody any more"),
    ),
)
WORKED_OUT = (
    to_say("results of jobs, and changes of plans that wait to be chosen"),
    to_say("they may name the person as it was then"),
)
BACKUPS = (
    to_say("back-ups made before"),
    to_say("they are whole; throw them away, or erase again after restoring one"),
)


def erase_account(workspace: Workspace, account_id: int, user_id: int | None = None) -> Certificate:
    """Erase what an account holds of persons; the account stays as a business. Raises NotFound."""
    with workspace.store.write() as tx:
        tx.accounts.get(account_id)
        erased = tx.privacy.erase_person_of(account_id)
        return _certified(workspace, tx, ACCOUNT, account_id, user_id, erased, OF_ACCOUNT)


def erase_person(workspace: Workspace, person_id: int, user_id: int | None = None) -> Certificate:
    """Erase a person at accounts: the person, and the texts of talks that the person took part in. Raises NotFound."""
    with workspace.store.write() as tx:
        tx.people.get(person_id)
        erased = tx.privacy.erase_person(person_id)
        return _certified(workspace, tx, PERSON, person_id, user_id, erased, OF_PERSON)


def erase_rep(workspace: Workspace, rep_key: str, user_id: int | None = None) -> Certificate:
    """Erase what is kept of a rep and the rep's log-ins; what was done for customers stays under a number.

    Raises NotFound, Conflict for a rep who looks after a territory still.
    """
    with workspace.store.write() as tx:
        rep = tx.reps.get(rep_key)
        own = tx.territories.of_rep(rep.id)
        if own:
            names = ", ".join(one.name for one in own)
            raise Conflict(
                say("{rep} still looks after {names}.", rep=rep.name, names=names), say("Give it to another rep first.")
            )
        erased = tx.privacy.erase_rep(rep.id)
        return _certified(workspace, tx, REP, rep.id, user_id, erased, OF_REP)


def _certified(
    workspace: Workspace,
    tx: "Transaction",
    kind: str,
    number: int,
    user_id: int | None,
    erased: list[tuple[str, int]],
    kept: tuple[tuple[str, str], ...],
) -> Certificate:
    made = Certificate(kind, number, workspace.clock(), user_id, tuple(erased), (*kept, WORKED_OUT, BACKUPS))
    return replace(made, id=tx.privacy.certify(made))


def certificates(tx: "Transaction") -> list[Certificate]:
    """The erasures so far, newest first; kept in English, told in the language at hand."""
    return [
        replace(
            one,
            erased=tuple((say(what), count) for what, count in one.erased),
            kept=tuple((say(what), say(why)) for what, why in one.kept),
        )
        for one in tx.privacy.certificates()
    ]
