"""Territories made of postcodes and ranges of them."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "territory_postcode",
        sa.Column("territory_id", sa.Integer, sa.ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("postcodes", TEXT, primary_key=True),
    )
