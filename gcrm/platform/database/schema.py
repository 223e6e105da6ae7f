"""The tables as the newest migration leaves them; a test compares the two.

Every column that may not be empty has a default, so that a row drawn in QGIS is a whole account.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    text,
)

from gcrm.platform.database.types import TEXT, Document, Instant, Place, Shape, Wide

metadata = MetaData()


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, TEXT, nullable=False, server_default=text(f"'{default}'"))


def _flag(name: str, *, default: bool) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


rep = Table(
    "rep",
    metadata,
    _id(),
    Column("geom", Place),
    Column("key", TEXT, nullable=False, unique=True),
    _text("name"),
    _text("home_address"),
    _text("zone", "UTC"),
    Column("week", Document),
    Column("lunch", Document),
    Column("max_driving_minutes", Integer),
    Column("days_off", Document),
    Column("nights", Document),
    Column("hotels", Document),
    _text("skills"),
    _text("languages"),
    _text("holiday_region"),
    _count("parking_minutes"),
    Column("home_on_time", Float(53)),
    sqlite_autoincrement=True,
)

territory = Table(
    "territory",
    metadata,
    _id(),
    _text("name"),
    Column("rep_id", ForeignKey("rep.id"), nullable=False, index=True),
    sqlite_autoincrement=True,
)

region = Table(
    "region",
    metadata,
    _id(),
    Column("geom", Shape),
    _text("set_name"),
    _text("name"),
    Column("population", Integer),
    Column("properties", Document),
    Index("ix_region_set_name", "set_name"),
    sqlite_autoincrement=True,
)

territory_region = Table(
    "territory_region",
    metadata,
    Column("territory_id", ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True),
    Column("region_id", ForeignKey("region.id", ondelete="CASCADE"), primary_key=True, index=True),
)

territory_postcode = Table(
    "territory_postcode",
    metadata,
    Column("territory_id", ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True),
    Column("postcodes", TEXT, primary_key=True),
)

account = Table(
    "account",
    metadata,
    _id(),
    Column("geom", Place),
    _text("external_id"),
    _text("name"),
    _text("kind", "customer"),
    _text("address_line"),
    _text("street"),
    _text("house_number"),
    _text("postcode"),
    _text("city"),
    _text("country"),
    _text("level", "none"),
    Column("confidence", Float(53), nullable=False, server_default=text("0")),
    _text("matched"),
    _text("ignored"),
    _text("source"),
    _text("reason"),
    Column("placed_at", Instant),
    _text("contact"),
    _text("phone"),
    _text("email"),
    _text("website"),
    _text("segment"),
    _text("opening_hours"),
    _text("priority", "B"),
    Column("visit_every_days", Integer),
    Column("visit_minutes", Integer),
    Column("last_visit", Date),
    _text("note"),
    Column("territory_id", ForeignKey("territory.id", ondelete="SET NULL"), index=True),
    _flag("territory_locked", default=False),
    Column("created_at", Instant),
    Column("updated_at", Instant),
    _text("skills"),
    _text("languages"),
    _text("holiday_region"),
    # Folded for sorting and searching; empty where another program changed the row, until the store mends it.
    Column("name_key", TEXT),
    Column("city_key", TEXT),
    Column("search_key", TEXT),
    CheckConstraint("kind IN ('customer', 'prospect')", name="ck_account_kind"),
    CheckConstraint("priority IN ('A', 'B', 'C')", name="ck_account_priority"),
    Index("ix_account_external_id", "external_id"),
    Index("ix_account_name_key", "name_key", "id"),
    Index("ix_account_kind", "kind"),
    Index(
        "ix_account_unfolded",
        "id",
        sqlite_where=text("search_key IS NULL"),
        postgresql_where=text("search_key IS NULL"),
    ),
    sqlite_autoincrement=True,
)

user_account = Table(
    "user_account",
    metadata,
    _id(),
    Column("login", TEXT, nullable=False, unique=True),
    _text("name"),
    Column("role", TEXT, nullable=False),
    Column("password_hash", TEXT, nullable=False),
    Column("rep_id", ForeignKey("rep.id")),
    _flag("active", default=True),
    sqlite_autoincrement=True,
)

activity = Table(
    "activity",
    metadata,
    _id(),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Column("rep_id", ForeignKey("rep.id")),
    Column("user_id", ForeignKey("user_account.id")),
    _text("outcome"),
    _text("note"),
    _text("next_step"),
    Column("next_date", Date),
    Column("check_in_at", Instant),
    Column("check_in_lon", Float(53)),
    Column("check_in_lat", Float(53)),
    Column("check_in_accuracy_m", Float(53)),
    Column("check_in_distance_m", Float(53)),
    Column("check_in_verdict", TEXT),
    _text("client_id"),
    _text("said_at"),
    Column("received_at", Instant),
    Column("clock_error_s", Float(53)),
    Column("withdrawn_at", Instant),
    Index("ix_activity_account", "account_id", "at"),
    Index("ix_activity_rep", "rep_id", "at"),
    Index("ix_activity_at", "at"),
    Index(
        "ix_activity_client",
        "client_id",
        unique=True,
        sqlite_where=text("client_id <> ''"),
        postgresql_where=text("client_id <> ''"),
    ),
    sqlite_autoincrement=True,
)

activity_revision = Table(
    "activity_revision",
    metadata,
    _id(),
    Column("activity_id", ForeignKey("activity.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_id", ForeignKey("user_account.id")),
    Column("before", Document, nullable=False),
    Column("after", Document, nullable=False),
    Index("ix_activity_revision_activity", "activity_id"),
    sqlite_autoincrement=True,
)

# What phones could not file by themselves. No foreign key to the account: it may be gone, which is why it is here.
handed_in = Table(
    "handed_in",
    metadata,
    _id(),
    Column("client_id", TEXT, nullable=False, unique=True),
    Column("user_id", ForeignKey("user_account.id")),
    Column("at", Instant, nullable=False),
    Column("document", Document, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", ForeignKey("user_account.id")),
    Column("activity_id", ForeignKey("activity.id", ondelete="SET NULL")),
    sqlite_autoincrement=True,
)

plan = Table(
    "plan",
    metadata,
    _id(),
    Column("rep_id", ForeignKey("rep.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("document", Document, nullable=False),
    Column("ends_at", Instant),
    Index("ix_plan_day", "day", "rep_id", "id"),
    sqlite_autoincrement=True,
)

# No foreign key to the account: a plan keeps whom it visits, and an account that is taken away comes back under its id.
plan_stop = Table(
    "plan_stop",
    metadata,
    Column("plan_id", ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("start_at", Instant, nullable=False),
    Index("ix_plan_stop_account", "account_id"),
)

override = Table(
    "override",
    metadata,
    _id(),
    Column("rep_id", ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("what", TEXT, nullable=False),
    Column("start", TEXT),
    Index("ix_override_day", "rep_id", "day", "account_id", unique=True),
    Index("ix_override_account", "account_id"),
    sqlite_autoincrement=True,
)

proposal = Table(
    "proposal",
    metadata,
    _id(),
    Column("rep_id", ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE")),
    Column("made_at", Instant, nullable=False),
    Column("document", Document, nullable=False),
    sqlite_autoincrement=True,
)

kept_change = Table(
    "kept_change",
    metadata,
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("kept_at", Instant, nullable=False),
    Column("document", Document, nullable=False),
)

scenario = Table(
    "scenario",
    metadata,
    _id(),
    _text("name"),
    _text("state", "draft"),
    Column("made_at", Instant, nullable=False),
    Column("made_by", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("document", Document, nullable=False),
    Column("units", LargeBinary),
    Column("apply_on", Date),
    Column("decided_by", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("applied_at", Instant),
    Column("before", Document),
    Column("simulation", Document),
    sqlite_autoincrement=True,
)

scenario_account = Table(
    "scenario_account",
    metadata,
    Column("scenario_id", ForeignKey("scenario.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

scenario_remark = Table(
    "scenario_remark",
    metadata,
    _id(),
    Column("scenario_id", ForeignKey("scenario.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("at", Instant, nullable=False),
    _text("text"),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE")),
    Column("wanted", Integer),
    Column("cost", Document),
    _text("settled"),
    sqlite_autoincrement=True,
)

scenario_step = Table(
    "scenario_step",
    metadata,
    _id(),
    Column("scenario_id", ForeignKey("scenario.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("at", Instant, nullable=False),
    _text("title"),
    Column("moves", Document, nullable=False),
    _flag("undone", default=False),
    sqlite_autoincrement=True,
)

job = Table(
    "job",
    metadata,
    _id(),
    Column("kind", TEXT, nullable=False),
    Column("params", Document, nullable=False),
    _text("state", "queued"),
    _text("message"),
    _count("done"),
    _count("total"),
    Column("result", Document),
    _text("error"),
    _text("remedy"),
    Column("user_id", ForeignKey("user_account.id")),
    _flag("cancel_requested", default=False),
    Column("created_at", Instant),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("heartbeat_at", Instant),
    _count("attempts"),
    _flag("enough", default=False),
    Index("ix_job_state", "state"),
    sqlite_autoincrement=True,
)

# The name of the queue on a server that others use too: one row.
job_queue = Table("job_queue", metadata, Column("name", TEXT, primary_key=True))

import_columns = Table(
    "import_columns",
    metadata,
    Column("kind", TEXT, primary_key=True),
    Column("headings", TEXT, primary_key=True),
    Column("columns", Document, nullable=False),
)

# a_id is the smaller one.
distinct_pair = Table(
    "distinct_pair",
    metadata,
    Column("a_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("b_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_distinct_pair_b", "b_id"),
)

outside_answer = Table(
    "outside_answer",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("answer", Document),
)

setting = Table(
    "setting",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("value", Document, nullable=False),
)

appointment = Table(
    "appointment",
    metadata,
    _id(),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("rep_id", ForeignKey("rep.id")),
    Column("day", Date, nullable=False),
    Column("start", TEXT),
    Column("minutes", Integer),
    _text("note"),
    Column("till", Date),
    Index("ix_appointment_day", "day"),
    Index("ix_appointment_account", "account_id"),
    sqlite_autoincrement=True,
)

change_set = Table(
    "change_set",
    metadata,
    _id(),
    Column("kind", TEXT, nullable=False),
    _text("title"),
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
    _id(),
    Column("set_id", ForeignKey("change_set.id", ondelete="CASCADE"), nullable=False),
    Column("account_id", Integer, nullable=False),
    Column("before", Document),
    Column("after", Document),
    Index("ix_account_change_set", "set_id"),
    Index("ix_account_change_account", "account_id"),
    sqlite_autoincrement=True,
)

# Without a cascade: an account that has ordered something is not taken away with its orders in silence.
orders = Table(
    "orders",
    metadata,
    _id(),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("day", Date, nullable=False),
    _text("number"),
    _text("line"),
    _text("product"),
    Column("quantity_e4", Wide),
    Column("amount_e4", Wide, nullable=False, server_default=text("0")),
    _text("currency"),
    _text("key"),
    Column("import_id", ForeignKey("change_set.id")),
    Column("replaced_by", ForeignKey("change_set.id")),
    Index("ix_orders_account", "account_id", "day"),
    Index("ix_orders_day", "day"),
    Index("ix_orders_import", "import_id"),
    Index("ix_orders_replaced", "replaced_by"),
    Index(
        "ix_orders_key",
        "key",
        unique=True,
        sqlite_where=text("key <> '' AND replaced_by IS NULL"),
        postgresql_where=text("key <> '' AND replaced_by IS NULL"),
    ),
    sqlite_autoincrement=True,
)

# Its place stands in two numbers: it is no layer to look at in QGIS.
refused_prospect = Table(
    "refused_prospect",
    metadata,
    _id(),
    Column("key", TEXT, nullable=False, unique=True),
    _text("name"),
    Column("lon", Float(53), nullable=False),
    Column("lat", Float(53), nullable=False),
    _text("reason"),
    Column("at", Instant, nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    sqlite_autoincrement=True,
)

backup = Table(
    "backup",
    metadata,
    _id(),
    Column("made_at", Instant, nullable=False),
    _text("file"),
    Column("size_bytes", Wide, nullable=False, server_default=text("0")),
    _count("accounts"),
    sqlite_autoincrement=True,
)

worker = Table(
    "worker",
    metadata,
    _id(),
    Column("host", TEXT, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# The token itself is only in the browser's cookie.
user_session = Table(
    "user_session",
    metadata,
    _id(),
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("key", TEXT, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    _text("browser"),
    _text("address"),
    Index("ix_user_session_user", "user_id"),
    Index("ix_user_session_seen", "seen_at"),
    sqlite_autoincrement=True,
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    _id(),
    Column("bucket", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_attempt", "bucket", "at"),
    Index("ix_sign_in_attempt_at", "at"),
    sqlite_autoincrement=True,
)
