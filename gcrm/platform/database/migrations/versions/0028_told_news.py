"""News of days that phones tell."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "told_news",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("client_id", TEXT, nullable=False, unique=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("applied", sa.Boolean, nullable=False),
        sa.Column("words", TEXT, nullable=False, server_default=sa.text("''")),
        sqlite_autoincrement=True,
    )
