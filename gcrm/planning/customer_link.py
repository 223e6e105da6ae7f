"""A link with which a customer chooses the time of a visit, without a log-in.

Offered are only times that cost the rep little detour and take nobody's place. A time that is taken is a promise like
any other, and the day is planned around it; moved or cancelled it follows again. The link knows one account, ends by
itself, can be revoked, and only its hash is kept.
"""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gcrm.accounts.model import Account
from gcrm.common.language import ENGLISH, LANGUAGES, say, speaking, to_say
from gcrm.common.today import rep_today
from gcrm.common.wording import day_in_words
from gcrm.common.zones import zone_of
from gcrm.people.model import Rep
from gcrm.planning.due import visit_minutes
from gcrm.planning.feed_model import FeedEvent
from gcrm.planning.link_model import CustomerLink
from gcrm.planning.model import Appointment
from gcrm.platform.errors import Conflict, GcrmError, InputRejected, NotFound, TooOften
from gcrm.platform.mail import Mail, can_send, is_address, send
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

LIFE_DAYS, LIFE_MOST_DAYS = 14, 90
DAYS = 14
LITTLE_DETOUR_S = 20 * 60
"""A visit on the way: more driving than this is offered by nobody but a person."""
STEP = timedelta(minutes=30)
MOST_TIMES, MOST_A_DAY = 24, 4
ASKED = ((timedelta(minutes=5), 40), (timedelta(days=1), 300))
"""How often one link may be opened or used: working out times costs."""
STRANGERS = ((timedelta(minutes=5), 60), (timedelta(days=1), 1_000))
"""The same for one network address over all links, those that lead nowhere too."""


@dataclass(frozen=True, slots=True)
class OfferedTime:
    """A time that a customer can choose: the instant in the customer's zone; whose rep comes is not for the page."""

    start: datetime
    rep_key: str

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.start:%Y-%m-%dT%H:%M}"


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What the page behind a link shows, and nothing of anybody else. promised: the time that is taken, None for none.

    zone: the customer's.
    """

    name: str
    zone: str
    minutes: int
    expires_at: datetime
    promised: datetime | None
    rep: str
    times: tuple[OfferedTime, ...]


def make_link(
    workspace: Workspace, account_id: int, user_id: int, *, days: int = LIFE_DAYS, minutes: int | None = None
) -> str:
    """Make a link for an account; the secret in it is answered once. days: until it ends; minutes: of the visit.

    Raises NotFound, InputRejected for days or minutes that cannot be and for an account that is not on the map.
    """
    if not 1 <= days <= LIFE_MOST_DAYS:
        raise InputRejected(
            say("A link for {days} days is not possible.", days=days),
            say("Enter 1 to {most}.", most=LIFE_MOST_DAYS),
        )
    if minutes is not None and not 5 <= minutes <= 480:
        raise InputRejected(
            say("A visit of {minutes} minutes is not possible.", minutes=minutes), say("Enter 5 to 480.")
        )
    secret, now = secrets.token_urlsafe(32), workspace.clock()
    with workspace.store.write() as tx:
        account = tx.accounts.get(account_id)
        if account.place is None:
            raise InputRejected(
                say("{account} is not on the map.", account=account.name),
                say("Place it first: times depend on the way there."),
            )
        tx.links.add(CustomerLink(account_id, _key(secret), user_id, now, now + timedelta(days=days), minutes))
    return secret


def links_of(tx: "Transaction", account_id: int, now: datetime) -> list[CustomerLink]:
    """The links of an account that still lead somewhere, the newest first."""
    return [one for one in tx.links.of_account(account_id) if one.is_open(now)]


def revoke_link(workspace: Workspace, account_id: int, link_id: int) -> None:
    """Let a link lead nowhere from now on; what was promised through it stays. Raises NotFound."""
    with workspace.store.write() as tx:
        link = next((one for one in tx.links.of_account(account_id) if one.id == link_id), None)
        if link is None:
            raise NotFound(say("That link is gone."), say("Reload the page."))
        tx.links.update(replace(link, revoked_at=link.revoked_at or workspace.clock()))


def open_link(workspace: Workspace, secret: str, address: str, *, with_times: bool = True) -> CustomerPage:
    """What the page of a link shows. address: of whoever asks, which counts against the limits.

    Raises NotFound, in the same words, for a link that never was, has ended or was revoked; TooOften.
    """
    link, account, promised, rep = _opened(workspace, secret, address)
    zone = zone_of(account, rep.zone if rep else "UTC")
    begins = _instant(promised, rep).astimezone(ZoneInfo(zone)) if promised and rep else None
    times = _times(workspace, link, account, zone) if with_times else ()
    minutes = link.minutes or visit_minutes(account)
    return CustomerPage(
        account.name, zone, minutes, link.expires_at, begins, rep.name if rep and promised else "", times
    )


def take_time(workspace: Workspace, secret: str, value: str, address: str) -> list[str]:
    """Take one of the times that are offered now, in the place of one that was taken before. What to tell: sentences.

    Raises as `open_link`, Conflict where the time is not offered any more; what was promised before holds then.
    """
    from gcrm.planning.take_offer import take_offer

    link, account, before, _ = _opened(workspace, secret, address)
    zone = zone_of(account, "UTC")
    chosen = next((one for one in _times(workspace, link, account, zone) if one.value == value), None)
    if chosen is None:
        raise Conflict(say("That time is not free any more."), say("Choose another one."))
    with workspace.store.read() as tx:
        rep = tx.reps.get(chosen.rep_key)
    local = chosen.start.astimezone(ZoneInfo(rep.zone))
    # Of one day only one visit is promised: there the old time makes room first. Else it goes last, so that whatever
    # dies in between leaves the customer a promise.
    same_day = before is not None and before.day == local.date()
    if before is not None and same_day:
        _call_off(workspace, before)
    try:
        promised, _ = take_offer(workspace, account.id, rep.key, local.date(), local.time())
    except GcrmError:
        if before is not None and same_day:
            _restore(workspace, link, before)
        raise
    made = replace(link, appointment_id=promised.appointment.id, sequence=link.sequence + 1)
    with workspace.store.write() as tx:
        tx.links.update(made)
    if before is not None and not same_day:
        _call_off(workspace, before)
    what = "moved" if before else "confirmed"
    return _tell(workspace, made, account, rep, chosen.start, what)


def cancel_time(workspace: Workspace, secret: str, address: str) -> list[str]:
    """Call off what was taken. What to tell: sentences. Raises as `open_link`, Conflict where nothing is promised."""
    link, account, before, rep = _opened(workspace, secret, address)
    if before is None or rep is None:
        raise Conflict(say("No visit is promised."), say("Choose a time, if you want one."))
    begins = _instant(before, rep).astimezone(ZoneInfo(zone_of(account, rep.zone)))
    _call_off(workspace, before)
    made = replace(link, appointment_id=None, sequence=link.sequence + 1)
    with workspace.store.write() as tx:
        tx.links.update(made)
    return _tell(workspace, made, account, rep, begins, "cancelled")


def calendar_file(workspace: Workspace, secret: str, address: str) -> bytes:
    """The promised visit as iCalendar. Raises as `open_link`, NotFound where nothing is promised."""
    link, account, promised, rep = _opened(workspace, secret, address)
    if promised is None or rep is None:
        raise NotFound(say("No visit is promised."), say("Choose a time first."))
    begins = _instant(promised, rep).astimezone(ZoneInfo(zone_of(account, rep.zone)))
    return _ics(workspace, link, account, rep, begins, cancelled=False)


def _opened(
    workspace: Workspace, secret: str, address: str
) -> tuple[CustomerLink, Account, Appointment | None, Rep | None]:
    now = workspace.clock()
    _admit(workspace, f"link of {_key(secret)}", f"links from {address}", now)
    with workspace.store.read() as tx:
        link = tx.links.by_key(_key(secret))
        if link is None or not link.is_open(now):
            raise NotFound(say("This link leads nowhere any more."), say("Ask whoever sent it to you for a new one."))
        account = tx.accounts.get(link.account_id)
        promised = tx.appointments.get(link.appointment_id) if link.appointment_id else None
        if promised is not None and promised.account_id != account.id:
            promised = None
        owner = next((one.rep_id for one in tx.territories.all() if one.id == account.territory_id), None)
        rep_id = (promised.rep_id if promised else None) or owner
        rep = tx.reps.by_id(rep_id) if rep_id else None
        if promised is not None and rep is not None and promised.last < rep_today(rep, now):
            promised = None
    return link, account, promised, rep


def _admit(workspace: Workspace, link: str, stranger: str, now: datetime) -> None:
    """Count one more use. Raises TooOften."""
    limits = {
        hashlib.sha256(link.encode()).hexdigest(): ASKED,
        hashlib.sha256(stranger.encode()).hexdigest(): STRANGERS,
    }
    with workspace.store.write() as tx:
        for bucket, rules in limits.items():
            tried = tx.sign_in_attempts.instants(bucket, now - timedelta(days=1))
            if any(sum(at > now - within for at in tried) >= most for within, most in rules):
                raise TooOften(say("This page was opened too often."), say("Wait some minutes and try again."))
        tx.sign_in_attempts.add(list(limits), now)


def _times(workspace: Workspace, link: CustomerLink, account: Account, zone: str) -> tuple[OfferedTime, ...]:
    """The times on offer, by day: not today's, at most some of each day, in the customer's zone."""
    from gcrm.planning.offers import offers

    with workspace.store.read() as tx:
        reps = {rep.key: rep for rep in tx.reps.all()}
    now = workspace.clock()
    first = max((rep_today(rep, now) for rep in reps.values()), default=None)
    if first is None:
        return ()
    found = offers(workspace, account.id, first + timedelta(days=1), days=DAYS, minutes=link.minutes, limit=200)
    by_day: dict[date, list[OfferedTime]] = {}
    for offer in sorted(found.offers, key=lambda one: (one.extra_s, one.first)):
        if offer.extra_s > LITTLE_DETOUR_S or offer.displaces:
            continue
        start = offer.first
        while start <= offer.last:
            local = start.astimezone(ZoneInfo(zone))
            day = by_day.setdefault(local.date(), [])
            if len(day) < MOST_A_DAY and all(abs(local - one.start) >= STEP for one in day):
                day.append(OfferedTime(local, offer.rep_key))
            start += STEP
    times = sorted((one for day in by_day.values() for one in day), key=lambda one: one.start)
    return tuple(times[:MOST_TIMES])


def _instant(promised: Appointment, rep: Rep | None) -> datetime:
    zone = ZoneInfo(rep.zone if rep else "UTC")
    return datetime.combine(promised.day, promised.start or time(12), zone)


def _call_off(workspace: Workspace, promised: Appointment) -> None:
    """Take a promise back, and the visit out of the day that is planned with it."""
    from gcrm.planning.apply_change import apply_simulated
    from gcrm.planning.disruption import preview_disruption
    from gcrm.planning.replan import News

    with workspace.store.write() as tx:
        tx.appointments.delete(promised.id)
        rep = tx.reps.by_id(promised.rep_id) if promised.rep_id else None
        plan = tx.plans.current(rep.id, promised.day) if rep else None
    if rep is None or plan is None or all(stop.account_id != promised.account_id for stop in plan.stops):
        return
    # A day that cannot be planned again keeps its stop until it is; the promise is gone all the same.
    with suppress(GcrmError):
        news = News(workspace.clock(), cancelled=frozenset({promised.account_id}))
        apply_simulated(workspace, preview_disruption(workspace, rep.key, promised.day, news))


def _restore(workspace: Workspace, link: CustomerLink, before: Appointment) -> None:
    with workspace.store.write() as tx:
        again = tx.appointments.add(replace(before, id=0))
        tx.links.update(replace(link, appointment_id=again.id))


SUBJECTS = {
    "confirmed": to_say("Visit confirmed: {when}"),
    "moved": to_say("Visit moved: {when}"),
    "cancelled": to_say("Visit cancelled: {when}"),
}
TO_CUSTOMER = {
    "confirmed": to_say("The visit of {rep} at {account} is confirmed: {when}."),
    "moved": to_say("The visit of {rep} at {account} is moved: {when}."),
    "cancelled": to_say("The visit of {rep} at {account} is cancelled: {when}."),
}
TO_REP = {
    "confirmed": to_say("{account} has confirmed the visit: {when}."),
    "moved": to_say("{account} has moved the visit: {when}."),
    "cancelled": to_say("{account} has cancelled the visit: {when}."),
}


def _tell(
    workspace: Workspace, link: CustomerLink, account: Account, rep: Rep, begins: datetime, what: str
) -> list[str]:
    """Tell both sides by mail, where that is set up; sentences for the page of what was and was not sent."""
    if not can_send(workspace.settings):
        return (
            [say("No mail is sent from here: keep the calendar file.")]
            if what != "cancelled"
            else [say("No mail is sent from here.")]
        )
    with workspace.store.read() as tx:
        reps_users = [one for one in tx.users.all() if one.active and one.rep_id == rep.id]

    def sent(to: str, spoken: str, words: Mapping[str, str]) -> bool:
        if not is_address(to):
            return False
        with speaking(spoken):
            when = f"{day_in_words(begins.date())}, {begins:%H:%M} ({begins.tzinfo})"
            told = {"rep": rep.name, "account": account.name, "when": when}
            text = f"{say(words[what], **told)}\n\n{account.address.text}\n"
            ics = _ics(workspace, link, account, rep, begins, cancelled=what == "cancelled")
            mail = Mail(to, say(SUBJECTS[what], when=when), text, ics, "CANCEL" if what == "cancelled" else "PUBLISH")
        with suppress(GcrmError):
            send(workspace.settings, mail)
            return True
        return False

    to_customer = sent(account.email, language_of(account), TO_CUSTOMER)
    to_reps = [sent(one.email, one.language or ENGLISH, TO_REP) for one in reps_users]
    return [
        say("A mail was sent to you.") if to_customer else say("No mail could be sent to you."),
        say("A mail was sent to {rep}.", rep=rep.name)
        if any(to_reps)
        else say("No mail could be sent to {rep}.", rep=rep.name),
    ]


def language_of(account: Account) -> str:
    """What an account is written to in: the first of its languages that is spoken here, else English."""
    return next((one for one in account.languages if one in LANGUAGES), ENGLISH)


def _ics(
    workspace: Workspace, link: CustomerLink, account: Account, rep: Rep, begins: datetime, *, cancelled: bool
) -> bytes:
    from gcrm.common.icalendar_text import as_ical

    event = FeedEvent(
        f"link-{link.id}-{link.key[:16]}@gcrm",
        begins,
        begins + timedelta(minutes=link.minutes or visit_minutes(account)),
        say("Visit: {rep}", rep=rep.name),
        account.address.text,
        account.place,
        sequence=link.sequence,
        changed_at=workspace.clock(),
        cancelled=cancelled,
    )
    return as_ical("", str(begins.tzinfo), [event], year=begins.year, method="CANCEL" if cancelled else "PUBLISH")


def _key(secret: str) -> str:
    return hashlib.sha256(b"customer link " + secret.encode("utf-8", "surrogatepass")).hexdigest()
