"""The first schema: accounts, activities, reps, users, regions, territories, plans, jobs, settings."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.layers import add_attributes, add_layer, begin_geopackage
from gcrm.platform.database.types import TEXT, Document, Instant, Place, Shape

revision = "0001"
down_revision = None

_UNFOLDED = """
CREATE TRIGGER account_unfolded AFTER UPDATE OF name, external_id, contact, address_line, street, house_number,
    postcode, city, country ON account
WHEN NEW.search_key IS OLD.search_key AND NEW.search_key NOT NULL AND (
    NEW.name IS NOT OLD.name OR NEW.external_id IS NOT OLD.external_id OR NEW.contact IS NOT OLD.contact
    OR NEW.address_line IS NOT OLD.address_line OR NEW.street IS NOT OLD.street
    OR NEW.house_number IS NOT OLD.house_number OR NEW.postcode IS NOT OLD.postcode OR NEW.city IS NOT OLD.city
    OR NEW.country IS NOT OLD.country
)
BEGIN UPDATE account SET search_key = NULL WHERE id = NEW.id; END
"""
"""Another program cannot fold. What it renames is emptied, and `refold` fills it again. It is harmless for our
own changes: where the folded text stays the same, it is folded once more."""


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False, server_default=sa.text(f"'{default}'"))


def _flag(name: str, default: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text(default))


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))


def upgrade() -> None:
    begin_geopackage(op.get_bind())
    _people()
    _regions()
    _accounts()
    _activities()
    _work()
    add_layer(op.get_bind(), "account", "POINT")
    add_layer(op.get_bind(), "region", "MULTIPOLYGON")
    add_layer(op.get_bind(), "rep", "POINT")
    for table in ("territory", "territory_region", "activity"):
        add_attributes(op.get_bind(), table)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_UNFOLDED)
    else:
        # For metres on the ellipsoid.
        op.execute("CREATE INDEX ix_account_geography ON account USING gist (geography(geom))")


def _people() -> None:
    op.create_table(
        "rep",
        _id(),
        sa.Column("geom", Place),
        sa.Column("key", TEXT, nullable=False, unique=True),
        _text("name"),
        _text("home_address"),
        _text("zone", "UTC"),
        sa.Column("week", Document),
        sa.Column("lunch", Document),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "user_account",
        _id(),
        sa.Column("login", TEXT, nullable=False, unique=True),
        _text("name"),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id")),
        _flag("active", "true"),
        sqlite_autoincrement=True,
    )


def _regions() -> None:
    op.create_table(
        "region",
        _id(),
        sa.Column("geom", Shape),
        _text("set_name"),
        _text("name"),
        sa.Column("population", sa.Integer),
        sa.Column("properties", Document),
        sa.Index("ix_region_set_name", "set_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "territory",
        _id(),
        _text("name"),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id"), nullable=False, index=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "territory_region",
        sa.Column("territory_id", sa.Integer, sa.ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(
            "region_id", sa.Integer, sa.ForeignKey("region.id", ondelete="CASCADE"), primary_key=True, index=True
        ),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        _id(),
        sa.Column("geom", Place),
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
        sa.Column("confidence", sa.Float(53), nullable=False, server_default=sa.text("0")),
        _text("matched"),
        _text("ignored"),
        _text("source"),
        _text("reason"),
        sa.Column("placed_at", Instant),
        _text("contact"),
        _text("phone"),
        _text("email"),
        _text("website"),
        _text("segment"),
        _text("opening_hours"),
        _text("priority", "B"),
        sa.Column("visit_every_days", sa.Integer),
        sa.Column("visit_minutes", sa.Integer),
        sa.Column("last_visit", sa.Date),
        _text("note"),
        sa.Column("territory_id", sa.Integer, sa.ForeignKey("territory.id", ondelete="SET NULL"), index=True),
        _flag("territory_locked", "false"),
        sa.Column("created_at", Instant),
        sa.Column("updated_at", Instant),
        sa.Column("name_key", TEXT),
        sa.Column("city_key", TEXT),
        sa.Column("search_key", TEXT),
        sa.CheckConstraint("kind IN ('customer', 'prospect')", name="ck_account_kind"),
        sa.CheckConstraint("priority IN ('A', 'B', 'C')", name="ck_account_priority"),
        sa.Index("ix_account_external_id", "external_id"),
        sa.Index("ix_account_name_key", "name_key", "id"),
        sa.Index("ix_account_kind", "kind"),
        sa.Index(
            "ix_account_unfolded",
            "id",
            sqlite_where=sa.text("search_key IS NULL"),
            postgresql_where=sa.text("search_key IS NULL"),
        ),
        sqlite_autoincrement=True,
    )


def _activities() -> None:
    op.create_table(
        "activity",
        _id(),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id")),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id")),
        _text("outcome"),
        _text("note"),
        _text("next_step"),
        sa.Column("next_date", sa.Date),
        sa.Column("check_in_at", Instant),
        sa.Column("check_in_lon", sa.Float(53)),
        sa.Column("check_in_lat", sa.Float(53)),
        sa.Column("check_in_accuracy_m", sa.Float(53)),
        sa.Column("check_in_distance_m", sa.Float(53)),
        sa.Column("check_in_verdict", TEXT),
        _text("client_id"),
        sa.Index("ix_activity_account", "account_id", "at"),
        sa.Index("ix_activity_rep", "rep_id", "at"),
        sa.Index("ix_activity_at", "at"),
        sa.Index(
            "ix_activity_client",
            "client_id",
            unique=True,
            sqlite_where=sa.text("client_id <> ''"),
            postgresql_where=sa.text("client_id <> ''"),
        ),
        sqlite_autoincrement=True,
    )


def _work() -> None:
    op.create_table(
        "plan",
        _id(),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Index("ix_plan_day", "day", "rep_id", "id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job",
        _id(),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("params", Document, nullable=False),
        _text("state", "queued"),
        _text("message"),
        _count("done"),
        _count("total"),
        sa.Column("result", Document),
        _text("error"),
        _text("remedy"),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id")),
        _flag("cancel_requested", "false"),
        sa.Column("created_at", Instant),
        sa.Column("started_at", Instant),
        sa.Column("finished_at", Instant),
        sa.Column("heartbeat_at", Instant),
        _count("attempts"),
        sa.Index("ix_job_state", "state"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("value", Document, nullable=False),
    )
