"""When phones say that something happened, corrections of activities, and what phones could not file."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("activity", sa.Column("said_at", TEXT, nullable=False, server_default=sa.text("''")))
    op.add_column("activity", sa.Column("received_at", Instant))
    op.add_column("activity", sa.Column("clock_error_s", sa.Float(53)))
    op.add_column("activity", sa.Column("withdrawn_at", Instant))
    op.create_table(
        "activity_revision",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("activity_id", sa.Integer, sa.ForeignKey("activity.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id")),
        sa.Column("before", Document, nullable=False),
        sa.Column("after", Document, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activity_revision_activity", "activity_revision", ["activity_id"])
    op.create_table(
        "handed_in",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("client_id", TEXT, nullable=False, unique=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Column("settled_at", Instant),
        sa.Column("settled_by", sa.Integer, sa.ForeignKey("user_account.id")),
        sa.Column("activity_id", sa.Integer, sa.ForeignKey("activity.id", ondelete="SET NULL")),
        sqlite_autoincrement=True,
    )
