"""Tables of statistics that were joined to regions, with what the regions knew before."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.layers import add_attributes
from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "statistics_join",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("set_name", TEXT, nullable=False),
        sa.Column("file", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("columns", Document, nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_statistics_join_set_name", "statistics_join", ["set_name"])
    add_attributes(op.get_bind(), "statistics_join")
