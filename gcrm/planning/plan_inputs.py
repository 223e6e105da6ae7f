"""What planning starts from: a rep, the accounts looked after, and what is known of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from gcrm.accounts.model import Account
from gcrm.activities.learned import learned
from gcrm.common.language import say
from gcrm.common.opening_hours.windows import bounds
from gcrm.common.today import rep_today
from gcrm.people.model import Hotel, Rep
from gcrm.people.working_week import working_day
from gcrm.planning.appointment_rules import REMEMBERED, foreseen, is_kept, not_kept, pin_of
from gcrm.planning.candidates import Seen
from gcrm.planning.coming_visits import as_visited, coming_visits
from gcrm.planning.overrides import decided_pins
from gcrm.planning.pins import Pins, read_pins
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

LOOK_AHEAD = timedelta(days=26 * 7)
"""Appointments are read as far ahead as anybody plans."""


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """A rep, all accounts of the rep's territories in the order of their ids, and what their history says.

    pins: the appointments from the day on, and what was decided by hand. notes: what whoever reads the plan should
    know, one sentence each. guests: accounts that another rep looks after, who are promised a visit by this one.
    begins, ends: where the nights before and after the first day are spent, as the days around it are planned; None for
    at home.
    """

    rep: Rep
    accounts: tuple[Account, ...]
    seen: Seen
    pins: Pins
    notes: tuple[str, ...]
    guests: frozenset[int] = frozenset()
    begins: Hotel | None = None
    ends: Hotel | None = None


def plan_inputs(workspace: Workspace, rep_key: str, day: date, till: date | None = None) -> PlanInputs:
    """Read them as they are now. Raises NotFound for the rep.

    day: on which visits already made count as done. till: the last day that is planned, if not the first; who is
    promised a visit up to then by this rep is among the accounts, whoever looks after it.
    """
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        territories = tx.territories.of_rep(rep.id)
        accounts = {account.id: account for one in territories for account in tx.accounts.of_territory(one.id)}
        coming = coming_visits(tx, workspace.clock(), of=[rep], planned_anew=(day, till or day))
        taught = learned(tx, workspace.clock())
        seen = replace(_seen(tx, day, rep.zone), coming=coming, quiet=taught.quiet)
        today = rep_today(rep, workspace.clock())
        told = tx.appointments.between(min(day, today) - REMEMBERED, day + LOOK_AHEAD)
        promised = [one for one in told if one.rep_id in {rep.id, None}]
        own = [one for one in promised if one.rep_id == rep.id and one.last >= day and one.day <= (till or day)]
        guests = {one.account_id for one in own} - set(accounts)
        accounts |= {account.id: account for account in tx.accounts.by_ids(sorted(guests))}
        decided = decided_pins(tx.overrides.of_rep(rep.id, day))
        around = [tx.plans.current(rep.id, day + timedelta(days=step)) if rep.nights else None for step in (-1, 1)]
    # Of an account that another rep looks after, only what this rep has promised counts.
    open_promises = [one for one in promised if one.account_id in accounts and one.last >= day]
    # A visit in the days before keeps a promise for several days; on its own day, the check-in tells.
    pins = tuple(pin_of(one) for one in open_promises if one.till is None or not is_kept(one, accounts[one.account_id]))
    notes = not_kept(promised, accounts, min(day, today))
    if not territories:
        notes.append(
            say(
                "{rep} looks after no territory: give one with `{command}`.",
                rep=rep.name,
                command=f'gcrm territories assign --regions SET --rep {rep.key} "REGION,REGION"',
            )
        )
    elif not accounts:
        names = ", ".join(one.name for one in territories)
        notes.append(
            say(
                "No account lies in the territory of {rep} ({territories}): "
                "import accounts with `gcrm accounts import FILE`, or run `gcrm territories fill`.",
                rep=rep.name,
                territories=names,
            )
        )
    if rep.home is None:
        notes.append(
            say(
                "{rep} has no home on the map, so days begin at the first stop and end at the last: "
                'give one with `gcrm reps change {rep_key} --home "ADDRESS"`.',
                rep=rep.name,
                rep_key=rep.key,
            )
        )
    if rep.parking_minutes:
        parking = say("{minutes} min to park and walk are counted at each stop.", minutes=rep.parking_minutes)
        notes.append(parking)
    if rep.busy and till is None:
        working = working_day(rep, day)
        spans = ", ".join(f"{working.clock(begins)}-{working.clock(ends)}" for begins, ends in working.busy_s)
        notes += [say("Busy by other calendars, so without a visit: {spans}.", spans=spans)] if spans else []
    if rep.home_on_time and till is None:
        percent = round(100 * rep.home_on_time)
        notes.append(say("Planned to end in time on {percent}% of days.", percent=percent))
    everyone = tuple(taught.apply(as_visited(accounts[key], day, coming)) for key in sorted(accounts))
    return PlanInputs(
        rep,
        everyone,
        seen,
        foreseen(Pins(pins) | decided, rep, everyone),
        tuple(notes),
        frozenset(guests),
        begins=around[0].end.hotel if around[0] and around[0].end else None,
        ends=around[1].start.hotel if around[1] and around[1].start else None,
    )


def pins_with_file(inputs: PlanInputs, pin_file: Path | None, accounts: Iterable[Account]) -> Pins:
    """The pins of a rep and those of a file, which come first. accounts: those that the file may name.

    Raises InputRejected for a file that cannot be read; what is wrong in it otherwise is in the pins' `faults`.
    """
    if pin_file is None:
        return inputs.pins
    named = tuple(accounts)
    return foreseen(read_pins(pin_file, named, inputs.rep.key) | inputs.pins, inputs.rep, named)


def _seen(tx: Transaction, day: date, zone: str) -> Seen:
    start, end = bounds(day, zone)
    visited = {
        activity.account_id: activity.at
        for activity in tx.activities.since(start)
        if activity.is_visit and activity.at < end
    }
    return Seen(frozenset(tx.activities.closed_down()), visited)
