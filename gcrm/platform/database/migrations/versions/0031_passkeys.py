"""Passkeys of users, and what opens something only once."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("credential", TEXT, nullable=False, unique=True),
        sa.Column("public_key", TEXT, nullable=False),
        sa.Column("handle", TEXT, nullable=False),
        sa.Column("host", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("uses", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("used_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passkey_user", "passkey", ["user_id"])
    op.create_table(
        "used_once",
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_used_once_at", "used_once", ["at"])
