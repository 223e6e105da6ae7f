"""What accounts buy, and businesses that are not to become prospects."""

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Table, text

from gcrm.platform.database.schema.columns import metadata, number, partial_index, words
from gcrm.platform.database.types import TEXT, Instant, Wide

orders = Table(
    "orders",
    metadata,
    number(),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("day", Date, nullable=False),
    words("number"),
    words("line"),
    words("product"),
    Column("quantity_e4", Wide),
    Column("amount_e4", Wide, nullable=False, server_default=text("0")),
    words("currency"),
    words("key"),
    Column("import_id", ForeignKey("change_set.id")),
    Column("replaced_by", ForeignKey("change_set.id")),
    Index("ix_orders_account", "account_id", "day"),
    Index("ix_orders_day", "day"),
    Index("ix_orders_import", "import_id"),
    Index("ix_orders_replaced", "replaced_by"),
    partial_index("ix_orders_key", "key", where="key <> '' AND replaced_by IS NULL", unique=True),
    sqlite_autoincrement=True,
)

# Its place stands in two numbers: it is no layer to look at in QGIS.

refused_prospect = Table(
    "refused_prospect",
    metadata,
    number(),
    Column("key", TEXT, nullable=False, unique=True),
    words("name"),
    Column("lon", Float(53), nullable=False),
    Column("lat", Float(53), nullable=False),
    words("reason"),
    Column("at", Instant, nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    sqlite_autoincrement=True,
)
