"""What other programs are told of."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from gcrm.platform.database.schema.columns import count, metadata, number, words
from gcrm.platform.database.types import TEXT, Document, Instant

# Written by triggers alone. No foreign keys: what is gone was changed too.

change_feed = Table(
    "change_feed",
    metadata,
    number(),
    Column("at", Instant, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("object_id", Integer, nullable=False),
    Column("action", TEXT, nullable=False),
    Column("account_id", Integer),
    Column("territory_id", Integer),
    Column("territory_before", Integer),
    Column("rep_id", Integer),
    Column("rep_before", Integer),
    sqlite_autoincrement=True,
)

# The secret signs what is sent, so it is kept as it is. told: the number of the last change that was put into a
# message.

webhook = Table(
    "webhook",
    metadata,
    number(),
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("url", TEXT, nullable=False),
    words("kinds"),
    Column("secret", TEXT, nullable=False),
    Column("made_at", Instant, nullable=False),
    count("told"),
    words("stopped"),
    sqlite_autoincrement=True,
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    number(),
    Column("webhook_id", ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False),
    Column("message", TEXT, nullable=False),
    Column("document", Document, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    count("tries"),
    Column("delivered_at", Instant),
    Column("code", Integer),
    words("error"),
    Index("ix_webhook_delivery_webhook", "webhook_id", "delivered_at"),
    sqlite_autoincrement=True,
)
