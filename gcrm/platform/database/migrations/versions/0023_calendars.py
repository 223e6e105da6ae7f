"""Calendar feeds under secret addresses, what was told there, and other calendars that plans go around."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False, unique=True
        ),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("with_names", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("read_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feed_event",
        sa.Column("uid", TEXT, primary_key=True),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("document", Document, nullable=False),
    )
    op.create_index("ix_feed_event_rep", "feed_event", ["rep_id"])
    op.create_table(
        "busy_calendar",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("url", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("spans", Document, nullable=False),
        sa.Column("read_at", Instant),
        sa.Column("fault", TEXT, nullable=False, server_default=sa.text("''")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_busy_calendar_rep", "busy_calendar", ["rep_id"])
