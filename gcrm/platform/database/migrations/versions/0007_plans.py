"""Stops of plans in rows of their own; overrides, proposals and kept changes out of the drawer of settings."""

import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0007"
down_revision = "0006"

DECISIONS, TRIED, UNDOABLE = "decisions:", "tried:", "undoable:"
BATCH = 200


def upgrade() -> None:
    op.add_column("plan", sa.Column("ends_at", Instant))
    stops = op.create_table(
        "plan_stop",
        sa.Column("plan_id", sa.Integer, sa.ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("start_at", Instant, nullable=False),
    )
    op.create_index("ix_plan_stop_account", "plan_stop", ["account_id"])
    overrides = op.create_table(
        "override",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("start", TEXT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_override_day", "override", ["rep_id", "day", "account_id"], unique=True)
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("rep_id", sa.Integer, sa.ForeignKey("rep.id", ondelete="CASCADE"), nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="CASCADE")),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("document", Document, nullable=False),
        sqlite_autoincrement=True,
    )
    kept = op.create_table(
        "kept_change",
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kept_at", Instant, nullable=False),
        sa.Column("document", Document, nullable=False),
    )
    connection = op.get_bind()
    _stops(connection, stops)
    _overrides(connection, overrides)
    _kept_changes(connection, kept)
    # A proposal that waited names no plan that could be trusted: it is tried again in a second.
    connection.execute(sa.text("DELETE FROM setting WHERE key LIKE 'tried:%'"))


def _stops(connection: sa.Connection, stops: sa.Table) -> None:
    plans = sa.table("plan", sa.column("id"), sa.column("document"), sa.column("ends_at", Instant()))
    last = 0
    while rows := connection.execute(
        sa.select(plans.c.id, plans.c.document).where(plans.c.id > last).order_by(plans.c.id).limit(BATCH)
    ).all():
        last = rows[-1].id
        found: list[dict[str, Any]] = []
        for row in rows:
            document = json.loads(row.document)
            ends = document.get("home_arrive")
            if ends:
                connection.execute(
                    plans.update().where(plans.c.id == row.id).values(ends_at=datetime.fromisoformat(ends))
                )
            found += [
                {
                    "plan_id": row.id,
                    "position": position,
                    "account_id": stop["account"],
                    "start_at": datetime.fromisoformat(stop["start"]),
                }
                for position, stop in enumerate(document.get("stops", ()))
            ]
        if found:
            connection.execute(sa.insert(stops), found)


def _overrides(connection: sa.Connection, overrides: sa.Table) -> None:
    reps = set(connection.execute(sa.text("SELECT id FROM rep")).scalars())
    accounts = set(connection.execute(sa.text("SELECT id FROM account")).scalars())
    found = [
        {
            "rep_id": rep_id,
            "day": date.fromisoformat(day),
            "account_id": int(account),
            "what": one["what"],
            "start": one.get("start"),
        }
        for rep_id, kept in _drawer(connection, DECISIONS)
        if rep_id in reps
        for day, decided in kept.items()
        for account, one in decided.items()
        if int(account) in accounts
    ]
    if found:
        connection.execute(sa.insert(overrides), found)


def _kept_changes(connection: sa.Connection, kept: sa.Table) -> None:
    users = set(connection.execute(sa.text("SELECT id FROM user_account")).scalars())
    for user_id, document in _drawer(connection, UNDOABLE):
        if user_id in users:
            values = {"user_id": user_id, "kept_at": datetime.fromisoformat("2026-11-28T00:00:00+00:00")}
            connection.execute(sa.insert(kept).values(values | {"document": document}))


def _drawer(connection: sa.Connection, kind: str) -> list[tuple[int, Any]]:
    """What was kept under a kind of key, by the number in it; it is taken out."""
    rows = connection.execute(
        sa.text("SELECT key, value FROM setting WHERE key LIKE :kind"), {"kind": f"{kind}%"}
    ).all()
    connection.execute(sa.text("DELETE FROM setting WHERE key LIKE :kind"), {"kind": f"{kind}%"})
    return [(int(row.key.removeprefix(kind)), json.loads(row.value)) for row in rows]
