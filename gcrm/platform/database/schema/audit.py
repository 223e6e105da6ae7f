"""What happened to users, keys and data; rows are added and never changed."""

from sqlalchemy import Column, ForeignKey, Index, Table

from gcrm.platform.database.schema.columns import metadata, number, words
from gcrm.platform.database.types import TEXT, Instant

audit_event = Table(
    "audit_event",
    metadata,
    number(),
    Column("at", Instant, nullable=False),
    Column("event", TEXT, nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("about_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    words("what"),
    words("address"),
    words("via"),
    Index("ix_audit_event_at", "at"),
    sqlite_autoincrement=True,
)
