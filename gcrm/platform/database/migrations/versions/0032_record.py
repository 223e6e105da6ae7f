"""People at accounts, deals, what was said over all channels, and what other programs call each of them."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.layers import add_attributes
from gcrm.platform.database.types import TEXT, Document, Instant, Wide

revision = "0032"
down_revision = "0031"


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False, server_default=sa.text(f"'{default}'"))


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("salutation"),
        _text("first_name"),
        _text("last_name"),
        _text("title"),
        _text("email"),
        _text("phone"),
        _text("mobile"),
        sa.Column("more", Document),
        _text("language"),
        _text("note"),
        _text("owner"),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("created_on", sa.Date),
        sa.Column("custom", Document),
        _text("name_key"),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("change_set.id")),
        _count("revised"),
        sa.Column("updated_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_email", "person", ["email"])
    op.create_index("ix_person_import", "person", ["import_id"])
    op.create_index("ix_person_name", "person", ["name_key", "id"])
    op.create_table(
        "person_account",
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        _text("role"),
        _count("position"),
    )
    op.create_index("ix_person_account_account", "person_account", ["account_id"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        _text("purpose"),
        sa.Column("state", TEXT, nullable=False),
        _text("source"),
        sa.Column("day", sa.Date),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consent_person", "consent", ["person_id"])
    op.create_table(
        "deal",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id")),
        _text("name"),
        _text("pipeline"),
        _text("stage"),
        _text("outcome", "open"),
        sa.Column("amount_e4", Wide),
        _text("currency"),
        sa.Column("probability", sa.Float(53)),
        sa.Column("close_date", sa.Date),
        sa.Column("closed_on", sa.Date),
        sa.Column("created_on", sa.Date),
        _text("owner"),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        _text("loss_reason"),
        _text("next_step"),
        _text("source"),
        _text("note"),
        sa.Column("custom", Document),
        _text("name_key"),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("change_set.id")),
        _count("revised"),
        sa.Column("updated_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deal_account", "deal", ["account_id"])
    op.create_index("ix_deal_import", "deal", ["import_id"])
    op.create_index("ix_deal_outcome", "deal", ["outcome", "close_date"])
    op.create_table(
        "deal_person",
        sa.Column("deal_id", sa.Integer, sa.ForeignKey("deal.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        _count("position"),
    )
    op.create_index("ix_deal_person_person", "deal_person", ["person_id"])
    op.create_table(
        "interaction",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("at", Instant),
        sa.Column("done", sa.Boolean, nullable=False, server_default=sa.text("true")),
        _text("direction"),
        _text("subject"),
        _text("text"),
        sa.Column("minutes", sa.Integer),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("deal_id", sa.Integer, sa.ForeignKey("deal.id", ondelete="SET NULL")),
        _text("owner"),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("custom", Document),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("change_set.id")),
        _count("revised"),
        sa.Column("updated_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_interaction_account", "interaction", ["account_id", "day"])
    op.create_index("ix_interaction_deal", "interaction", ["deal_id"])
    op.create_index("ix_interaction_import", "interaction", ["import_id"])
    op.create_index(
        "ix_interaction_open",
        "interaction",
        ["day"],
        sqlite_where=sa.text("NOT done"),
        postgresql_where=sa.text("NOT done"),
    )
    op.create_table(
        "interaction_person",
        sa.Column("interaction_id", sa.Integer, sa.ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        _count("position"),
    )
    op.create_index("ix_interaction_person_person", "interaction_person", ["person_id"])
    op.create_table(
        "account_extra",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("account.id", ondelete="SET NULL")),
        _text("status"),
        _text("owner"),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("created_on", sa.Date),
        sa.Column("custom", Document),
        sa.Column("updated_at", Instant),
    )
    op.create_index("ix_account_extra_parent", "account_extra", ["parent_id"])
    op.create_table(
        "external_ref",
        sa.Column("system", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("external_id", TEXT, primary_key=True),
        sa.Column("record_id", sa.Integer, nullable=False),
        _text("digest"),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("change_set.id")),
    )
    op.create_index("ix_external_ref_import", "external_ref", ["import_id"])
    op.create_index("ix_external_ref_record", "external_ref", ["kind", "record_id"])
    op.create_table(
        "custom_field",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        _text("label"),
        _text("type", "text"),
        _text("source"),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("change_set.id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_custom_field_name", "custom_field", ["record", "name"], unique=True)
    op.create_table(
        "record_change",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("set_id", sa.Integer, sa.ForeignKey("change_set.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        sa.Column("before", Document, nullable=False),
        sa.Column("after", Document, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_record_change_record", "record_change", ["kind", "record_id"])
    op.create_index("ix_record_change_set", "record_change", ["set_id"])
    for table in ("person", "person_account", "consent", "deal", "deal_person", "interaction", "interaction_person"):
        add_attributes(op.get_bind(), table)
