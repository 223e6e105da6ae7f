"""Which person of an OpenID Connect provider is which user."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    user = sa.ForeignKey("user_account.id", ondelete="CASCADE")
    op.create_table(
        "provider_account",
        sa.Column("user_id", sa.Integer, user, primary_key=True),
        sa.Column("email", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("issuer", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("subject", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("linked_at", Instant),
    )
    op.create_index("ix_provider_account_email", "provider_account", ["email"])
