"""When back-ups were made, for Health to say how old the last one is."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant, Wide

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "backup",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("file", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("size_bytes", Wide, nullable=False, server_default=sa.text("0")),
        sa.Column("accounts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sqlite_autoincrement=True,
    )
