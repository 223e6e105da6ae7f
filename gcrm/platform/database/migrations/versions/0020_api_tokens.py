"""Other programs: the tokens that let them in, and what was answered to a request that may be sent again."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    def text(name: str) -> sa.Column[str]:
        return sa.Column(name, TEXT, nullable=False, server_default=sa.text("''"))

    def user(name: str) -> sa.Column[int]:
        return sa.Column(name, sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL"))

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
        text("name"),
        sa.Column("key", TEXT, nullable=False, unique=True),
        text("scopes"),
        sa.Column("made_at", Instant, nullable=False),
        user("made_by"),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant),
        text("used_from"),
        sa.Column("revoked_at", Instant),
        user("revoked_by"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_token_user", "api_token", ["user_id"])
    op.create_table(
        "answered_request",
        sa.Column("token_id", sa.Integer, sa.ForeignKey("api_token.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("asked", TEXT, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("answer", Document),
    )
    op.create_index("ix_answered_request_at", "answered_request", ["at"])
