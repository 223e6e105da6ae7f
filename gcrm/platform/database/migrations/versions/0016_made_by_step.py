"""What a change of a scenario by hand has made, so that undoing it takes that away again."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import Document

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("scenario_step", sa.Column("made", Document))
