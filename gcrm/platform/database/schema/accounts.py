"""Accounts, what was changed about them, and what is remembered of files and addresses."""

from sqlalchemy import CheckConstraint, Column, Date, Float, ForeignKey, Index, Integer, Table, text

from gcrm.platform.database.schema.columns import flag, metadata, number, partial_index, words
from gcrm.platform.database.types import TEXT, Document, Instant, Place

account = Table(
    "account",
    metadata,
    number(),
    Column("geom", Place),
    words("external_id"),
    words("name"),
    words("kind", "customer"),
    words("address_line"),
    words("street"),
    words("house_number"),
    words("postcode"),
    words("city"),
    words("country"),
    words("level", "none"),
    Column("confidence", Float(53), nullable=False, server_default=text("0")),
    words("matched"),
    words("ignored"),
    words("source"),
    words("reason"),
    Column("placed_at", Instant),
    words("contact"),
    words("phone"),
    words("email"),
    words("website"),
    words("segment"),
    words("opening_hours"),
    words("priority", "B"),
    Column("visit_every_days", Integer),
    Column("visit_minutes", Integer),
    Column("last_visit", Date),
    words("note"),
    Column("territory_id", ForeignKey("territory.id", ondelete="SET NULL"), index=True),
    flag("territory_locked", default=False),
    Column("created_at", Instant),
    Column("updated_at", Instant),
    words("skills"),
    words("languages"),
    words("holiday_region"),
    # Folded for sorting and searching; empty where another program changed the row, until the store mends it.
    Column("name_key", TEXT),
    Column("city_key", TEXT),
    Column("search_key", TEXT),
    CheckConstraint("kind IN ('customer', 'prospect')", name="ck_account_kind"),
    CheckConstraint("priority IN ('A', 'B', 'C')", name="ck_account_priority"),
    Index("ix_account_external_id", "external_id"),
    Index("ix_account_name_key", "name_key", "id"),
    Index("ix_account_kind", "kind"),
    partial_index("ix_account_unfolded", "id", where="search_key IS NULL"),
    sqlite_autoincrement=True,
)

change_set = Table(
    "change_set",
    metadata,
    number(),
    Column("kind", TEXT, nullable=False),
    words("title"),
    Column("at", Instant, nullable=False),
    Column("user_id", ForeignKey("user_account.id")),
    Column("document", Document),
    Column("undone_at", Instant),
    sqlite_autoincrement=True,
)

# No foreign key to the account: what was taken away keeps its history, and comes back under its id.

account_change = Table(
    "account_change",
    metadata,
    number(),
    Column("set_id", ForeignKey("change_set.id", ondelete="CASCADE"), nullable=False),
    Column("account_id", Integer, nullable=False),
    Column("before", Document),
    Column("after", Document),
    Index("ix_account_change_set", "set_id"),
    Index("ix_account_change_account", "account_id"),
    sqlite_autoincrement=True,
)

# Without a cascade: an account that has ordered something is not taken away with its orders in silence.

distinct_pair = Table(
    "distinct_pair",
    metadata,
    Column("a_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("b_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_distinct_pair_b", "b_id"),
)

import_columns = Table(
    "import_columns",
    metadata,
    Column("kind", TEXT, primary_key=True),
    Column("headings", TEXT, primary_key=True),
    Column("columns", Document, nullable=False),
)

# a_id is the smaller one.

outside_answer = Table(
    "outside_answer",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("answer", Document),
)
