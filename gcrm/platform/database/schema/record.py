"""The record: people at accounts, deals, what was said over all channels, and what old CRMs called each of them."""

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, Table

from gcrm.platform.database.schema.columns import count, flag, metadata, number, partial_index, words
from gcrm.platform.database.types import TEXT, Document, Instant, Wide

person = Table(
    "person",
    metadata,
    number(),
    words("salutation"),
    words("first_name"),
    words("last_name"),
    words("title"),
    words("email"),
    words("phone"),
    words("mobile"),
    Column("more", Document),
    words("language"),
    words("note"),
    words("owner"),
    Column("owner_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("created_on", Date),
    Column("custom", Document),
    words("name_key"),
    Column("import_id", ForeignKey("change_set.id")),
    count("revised"),
    Column("updated_at", Instant),
    Index("ix_person_name", "name_key", "id"),
    Index("ix_person_email", "email"),
    Index("ix_person_import", "import_id"),
    sqlite_autoincrement=True,
)

person_account = Table(
    "person_account",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    words("role"),
    count("position"),
    Index("ix_person_account_account", "account_id"),
)

consent = Table(
    "consent",
    metadata,
    number(),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("channel", TEXT, nullable=False),
    words("purpose"),
    Column("state", TEXT, nullable=False),
    words("source"),
    Column("day", Date),
    Index("ix_consent_person", "person_id"),
    sqlite_autoincrement=True,
)

# Without a cascade: an account with deals is not taken away with them in silence.

deal = Table(
    "deal",
    metadata,
    number(),
    Column("account_id", ForeignKey("account.id")),
    words("name"),
    words("pipeline"),
    words("stage"),
    words("outcome", "open"),
    Column("amount_e4", Wide),
    words("currency"),
    Column("probability", Float(53)),
    Column("close_date", Date),
    Column("closed_on", Date),
    Column("created_on", Date),
    words("owner"),
    Column("owner_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    words("loss_reason"),
    words("next_step"),
    words("source"),
    words("note"),
    Column("custom", Document),
    words("name_key"),
    Column("import_id", ForeignKey("change_set.id")),
    count("revised"),
    Column("updated_at", Instant),
    Index("ix_deal_account", "account_id"),
    Index("ix_deal_outcome", "outcome", "close_date"),
    Index("ix_deal_import", "import_id"),
    sqlite_autoincrement=True,
)

deal_person = Table(
    "deal_person",
    metadata,
    Column("deal_id", ForeignKey("deal.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    count("position"),
    Index("ix_deal_person_person", "person_id"),
)

# Beside `activity`, which holds what our own reps tell at the door: these come from other programs, may belong to a
# person alone, and have a subject, a direction and a due day.

interaction = Table(
    "interaction",
    metadata,
    number(),
    Column("kind", TEXT, nullable=False),
    Column("day", Date),
    Column("at", Instant),
    flag("done", default=True),
    words("direction"),
    words("subject"),
    words("text"),
    Column("minutes", Integer),
    Column("account_id", ForeignKey("account.id")),
    Column("deal_id", ForeignKey("deal.id", ondelete="SET NULL")),
    words("owner"),
    Column("owner_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("custom", Document),
    Column("import_id", ForeignKey("change_set.id")),
    count("revised"),
    Column("updated_at", Instant),
    Index("ix_interaction_account", "account_id", "day"),
    Index("ix_interaction_deal", "deal_id"),
    Index("ix_interaction_import", "import_id"),
    partial_index("ix_interaction_open", "day", where="NOT done"),
    sqlite_autoincrement=True,
)

interaction_person = Table(
    "interaction_person",
    metadata,
    Column("interaction_id", ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    count("position"),
    Index("ix_interaction_person_person", "person_id"),
)

# What is known of an account beyond its own row: whose it was, what it belongs to, and fields of the company's own.

account_extra = Table(
    "account_extra",
    metadata,
    Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("parent_id", ForeignKey("account.id", ondelete="SET NULL")),
    words("status"),
    words("owner"),
    Column("owner_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("created_on", Date),
    Column("custom", Document),
    Column("updated_at", Instant),
    Index("ix_account_extra_parent", "parent_id"),
)

# No foreign key to the record, which may be an account, a person, a deal or an interaction. digest: of the row as the
# other program said it last; the same row again changes nothing, whatever people have changed here since.

external_ref = Table(
    "external_ref",
    metadata,
    Column("system", TEXT, primary_key=True),
    Column("kind", TEXT, primary_key=True),
    Column("external_id", TEXT, primary_key=True),
    Column("record_id", Integer, nullable=False),
    words("digest"),
    Column("import_id", ForeignKey("change_set.id")),
    Index("ix_external_ref_record", "kind", "record_id"),
    Index("ix_external_ref_import", "import_id"),
)

custom_field = Table(
    "custom_field",
    metadata,
    number(),
    Column("record", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    words("label"),
    words("type", "text"),
    words("source"),
    Column("import_id", ForeignKey("change_set.id")),
    Index("ix_custom_field_name", "record", "name", unique=True),
    sqlite_autoincrement=True,
)

# What an import changed of records that were there; of new ones their `import_id` tells.

record_change = Table(
    "record_change",
    metadata,
    number(),
    Column("set_id", ForeignKey("change_set.id", ondelete="CASCADE"), nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("record_id", Integer, nullable=False),
    Column("before", Document, nullable=False),
    Column("after", Document, nullable=False),
    Index("ix_record_change_set", "set_id"),
    Index("ix_record_change_record", "kind", "record_id"),
    sqlite_autoincrement=True,
)
