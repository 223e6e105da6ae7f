"""The user name and the sealed password of a calendar on a CalDAV server."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    for name in ("login", "sealed"):
        op.add_column("busy_calendar", sa.Column(name, TEXT, nullable=False, server_default=sa.text("''")))
