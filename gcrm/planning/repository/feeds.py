"""Secret addresses of calendar feeds, and the events that have been told there."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from gcrm.planning.feed_model import Feed, FeedEvent
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import calendar_feed, feed_event
from routing.points import LonLat


class Feeds(Repository):
    """One feed a user at most; events belong to a rep, whoever reads them."""

    def of_user(self, user_id: int) -> Feed | None:
        """The feed of a user, None where there is none."""
        row = self._connection.execute(select(calendar_feed).where(calendar_feed.c.user_id == user_id)).first()
        return _feed_of(row) if row else None

    def by_key(self, key: str) -> Feed | None:
        """The feed whose secret has that hash."""
        row = self._connection.execute(select(calendar_feed).where(calendar_feed.c.key == key)).first()
        return _feed_of(row) if row else None

    def set_for(self, user_id: int, new: Feed | None) -> None:
        """Give a user another feed in the place of the one there is; None for no more."""
        self._connection.execute(delete(calendar_feed).where(calendar_feed.c.user_id == user_id))
        if new is not None:
            row = {name: getattr(new, name) for name in ("user_id", "key", "made_at", "with_names")}
            self._connection.execute(insert(calendar_feed).values(row))

    def note_read(self, feed_id: int, at: datetime) -> None:
        """Note when it was read last."""
        self._connection.execute(update(calendar_feed).where(calendar_feed.c.id == feed_id).values(read_at=at))

    def events(self, rep_id: int, zone: str) -> dict[str, FeedEvent]:
        """Uid to what was told of it last."""
        rows = self._connection.execute(select(feed_event).where(feed_event.c.rep_id == rep_id))
        return {row.uid: _event_of(row, zone) for row in rows}

    def tell(self, rep_id: int, events: list[FeedEvent]) -> None:
        """Keep what is told of events now."""
        for one in events:
            self._connection.execute(delete(feed_event).where(feed_event.c.uid == one.uid))
        rows = [_row_of(rep_id, one) for one in events]
        if rows:
            self._connection.execute(insert(feed_event), rows)

    def forget(self, rep_id: int, uids: list[str]) -> None:
        """Forget events that are over."""
        for uid in uids:
            self._connection.execute(delete(feed_event).where(feed_event.c.rep_id == rep_id, feed_event.c.uid == uid))


def _feed_of(row: Any) -> Feed:
    return Feed(row.user_id, row.key, row.made_at, row.with_names, row.read_at, row.id)


def _row_of(rep_id: int, one: FeedEvent) -> dict[str, Any]:
    document = {
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "summary": one.summary,
        "location": one.location,
        "place": list(one.place) if one.place else None,
        "note": one.note,
    }
    return {
        "uid": one.uid,
        "rep_id": rep_id,
        "sequence": one.sequence,
        "changed_at": one.changed_at,
        "cancelled": one.cancelled,
        "document": document,
    }


def _event_of(row: Any, zone: str) -> FeedEvent:
    kept = row.document
    made = FeedEvent(
        row.uid,
        _moment(kept["start"], zone),
        _moment(kept["end"], zone),
        kept["summary"],
        kept["location"],
        LonLat(*kept["place"]) if kept["place"] else None,
        kept["note"],
    )
    return replace(made, sequence=row.sequence, changed_at=row.changed_at, cancelled=row.cancelled)


def _moment(text: str, zone: str) -> datetime | date:
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)) if "T" in text else date.fromisoformat(text)
