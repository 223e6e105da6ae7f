"""Accounts whose visits teach nothing, and better pins that a person has refused."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import Instant

revision = "0019"
down_revision = "0018"


def _account() -> sa.Column[int]:
    return sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)


def upgrade() -> None:
    op.create_table("not_learned", _account())
    op.create_table("refused_pin", _account(), sa.Column("at", Instant, nullable=False))
