"""Planned days, promised visits, and what people decided about them."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table

from gcrm.platform.database.schema.columns import count, flag, metadata, number, words
from gcrm.platform.database.types import TEXT, Document, Instant

plan = Table(
    "plan",
    metadata,
    number(),
    Column("rep_id", ForeignKey("rep.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("document", Document, nullable=False),
    Column("ends_at", Instant),
    Index("ix_plan_day", "day", "rep_id", "id"),
    sqlite_autoincrement=True,
)

# No foreign key to the account: a plan keeps whom it visits, and an account that is taken away comes back under its id.

plan_stop = Table(
    "plan_stop",
    metadata,
    Column("plan_id", ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("start_at", Instant, nullable=False),
    Index("ix_plan_stop_account", "account_id"),
)

override = Table(
    "override",
    metadata,
    number(),
    Column("rep_id", ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("what", TEXT, nullable=False),
    Column("start", TEXT),
    Index("ix_override_day", "rep_id", "day", "account_id", unique=True),
    Index("ix_override_account", "account_id"),
    sqlite_autoincrement=True,
)

proposal = Table(
    "proposal",
    metadata,
    number(),
    Column("rep_id", ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE")),
    Column("made_at", Instant, nullable=False),
    Column("document", Document, nullable=False),
    sqlite_autoincrement=True,
)

kept_change = Table(
    "kept_change",
    metadata,
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("kept_at", Instant, nullable=False),
    Column("document", Document, nullable=False),
)

appointment = Table(
    "appointment",
    metadata,
    number(),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("rep_id", ForeignKey("rep.id")),
    Column("day", Date, nullable=False),
    Column("start", TEXT),
    Column("minutes", Integer),
    words("note"),
    Column("till", Date),
    Index("ix_appointment_day", "day"),
    Index("ix_appointment_account", "account_id"),
    sqlite_autoincrement=True,
)

calendar_feed = Table(
    "calendar_feed",
    metadata,
    number(),
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("key", TEXT, nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
    flag("with_names", default=True),
    Column("read_at", Instant),
    sqlite_autoincrement=True,
)

feed_event = Table(
    "feed_event",
    metadata,
    Column("uid", TEXT, primary_key=True),
    Column("rep_id", ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
    count("sequence"),
    Column("changed_at", Instant, nullable=False),
    flag("cancelled", default=False),
    Column("document", Document, nullable=False),
    Index("ix_feed_event_rep", "rep_id"),
)

customer_link = Table(
    "customer_link",
    metadata,
    number(),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("key", TEXT, nullable=False, unique=True),
    Column("made_by", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("minutes", Integer),
    Column("revoked_at", Instant),
    Column("appointment_id", ForeignKey("appointment.id", ondelete="SET NULL")),
    count("sequence"),
    Index("ix_customer_link_account", "account_id"),
    Index("ix_customer_link_appointment", "appointment_id"),
    sqlite_autoincrement=True,
)

told_news = Table(
    "told_news",
    metadata,
    number(),
    Column("client_id", TEXT, nullable=False, unique=True),
    Column("user_id", ForeignKey("user_account.id"), nullable=False),
    Column("rep_id", ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("applied", Boolean, nullable=False),
    words("words"),
    sqlite_autoincrement=True,
)
