"""Businesses that were refused as prospects."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.layers import add_attributes
from gcrm.platform.database.types import TEXT, Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "refused_prospect",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("name", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("lon", sa.Float(53), nullable=False),
        sa.Column("lat", sa.Float(53), nullable=False),
        sa.Column("reason", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sqlite_autoincrement=True,
    )
    add_attributes(op.get_bind(), "refused_prospect")
