"""Long actions, who does them, back-ups, and small values of the database itself."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, text

from gcrm.platform.database.schema.columns import count, flag, metadata, number, words
from gcrm.platform.database.types import TEXT, Document, Instant, Wide

job = Table(
    "job",
    metadata,
    number(),
    Column("kind", TEXT, nullable=False),
    Column("params", Document, nullable=False),
    words("state", "queued"),
    words("message"),
    count("done"),
    count("total"),
    Column("result", Document),
    words("error"),
    words("remedy"),
    Column("user_id", ForeignKey("user_account.id")),
    flag("cancel_requested", default=False),
    Column("created_at", Instant),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("heartbeat_at", Instant),
    count("attempts"),
    flag("enough", default=False),
    Index("ix_job_state", "state"),
    sqlite_autoincrement=True,
)

# The name of the queue on a server that others use too: one row.

job_queue = Table("job_queue", metadata, Column("name", TEXT, primary_key=True))

worker = Table(
    "worker",
    metadata,
    number(),
    Column("host", TEXT, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# The token itself is only in the browser's cookie.

backup = Table(
    "backup",
    metadata,
    number(),
    Column("made_at", Instant, nullable=False),
    words("file"),
    Column("size_bytes", Wide, nullable=False, server_default=text("0")),
    count("accounts"),
    sqlite_autoincrement=True,
)

setting = Table(
    "setting",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("value", Document, nullable=False),
)
