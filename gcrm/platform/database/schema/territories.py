"""Regions, territories, and how territories could be."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, Table

from gcrm.platform.database.schema.columns import flag, metadata, number, words
from gcrm.platform.database.types import TEXT, Document, Instant, Shape

territory = Table(
    "territory",
    metadata,
    number(),
    words("name"),
    Column("rep_id", ForeignKey("rep.id"), nullable=False, index=True),
    sqlite_autoincrement=True,
)

region = Table(
    "region",
    metadata,
    number(),
    Column("geom", Shape),
    words("set_name"),
    words("name"),
    Column("population", Integer),
    Column("properties", Document),
    Index("ix_region_set_name", "set_name"),
    sqlite_autoincrement=True,
)

statistics_join = Table(
    "statistics_join",
    metadata,
    number(),
    Column("set_name", TEXT, nullable=False, index=True),
    words("file"),
    Column("at", Instant, nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("columns", Document, nullable=False),
    Column("changes", Document, nullable=False),
    flag("undone", default=False),
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

scenario = Table(
    "scenario",
    metadata,
    number(),
    words("name"),
    words("state", "draft"),
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
    number(),
    Column("scenario_id", ForeignKey("scenario.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("at", Instant, nullable=False),
    words("text"),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE")),
    Column("wanted", Integer),
    Column("cost", Document),
    words("settled"),
    sqlite_autoincrement=True,
)

scenario_step = Table(
    "scenario_step",
    metadata,
    number(),
    Column("scenario_id", ForeignKey("scenario.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("at", Instant, nullable=False),
    words("title"),
    Column("moves", Document, nullable=False),
    flag("undone", default=False),
    Column("made", Document),
    sqlite_autoincrement=True,
)
