"""The language that a user is spoken to in."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("user_account", sa.Column("language", TEXT, nullable=False, server_default=sa.text("''")))
