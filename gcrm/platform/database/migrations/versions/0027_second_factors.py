"""A second factor at sign-in."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    user = sa.ForeignKey("user_account.id", ondelete="CASCADE")
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer, user, primary_key=True),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("confirmed_at", Instant),
        sa.Column("last_step", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("recovery", Document),
    )
