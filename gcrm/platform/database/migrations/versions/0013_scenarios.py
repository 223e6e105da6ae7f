"""Scenarios: alignments that are worked on and compared before anybody lives them."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0013"
down_revision = "0012"


def _of_scenario() -> sa.Column[int]:
    return sa.Column("scenario_id", sa.Integer, sa.ForeignKey("scenario.id", ondelete="CASCADE"), nullable=False)


def _user(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL"))


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False, server_default=sa.text(f"'{default}'"))


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("name"),
        _text("state", "draft"),
        sa.Column("made_at", Instant, nullable=False),
        _user("made_by"),
        sa.Column("document", Document, nullable=False),
        sa.Column("units", sa.LargeBinary),
        sa.Column("apply_on", sa.Date),
        _user("decided_by"),
        sa.Column("applied_at", Instant),
        sa.Column("before", Document),
        sa.Column("simulation", Document),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scenario_account",
        sa.Column("scenario_id", sa.Integer, sa.ForeignKey("scenario.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("ix_scenario_account_account_id", "scenario_account", ["account_id"])
    op.create_table(
        "scenario_remark",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _of_scenario(),
        _user("user_id"),
        sa.Column("at", Instant, nullable=False),
        _text("text"),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE")),
        sa.Column("wanted", sa.Integer),
        sa.Column("cost", Document),
        _text("settled"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scenario_remark_scenario_id", "scenario_remark", ["scenario_id"])
    op.create_table(
        "scenario_step",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _of_scenario(),
        _user("user_id"),
        sa.Column("at", Instant, nullable=False),
        _text("title"),
        sa.Column("moves", Document, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scenario_step_scenario_id", "scenario_step", ["scenario_id"])
