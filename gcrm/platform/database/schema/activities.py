"""What was done and told about accounts."""

from typing import Any

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, LargeBinary, Table

from gcrm.platform.database.schema.columns import metadata, number, partial_index, words
from gcrm.platform.database.types import TEXT, Document, Instant


def _seen(name: str) -> list[Column[Any]]:
    """Where a phone was when its rep came or left, and what that says."""
    return [
        Column(f"{name}_at", Instant),
        *(Column(f"{name}_{what}", Float(53)) for what in ("lon", "lat", "accuracy_m", "distance_m")),
        Column(f"{name}_verdict", TEXT),
        *(Column(f"{name}_{what}", Float(53)) for what in ("age_s", "placed_m")),
    ]


def _of_account() -> Column[int]:
    return Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)


activity = Table(
    "activity",
    metadata,
    number(),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Column("rep_id", ForeignKey("rep.id")),
    Column("user_id", ForeignKey("user_account.id")),
    words("outcome"),
    words("note"),
    words("next_step"),
    Column("next_date", Date),
    *_seen("check_in"),
    *_seen("check_out"),
    words("client_id"),
    words("said_at"),
    Column("received_at", Instant),
    Column("clock_error_s", Float(53)),
    Column("withdrawn_at", Instant),
    Index("ix_activity_account", "account_id", "at"),
    Index("ix_activity_rep", "rep_id", "at"),
    Index("ix_activity_at", "at"),
    partial_index("ix_activity_client", "client_id", where="client_id <> ''", unique=True),
    sqlite_autoincrement=True,
)

activity_revision = Table(
    "activity_revision",
    metadata,
    number(),
    Column("activity_id", ForeignKey("activity.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_id", ForeignKey("user_account.id")),
    Column("before", Document, nullable=False),
    Column("after", Document, nullable=False),
    Index("ix_activity_revision_activity", "activity_id"),
    sqlite_autoincrement=True,
)

# Accounts whose visits are not to teach the planner, and those whose check-ins a person has looked at and left the pin.

not_learned = Table("not_learned", metadata, _of_account())
refused_pin = Table("refused_pin", metadata, _of_account(), Column("at", Instant, nullable=False))

# What phones could not file by themselves. No foreign key to the account: it may be gone, which is why it is here.

handed_in = Table(
    "handed_in",
    metadata,
    number(),
    Column("client_id", TEXT, nullable=False, unique=True),
    Column("user_id", ForeignKey("user_account.id")),
    Column("at", Instant, nullable=False),
    Column("document", Document, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", ForeignKey("user_account.id")),
    Column("activity_id", ForeignKey("activity.id", ondelete="SET NULL")),
    sqlite_autoincrement=True,
)

# What it belongs to is named by the phone's number, which is there before the entry is filed, and after it has moved.

photo = Table(
    "photo",
    metadata,
    number(),
    Column("client_id", TEXT, nullable=False, unique=True),
    Column("about", TEXT, nullable=False),
    Column("user_id", ForeignKey("user_account.id")),
    Column("taken_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("media_type", TEXT, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_photo_about", "about"),
    sqlite_autoincrement=True,
)
