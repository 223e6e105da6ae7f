"""Nights away, skills, languages and holiday regions, and appointments within a span of days."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("rep", sa.Column("nights", Document))
    op.add_column("rep", sa.Column("hotels", Document))
    for table in ("rep", "account"):
        for name in ("skills", "languages", "holiday_region"):
            op.add_column(table, sa.Column(name, TEXT, nullable=False, server_default=sa.text("''")))
    op.add_column("appointment", sa.Column("till", sa.Date))
