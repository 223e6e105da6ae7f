"""Who is signed in where, and who tried to be: a session ends for all processes at once."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("browser", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("address", TEXT, nullable=False, server_default=sa.text("''")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_user_session_user", "user_session", ["user_id"])
    op.create_index("ix_user_session_seen", "user_session", ["seen_at"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("bucket", TEXT, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_in_attempt", "sign_in_attempt", ["bucket", "at"])
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])
