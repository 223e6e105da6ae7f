"""What planning starts from: a rep, the accounts looked after, and what is known of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from gcrm.bootstrap import Workspace
from gcrm.db import Transaction
from gcrm.domain.account import Account
from gcrm.domain.activity import ActivityKind
from gcrm.domain.appointment import Appointment
from gcrm.domain.rep import Rep
from gcrm.visits.candidates import Seen
from gcrm.visits.decisions import decided_pins, key_of
from gcrm.visits.hours import bounds
from gcrm.visits.pins import Pin, Pins

LOOK_AHEAD = timedelta(days=26 * 7)
"""Appointments are read as far ahead as anybody plans."""


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """A rep, all accounts of the rep's territories in the order of their ids, and what their history says.

    pins: the appointments from the day on, and what was decided by hand. notes: what whoever reads the plan should
    know, one sentence each.
    """

    rep: Rep
    accounts: tuple[Account, ...]
    seen: Seen
    pins: Pins
    notes: tuple[str, ...]


def plan_inputs(workspace: Workspace, rep_key: str, day: date) -> PlanInputs:
    """Read them as they are now. day: on which visits already made count as done. Raises NotFound for the rep."""
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        territories = tx.territories.of_rep(rep.id)
        accounts = {account.id: account for one in territories for account in tx.accounts.of_territory(one.id)}
        seen = _seen(tx, day, rep.zone)
        promised = [one for one in tx.appointments.between(day, day + LOOK_AHEAD) if one.rep_id in {rep.id, None}]
        strangers = {one.account_id for one in promised if one.rep_id == rep.id} - set(accounts)
        accounts |= {account.id: account for account in tx.accounts.by_ids(sorted(strangers))}
        decided = decided_pins(tx.settings.get(key_of(rep.id)))
    # Of an account that another rep looks after, only what this rep has promised counts.
    pins = tuple(_pin(one) for one in promised if one.account_id in accounts)
    notes = []
    if not territories:
        notes.append(
            f"{rep.name} looks after no territory: "
            f'give one with `gcrm territories assign --regions SET --rep {rep.key} "REGION,REGION"`.'
        )
    elif not accounts:
        names = ", ".join(one.name for one in territories)
        notes.append(
            f"No account lies in the territory of {rep.name} ({names}): "
            "import accounts with `gcrm accounts import FILE`, or run `gcrm territories fill`."
        )
    if rep.home is None:
        notes.append(
            f"{rep.name} has no home on the map, so days begin at the first stop and end at the last: "
            f'give one with `gcrm reps change {rep.key} --home "ADDRESS"`.'
        )
    return PlanInputs(rep, tuple(accounts[key] for key in sorted(accounts)), seen, Pins(pins) | decided, tuple(notes))


def _pin(one: Appointment) -> Pin:
    said = f"appointment at {one.start:%H:%M}" if one.start else "promised for this day"
    return Pin(one.account_id, one.day, one.start, one.minutes, f"{said} ({one.note})" if one.note else said)


def _seen(tx: Transaction, day: date, zone: str) -> Seen:
    start, end = bounds(day, zone)
    visited = {
        activity.account_id: activity.at
        for activity in tx.activities.since(start)
        if activity.kind is ActivityKind.VISIT and activity.at < end
    }
    return Seen(frozenset(tx.activities.closed_down()), visited)
