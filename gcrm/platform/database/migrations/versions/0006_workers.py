"""Who does jobs, and when each was last heard of."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("host", TEXT, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
