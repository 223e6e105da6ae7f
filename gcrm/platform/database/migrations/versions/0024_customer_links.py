"""Links with which customers choose the times of visits, and users' addresses for news of it."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant

revision = "0024"
down_revision = "0023"


def _number(name: str, to: str, ondelete: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(to, ondelete=ondelete), nullable=nullable)


def upgrade() -> None:
    op.add_column("user_account", sa.Column("email", TEXT, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "customer_link",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _number("account_id", "account.id", "CASCADE", nullable=False),
        sa.Column("key", TEXT, nullable=False, unique=True),
        _number("made_by", "user_account.id", "SET NULL"),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("revoked_at", Instant),
        _number("appointment_id", "appointment.id", "SET NULL"),
        sa.Column("sequence", sa.Integer, nullable=False, server_default=sa.text("0")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customer_link_account", "customer_link", ["account_id"])
    op.create_index("ix_customer_link_appointment", "customer_link", ["appointment_id"])
