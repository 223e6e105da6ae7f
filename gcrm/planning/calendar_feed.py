"""A rep's visits as a calendar that other programs read: planned stops and promised visits, under a secret address.

An event keeps its UID for good, its SEQUENCE grows with each change, and what is off is told as CANCELLED until it
would have been over: calendars that were not asked to forget would show it for ever (RFC 5545, 3.8.7.4; RFC 5546). What
was told last is kept, so that the next reader hears of every change.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gcrm.accounts.model import Account
from gcrm.common.language import ENGLISH, say, speaking
from gcrm.common.today import rep_today
from gcrm.people.model import Rep
from gcrm.planning.due import visit_minutes
from gcrm.planning.feed_model import Feed, FeedEvent
from gcrm.planning.model import Appointment
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

BEFORE, AHEAD = timedelta(days=14), timedelta(days=92)
"""So far back and ahead the calendar goes."""

INSTANCE = "instance id"
"""The key of what tells the events of this database from those of others."""

READ_EVERY = timedelta(minutes=15)
"""How exactly the last reading is kept."""


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """The calendar as text/calendar, when anything in it changed last, and what tells it from other states of it."""

    body: bytes
    changed_at: datetime
    etag: str


def make_feed(workspace: Workspace, user_id: int, *, with_names: bool) -> str:
    """Give a user a secret, the only one from now on. It is answered once: only its hash is kept.

    Raises InputRejected for a user who is no rep.
    """
    secret = secrets.token_urlsafe(32)
    with workspace.store.write() as tx:
        if tx.users.get(user_id).rep_id is None:
            raise InputRejected(
                say("Only reps have visits to show."), say("Ask an administrator to link your sign-in to a rep.")
            )
        if tx.settings.get(INSTANCE) is None:
            tx.settings.set(INSTANCE, uuid.uuid4().hex)
        tx.feeds.set_for(user_id, Feed(user_id, key_of_feed(secret), workspace.clock(), with_names))
    return secret


def end_feed(workspace: Workspace, user_id: int) -> None:
    """Let the address lead nowhere from now on."""
    with workspace.store.write() as tx:
        tx.feeds.set_for(user_id, None)


def feed_of(tx: "Transaction", user_id: int) -> Feed | None:
    """The feed that a user has, None for none."""
    return tx.feeds.of_user(user_id)


def read_feed(workspace: Workspace, secret: str) -> FeedAnswer:
    """The calendar behind a secret, and note that it was read.

    Raises NotFound, in the same words, for a secret that is unknown, ended, or of somebody who may sign in no more.
    """
    now = workspace.clock()
    with workspace.store.read() as tx:
        feed = tx.feeds.by_key(key_of_feed(secret))
        user = tx.users.get(feed.user_id) if feed else None
        if feed is None or user is None or not user.active or user.rep_id is None:
            raise NotFound(say("There is no such calendar."), say("Make a new address on the page Me."))
        rep = tx.reps.by_id(user.rep_id)
        told = tx.feeds.events(rep.id, rep.zone)
        wanted = _events(tx, rep, now, str(tx.settings.get(INSTANCE)))
    events, news, over = _compared(told, wanted, now, rep)
    if news or over or feed.read_at is None or now - feed.read_at > READ_EVERY:
        with workspace.store.write() as tx:
            tx.feeds.tell(rep.id, news)
            tx.feeds.forget(rep.id, over)
            tx.feeds.note_read(feed.id, now)
    with speaking(user.language or ENGLISH):
        body = _as_ical(rep, events, now, with_names=feed.with_names)
    changed = max([feed.made_at, *(one.changed_at for one in events if one.changed_at)])
    return FeedAnswer(body, changed, hashlib.sha256(body).hexdigest()[:32])


def key_of_feed(secret: str) -> str:
    """What is kept of a secret. It is random, so one round of a fast hash is enough."""
    return hashlib.sha256(b"calendar feed " + secret.encode("utf-8", "surrogatepass")).hexdigest()


def _compared(
    told: dict[str, FeedEvent], wanted: dict[str, FeedEvent], now: datetime, rep: Rep
) -> tuple[list[FeedEvent], list[FeedEvent], list[str]]:
    """The events to show, those of them that are news, and the uids that nobody needs to hear of any more."""
    events, news, over = [], [], []
    for uid, event in wanted.items():
        before = told.get(uid)
        if before is None:
            event = replace(event, changed_at=now)  # noqa: PLW2901 - the event as it is told
        elif replace(event, sequence=before.sequence, changed_at=before.changed_at) == before:
            event = before  # noqa: PLW2901
        else:
            event = replace(event, sequence=before.sequence + 1, changed_at=now)  # noqa: PLW2901
        events.append(event)
        if event is not before:
            news.append(event)
    for uid, before in told.items():
        if uid in wanted:
            continue
        last = before.end.astimezone(ZoneInfo(rep.zone)).date() if isinstance(before.end, datetime) else before.end
        if last < rep_today(rep, now):
            over.append(uid)
        elif before.cancelled:
            events.append(before)
        else:
            off = replace(before, cancelled=True, sequence=before.sequence + 1, changed_at=now)
            events.append(off)
            news.append(off)
    return sorted(events, key=lambda one: (one.start.isoformat(), one.uid)), news, over


def _events(tx: "Transaction", rep: Rep, now: datetime, instance: str) -> dict[str, FeedEvent]:
    """Uid to each visit of a rep that is planned or promised."""
    today = rep_today(rep, now)
    first, last = today - BEFORE, today + AHEAD
    plans = tx.plans.between(rep.id, first, last)
    owners = {one.id: one.rep_id for one in tx.territories.all()}
    promised = tx.appointments.between(first, last)
    ids = {one.account_id for one in promised} | {stop.account_id for plan in plans.values() for stop in plan.stops}
    accounts = {one.id: one for one in tx.accounts.by_ids(sorted(ids))}
    own = [
        one
        for one in promised
        if one.account_id in accounts
        and (one.rep_id or owners.get(accounts[one.account_id].territory_id or 0)) == rep.id
    ]
    found: dict[str, FeedEvent] = {}
    kept: set[int] = set()
    for day, plan in plans.items():
        for stop in plan.stops:
            account = accounts.get(stop.account_id)
            if account is None:
                continue
            promise = next((one for one in own if one.account_id == account.id and one.day <= day <= one.last), None)
            uid = _uid(promise, instance) if promise else f"visit-{rep.id}-{account.id}-{day}@{instance}"
            kept |= {promise.id} if promise else set()
            zone = ZoneInfo(rep.zone)
            event = _event(uid, account, stop.start.astimezone(zone), stop.leave.astimezone(zone), stop.why)
            found[uid] = event
    for one in own:
        if one.id not in kept:
            found[_uid(one, instance)] = _promised(one, accounts[one.account_id], rep, instance)
    return found


def _promised(one: Appointment, account: Account, rep: Rep, instance: str) -> FeedEvent:
    """A promised visit that no plan holds yet: to the minute where it has a time, else for its days."""
    if one.start is None:
        return _event(_uid(one, instance), account, one.day, one.last + timedelta(days=1), one.note)
    begins = datetime.combine(one.day, one.start, ZoneInfo(rep.zone))
    ends = begins + timedelta(minutes=one.minutes or visit_minutes(account))
    return _event(_uid(one, instance), account, begins, ends, one.note)


def _event(uid: str, account: Account, start: datetime | date, end: datetime | date, note: str) -> FeedEvent:
    return FeedEvent(uid, start, end, account.name, account.address.text, account.place, note)


def _uid(one: Appointment, instance: str) -> str:
    return f"appointment-{one.id}@{instance}"


def _as_ical(rep: Rep, events: list[FeedEvent], now: datetime, *, with_names: bool) -> bytes:
    from gcrm.common.icalendar_text import as_ical

    hidden = [one if with_names else replace(one, summary="Visit", location="", place=None, note="") for one in events]
    return as_ical(say("Visits of {rep}", rep=rep.name), rep.zone, hidden, year=now.astimezone(ZoneInfo(rep.zone)).year)
