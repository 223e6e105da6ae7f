"""A prospect found next door: a name and where the phone was are enough."""

from collections.abc import Mapping
from dataclasses import replace

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.entry import AT_THE_DOOR, EntryRejected, FieldFault, with_entry
from gcrm.accounts.history import record
from gcrm.accounts.model import PERSON, Account, Kind, Level, Placement
from gcrm.accounts.ownership import fill
from gcrm.activities.check_in import checked_client_id
from gcrm.activities.model import Activity, ActivityKind
from gcrm.activities.phone_clock import PhoneTimes, arrival
from gcrm.activities.told_account import Teller
from gcrm.activities.verdict import Position
from gcrm.common.language import number, say, to_say
from gcrm.common.text import fold
from gcrm.common.today import latest_today
from gcrm.platform.errors import InputRejected
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace
from routing.geodesy import distance_m
from routing.points import as_points

SAME_WITHIN_M = 150.0
"""Of one name and no farther apart than this, two are one: a shop is found by two people, or by one twice."""

EXACT_M = 50.0
"""With a position that is rougher than this nobody can say at which house it is."""

FOUND = to_say("Found on the way.")


def new_prospect(
    workspace: Workspace,
    typed: Mapping[str, str],
    position: Position | None,
    *,
    teller: Teller,
    client_id: str,
    times: PhoneTimes | None = None,
) -> Activity:
    """Add a prospect of the teller's, with a note that says that and how it was found; answers the note.

    typed: `name` and of `AT_THE_DOOR`; `note` becomes the text of the note. Told twice it is one. One of the same name
    at the same place that the teller has already gets the note, and no twin; one that another rep has stays unseen, and
    is found by the look for duplicates. It belongs to the teller wherever it lies.
    Raises InputRejected without a name, a place or a territory, EntryRejected for fields that cannot be kept.
    """
    if not checked_client_id(client_id):
        raise InputRejected(say("The prospect has no number."), say("Reload the page and save it again."))
    fields = {name: text for name, text in typed.items() if name in {"name", *AT_THE_DOOR} - {"note"}}
    if not fields.get("name", "").strip():
        raise EntryRejected({"name": FieldFault(say("The prospect has no name."), say("Enter a name."))})
    if position is None:
        raise InputRejected(
            say("The prospect has no place."), say("Allow the position, or ask a planner to add it by address.")
        )
    now = workspace.clock()
    found = arrival(times or PhoneTimes(), now)
    country = workspace.geocoder.country if workspace.areas.has_any else ""
    entered = _placed(with_entry(Account("", Kind.PROSPECT), fields, latest_today(now), country), position, workspace)
    with workspace.store.write() as tx:
        before = tx.activities.by_client_id(client_id)
        if before is not None:
            if before.user_id != teller.user_id:
                raise InputRejected(
                    say("That number is taken by another entry."), say("Reload the page and save it again.")
                )
            return before
        own = [one.id for one in tx.territories.of_rep(teller.rep_id)] if teller.rep_id is not None else []
        if not own:
            raise InputRejected(say("You have no territory to add it to."), say("Ask a planner to add it."))
        account = _known(tx, entered, own) or _added(tx, entered, own, teller, workspace)
        return tx.activities.add(
            Activity(
                account_id=account.id,
                kind=ActivityKind.NOTE,
                at=found.at,
                rep_id=teller.rep_id,
                user_id=teller.user_id,
                note=typed.get("note", "").strip() or say(FOUND),
                client_id=client_id,
                said_at=found.said,
                received_at=now,
                clock_error_s=found.error_s,
            )
        )


def _placed(account: Account, position: Position, workspace: Workspace) -> Account:
    try:
        as_points([position.place])
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    level = Level.HOUSE if position.accuracy_m <= EXACT_M else Level.STREET
    words = say("where a phone was, give or take {metres} m", metres=number(position.accuracy_m))
    return replace(
        account,
        place=position.place,
        placement=Placement(level, 1.0, matched=words, source=PERSON, placed_at=workspace.clock()),
    )


def _known(tx: Transaction, entered: Account, own: list[int]) -> Account | None:
    """One of the same name at the same place among the teller's own."""
    assert entered.place is not None
    for account, _ in tx.accounts.nearest(entered.place, 20):
        near = account.place is not None and distance_m(account.place, entered.place) <= SAME_WITHIN_M
        if near and account.territory_id in own and fold(account.name) == fold(entered.name):
            return account
    return None


def _added(tx: Transaction, entered: Account, own: list[int], teller: Teller, workspace: Workspace) -> Account:
    now = workspace.clock()
    added = tx.accounts.add(replace(entered, created_at=now, updated_at=now))
    fill(tx, [added.id])
    placed = tx.accounts.get(added.id)
    if placed.territory_id not in own:
        tx.accounts.update(replace(placed, territory_id=own[0], territory_locked=True))
    kept = tx.accounts.get(added.id)
    record(
        tx, ChangeSet(ChangeKind.EDIT, say("Found: {account}", account=kept.name), now, teller.user_id), [(None, kept)]
    )
    return kept
