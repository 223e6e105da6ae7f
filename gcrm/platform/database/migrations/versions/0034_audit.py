"""The audit log."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("event", TEXT, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("about_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("what", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("address", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("via", TEXT, nullable=False, server_default=sa.text("''")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
