"""Lines of orders. Amounts and quantities are whole ten-thousandths, which both databases add up exactly."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.layers import add_attributes
from gcrm.platform.database.types import TEXT, Wide

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    def text(name: str) -> sa.Column[str]:
        return sa.Column(name, TEXT, nullable=False, server_default=sa.text("''"))

    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        text("number"),
        text("line"),
        text("product"),
        sa.Column("quantity_e4", Wide),
        sa.Column("amount_e4", Wide, nullable=False, server_default=sa.text("0")),
        text("currency"),
        text("key"),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("change_set.id")),
        sa.Column("replaced_by", sa.Integer, sa.ForeignKey("change_set.id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_orders_account", "orders", ["account_id", "day"])
    op.create_index("ix_orders_day", "orders", ["day"])
    op.create_index("ix_orders_import", "orders", ["import_id"])
    op.create_index("ix_orders_replaced", "orders", ["replaced_by"])
    op.create_index(
        "ix_orders_key",
        "orders",
        ["key"],
        unique=True,
        sqlite_where=sa.text("key <> '' AND replaced_by IS NULL"),
        postgresql_where=sa.text("key <> '' AND replaced_by IS NULL"),
    )
    add_attributes(op.get_bind(), "orders")
