"""Who looked at positions of reps, and certificates of erasures."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "position_look",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("why", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("points", sa.Integer, nullable=False, server_default=sa.text("0")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_position_look_rep", "position_look", ["rep_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("document", Document, nullable=False),
        sqlite_autoincrement=True,
    )
