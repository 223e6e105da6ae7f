"""Appointment offers: the times to offer a customer, cheapest for the routes that are planned first."""

from dataclasses import dataclass
from datetime import date, timedelta

from gcrm.accounts.model import Account
from gcrm.activities.learned import learned
from gcrm.common.language import say
from gcrm.common.wording import day_in_words
from gcrm.people.model import Rep
from gcrm.people.working_week import WorkingDay, working_day
from gcrm.planning.answers import NoOffer, Offer, Offers
from gcrm.planning.candidates import Candidate, Seen, choose
from gcrm.planning.pins import Pin, Pins
from gcrm.planning.plan_in_hand import DayInHand, Slot, day_in_hand, settled_pins
from gcrm.planning.proposal import Lost
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

ROUND_S = 15 * 60
"""Appointments are offered at full quarters of an hour where one fits, else at full five minutes."""
FINE_S = 5 * 60
NOTICE_S = 30 * 60
"""So long before, at least, an offer for today begins: the customer has to answer."""


@dataclass(frozen=True, slots=True)
class _Found:
    offers: list[Offer]
    closed: list[NoOffer]


def offers(
    workspace: Workspace,
    account_id: int,
    first: date,
    *,
    days: int = 7,
    rep_key: str = "",
    minutes: int | None = None,
    limit: int = 10,
    progress: Progress = quiet,
) -> Offers:
    """Times at which a visit fits into the days as they are planned, the least driving first; on a full day, for whom.

    first, days: the calendar days to look at. rep_key: whose days; the rep of the account's territory if not given, and
    every rep where it has none. minutes: length of the visit, its usual one if not given.
    Raises NotFound, NotReady without an area, InputRejected for an account that is not on the map.
    """
    if not 0 < days <= 92:
        raise InputRejected(say("{days} days to look at is not possible.", days=days), say("Enter 1 to 92."))
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
        reps = _reps(tx.reps.all(), account, {one.id: one.rep_id for one in tx.territories.all()}, rep_key)
        taught = learned(tx, workspace.clock())
        account = taught.apply(account)
        seen = Seen(frozenset(tx.activities.closed_down()), quiet=taught.quiet)
    if account.place is None:
        raise InputRejected(
            say("{account} is not on the map.", account=account.name),
            say("Place it: `gcrm accounts pin {id} LON,LAT`.", id=account.id),
        )
    found = _Found([], [])
    for number in range(days):
        day = first + timedelta(days=number)
        progress(say("Looking at {day}", day=day_in_words(day)), number, days)
        for rep in reps:
            _look_at(workspace, account, rep, working_day(rep, day), seen, minutes, found)
    # Who is displaced costs more than any drive.
    found.offers.sort(key=lambda one: (one.price, one.extra_s, one.first, one.rep_key))
    return Offers(
        account.id,
        account.name,
        tuple(found.offers[:limit]),
        max(0, len(found.offers) - limit),
        tuple(found.closed),
    )


def _reps(reps: list[Rep], account: Account, owners: dict[int, int], rep_key: str) -> list[Rep]:
    if rep_key:
        chosen = [rep for rep in reps if rep.key == rep_key]
        if not chosen:
            raise InputRejected(say("There is no rep {rep_key!r}.", rep_key=rep_key), say("See `gcrm reps list`."))
        return chosen
    owner = owners.get(account.territory_id or 0)
    own = [rep for rep in reps if rep.id == owner] or reps
    if not own:
        raise NotReady(
            say("There are no reps who could go."), say('Add one with `gcrm reps add KEY --home "ADDRESS"`.')
        )
    return sorted(own, key=lambda rep: rep.key)


def _look_at(
    workspace: Workspace,
    account: Account,
    rep: Rep,
    working: WorkingDay,
    seen: Seen,
    minutes: int | None,
    found: _Found,
) -> None:
    """Add the offers of one rep's day, or why there are none."""
    # As if pinned: the customer asks, so it does not matter whether a visit is due.
    wanted = Pins((Pin(account.id, minutes=minutes, said=say("wanted")),))
    candidates, out = choose([account], working, seen, wanted)
    reason = out[0].reason.removeprefix(say("{pin}, but {reason}", pin=say("wanted"), reason="")) if out else ""
    if candidates:
        with workspace.store.read() as tx:
            pins = settled_pins(tx, rep, working.day)
        hand = day_in_hand(workspace, rep, working, candidates, pins)
        offered = _offered(workspace, hand, candidates[0]) if hand.others else []
        found.offers.extend(offered)
        if not hand.others:
            reason = say("visited on that day's plan already")
        elif not offered:
            reason = say("no room between the visits that are planned, whoever gives way")
    if reason:
        found.closed.append(NoOffer(rep.key, working.day, reason))


def _offered(workspace: Workspace, hand: DayInHand, candidate: Candidate) -> list[Offer]:
    working = hand.working
    soonest = working.second(workspace.clock()) + NOTICE_S
    visit = hand.others[0]
    for slots in (hand.slots, hand.dear_slots):
        offered = [
            _offer(hand, slot, span, candidate)
            for slot in slots(visit)
            if (span := _rounded(max(slot.first_s, soonest), slot.last_s)) is not None
        ]
        if offered:
            return offered
    return []


def _rounded(first_s: int, last_s: int) -> tuple[int, int] | None:
    """The span from the first round time to the last one in it; None where none is."""
    for step in (ROUND_S, FINE_S):
        rounded = -(-first_s // step) * step
        if rounded <= last_s:
            return rounded, last_s // step * step
    return None


def _offer(hand: DayInHand, slot: Slot, span: tuple[int, int], candidate: Candidate) -> Offer:
    gone = [hand.candidates[number] for number in slot.gone]
    return Offer(
        rep_key=hand.rep.key,
        day=hand.working.day,
        first=hand.working.instant(span[0]),
        last=hand.working.instant(span[1]),
        minutes=candidate.service_s // 60,
        extra_s=slot.extra_s,
        extra_m=slot.extra_m,
        after=slot.after,
        before=slot.before,
        planned=hand.plan is not None,
        displaces=tuple(Lost(one.account.id, one.account.name, "") for one in gone),
        price=sum(one.prize for one in gone),
    )
