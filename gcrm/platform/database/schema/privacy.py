"""Who looked at positions of reps, and what was erased. A certificate names its subject by number only."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from gcrm.platform.database.schema.columns import count, metadata, number, words
from gcrm.platform.database.types import TEXT, Document, Instant

position_look = Table(
    "position_look",
    metadata,
    number(),
    Column("rep_id", ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("at", Instant, nullable=False),
    words("why"),
    count("points"),
    Index("ix_position_look_rep", "rep_id"),
    sqlite_autoincrement=True,
)

erasure = Table(
    "erasure",
    metadata,
    number(),
    Column("kind", TEXT, nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("document", Document, nullable=False),
    sqlite_autoincrement=True,
)
