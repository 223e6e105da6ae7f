"""Every change gets a number, so that other programs can ask what has changed since."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.feed import watch
from gcrm.platform.database.types import TEXT, Instant

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "change_feed",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("object_id", sa.Integer, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("territory_id", sa.Integer),
        sa.Column("territory_before", sa.Integer),
        sa.Column("rep_id", sa.Integer),
        sa.Column("rep_before", sa.Integer),
        sqlite_autoincrement=True,
    )
    watch(op.get_bind())
