"""Time to spare: to park at each stop, and at the end of the day."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("rep", sa.Column("parking_minutes", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("rep", sa.Column("home_on_time", sa.Float(53)))
