"""What was changed about accounts, and by what."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "change_set",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id")),
        sa.Column("document", Document),
        sa.Column("undone_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account_change",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("set_id", sa.Integer, sa.ForeignKey("change_set.id", ondelete="CASCADE"), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("before", Document),
        sa.Column("after", Document),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_account_change_set", "account_change", ["set_id"])
    op.create_index("ix_account_change_account", "account_change", ["account_id"])
