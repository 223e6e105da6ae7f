"""One timeline of an account: what our own people told, and what other programs did, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gcrm.activities.list_tasks import rows_of
from gcrm.activities.model import ActivityKind, Channel

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

KINDS = ("visit", "call", "mail", "meeting", "note", "task")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry. at: the instant, None where only the day is known; done: False for what is still to come."""

    kind: str
    day: date | None
    at: datetime | None
    done: bool
    direction: str
    subject: str
    text: str
    minutes: int | None
    by: str
    people: tuple[dict[str, Any], ...]
    deal: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """One page of a timeline, and how many entries there are in all."""

    entries: tuple[TimelineEntry, ...]
    total: int


def timeline(
    tx: "Transaction", account_id: int, *, kind: str = "", text: str = "", after: int = 0, limit: int = 30
) -> TimelinePage:
    """What happened with an account. Whether it may be seen is the caller's to know."""
    own = _own(tx, account_id, kind, text) if not kind or kind in set(ActivityKind) else []
    ids: Sequence[int] = []
    others = 0
    if not kind or kind in set(Channel):
        kinds = [Channel(kind)] if kind else []
        ids, others = tx.interactions.page(account_id=account_id, kinds=kinds, text=text, limit=after + limit)
    entries = [*own, *(_told(one) for one in rows_of(tx, ids))]
    entries.sort(key=_order, reverse=True)
    return TimelinePage(tuple(entries[after : after + limit]), len(own) + others)


def _order(one: TimelineEntry) -> tuple[str, str]:
    return one.day.isoformat() if one.day else "", one.at.isoformat() if one.at else ""


def _own(tx: "Transaction", account_id: int, kind: str, text: str) -> list[TimelineEntry]:
    names = {user.id: user.name for user in tx.users.all()}
    reps = {rep.id: rep.name for rep in tx.reps.all()}
    wanted = text.casefold()
    return [
        TimelineEntry(
            one.kind.value,
            tx.activities.calendar_day(one),
            one.at,
            True,  # noqa: FBT003 - what was told was done
            "",
            "",
            "\n".join(filter(None, [one.note, one.next_step])),
            None if one.lasted_s is None else round(one.lasted_s / 60),
            names.get(one.user_id or 0, "") or reps.get(one.rep_id or 0, ""),
            (),
            "",
            one.outcome.value,
        )
        for one in tx.activities.of_account(account_id, limit=None)
        if (not kind or one.kind.value == kind) and wanted in f"{one.note} {one.next_step}".casefold()
    ]


def _told(one: Any) -> TimelineEntry:
    return TimelineEntry(
        one.kind.value,
        one.due,
        one.at,
        one.done,
        one.direction,
        one.subject,
        one.text,
        one.minutes,
        one.owner,
        one.people,
        one.deal,
    )
