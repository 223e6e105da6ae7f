"""Addresses of other programs that are told of changes, and what was sent to each."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    def text(name: str) -> sa.Column[str]:
        return sa.Column(name, TEXT, nullable=False, server_default=sa.text("''"))

    def count(name: str) -> sa.Column[int]:
        return sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))

    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("url", TEXT, nullable=False),
        text("kinds"),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        count("told"),
        text("stopped"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("webhook_id", sa.Integer, sa.ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        count("tries"),
        sa.Column("delivered_at", Instant),
        sa.Column("code", sa.Integer),
        text("error"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_webhook_delivery_webhook", "webhook_delivery", ["webhook_id", "delivered_at"])
