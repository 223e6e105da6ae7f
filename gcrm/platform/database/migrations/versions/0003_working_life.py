"""Days off and driving limits of reps, and appointments with accounts."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.layers import add_attributes
from gcrm.platform.database.types import TEXT, Document

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("rep", sa.Column("max_driving_minutes", sa.Integer))
    op.add_column("rep", sa.Column("days_off", Document))
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id")),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("start", TEXT),
        sa.Column("minutes", sa.Integer),
        sa.Column("note", TEXT, nullable=False, server_default=sa.text("''")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_appointment_day", "appointment", ["day"])
    op.create_index("ix_appointment_account", "appointment", ["account_id"])
    add_attributes(op.get_bind(), "appointment")
