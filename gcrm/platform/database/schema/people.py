"""Reps, who may sign in, and which programs act for whom."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, Table, text

from gcrm.platform.database.schema.columns import count, flag, metadata, number, words
from gcrm.platform.database.types import TEXT, Document, Instant, Place

rep = Table(
    "rep",
    metadata,
    number(),
    Column("geom", Place),
    Column("key", TEXT, nullable=False, unique=True),
    words("name"),
    words("home_address"),
    words("zone", "UTC"),
    Column("week", Document),
    Column("lunch", Document),
    Column("max_driving_minutes", Integer),
    Column("days_off", Document),
    Column("nights", Document),
    Column("hotels", Document),
    words("skills"),
    words("languages"),
    words("holiday_region"),
    count("parking_minutes"),
    Column("home_on_time", Float(53)),
    sqlite_autoincrement=True,
)

user_account = Table(
    "user_account",
    metadata,
    number(),
    Column("login", TEXT, nullable=False, unique=True),
    words("name"),
    Column("role", TEXT, nullable=False),
    Column("password_hash", TEXT, nullable=False),
    Column("rep_id", ForeignKey("rep.id")),
    flag("active", default=True),
    words("email"),
    words("language"),
    sqlite_autoincrement=True,
)

user_session = Table(
    "user_session",
    metadata,
    number(),
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("key", TEXT, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    words("browser"),
    words("address"),
    Index("ix_user_session_user", "user_id"),
    Index("ix_user_session_seen", "seen_at"),
    sqlite_autoincrement=True,
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    number(),
    Column("bucket", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_attempt", "bucket", "at"),
    Index("ix_sign_in_attempt_at", "at"),
    sqlite_autoincrement=True,
)

# The token itself is only with the program that it was given to. One that is revoked stays, as a record.

api_token = Table(
    "api_token",
    metadata,
    number(),
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    words("name"),
    Column("key", TEXT, nullable=False, unique=True),
    words("scopes"),
    Column("made_at", Instant, nullable=False),
    Column("made_by", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    words("used_from"),
    Column("revoked_at", Instant),
    Column("revoked_by", ForeignKey("user_account.id", ondelete="SET NULL")),
    Index("ix_api_token_user", "user_id"),
    sqlite_autoincrement=True,
)

# What a request with a key of its own was answered; none while it is being worked on.

answered_request = Table(
    "answered_request",
    metadata,
    Column("token_id", ForeignKey("api_token.id", ondelete="CASCADE"), primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("asked", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Column("answer", Document),
    Index("ix_answered_request_at", "at"),
)

busy_calendar = Table(
    "busy_calendar",
    metadata,
    number(),
    Column("rep_id", ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
    words("name"),
    words("url"),
    Column("spans", Document, nullable=False),
    Column("read_at", Instant),
    words("fault"),
    words("login"),
    words("sealed"),
    Index("ix_busy_calendar_rep", "rep_id"),
    sqlite_autoincrement=True,
)

second_factor = Table(
    "second_factor",
    metadata,
    Column("user_id", Integer, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("secret", TEXT, nullable=False),
    Column("confirmed_at", Instant),
    count("last_step"),
    Column("recovery", Document),
)

# The private half of a passkey is only with its owner's device; `uses` is what the device counts.

passkey = Table(
    "passkey",
    metadata,
    number(),
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("credential", TEXT, nullable=False, unique=True),
    Column("public_key", TEXT, nullable=False),
    Column("handle", TEXT, nullable=False),
    Column("host", TEXT, nullable=False),
    words("name"),
    Column("uses", BigInteger, nullable=False, server_default=text("0")),
    Column("made_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_passkey_user", "user_id"),
    sqlite_autoincrement=True,
)

used_once = Table(
    "used_once",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("at", Instant, nullable=False),
    Index("ix_used_once_at", "at"),
)

provider_account = Table(
    "provider_account",
    metadata,
    Column("user_id", Integer, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    words("email"),
    words("issuer"),
    words("subject"),
    Column("linked_at", Instant),
    Index("ix_provider_account_email", "email"),
)
