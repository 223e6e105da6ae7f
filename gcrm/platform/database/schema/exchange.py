"""What other programs are told of."""

from sqlalchemy import Column, Integer, Table

from gcrm.platform.database.schema.columns import metadata, number
from gcrm.platform.database.types import TEXT, Instant

# Written by triggers alone. No foreign keys: what is gone was changed too.

change_feed = Table(
    "change_feed",
    metadata,
    number(),
    Column("at", Instant, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("object_id", Integer, nullable=False),
    Column("action", TEXT, nullable=False),
    Column("account_id", Integer),
    Column("territory_id", Integer),
    Column("territory_before", Integer),
    Column("rep_id", Integer),
    Column("rep_before", Integer),
    sqlite_autoincrement=True,
)
