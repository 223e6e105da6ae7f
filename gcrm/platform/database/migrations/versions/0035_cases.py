"""Cases, and the history of each."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.layers import add_attributes
from gcrm.platform.database.types import TEXT, Instant

revision = "0035"
down_revision = "0034"


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False, server_default=sa.text(f"'{default}'"))


def upgrade() -> None:
    op.create_table(
        "service_case",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("title"),
        _text("text"),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id", ondelete="SET NULL")),
        _text("order_number"),
        _text("category"),
        _text("priority", "normal"),
        _text("channel", "page"),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        _text("state", "open"),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("opened_by", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("answer_due", Instant, nullable=False),
        sa.Column("solve_due", Instant, nullable=False),
        sa.Column("answered_at", Instant),
        sa.Column("solved_at", Instant),
        sa.Column("closed_at", Instant),
        sa.Column("waiting_since", Instant),
        sa.Column("waited_s", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("merged_into", sa.Integer, sa.ForeignKey("service_case.id", ondelete="SET NULL")),
        sa.Column("appointment_id", sa.Integer, sa.ForeignKey("appointment.id", ondelete="SET NULL")),
        _text("survey_key"),
        sa.Column("survey_expires_at", Instant),
        sa.Column("survey_score", sa.Integer),
        _text("survey_remark"),
        sa.Column("survey_at", Instant),
        _text("search_key"),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("account", ["account_id"]),
        ("appointment", ["appointment_id"]),
        ("merged", ["merged_into"]),
        ("owner", ["owner_id", "state"]),
        ("person", ["person_id"]),
        ("state", ["state", "opened_at"]),
        ("survey", ["survey_key"]),
    ):
        op.create_index(f"ix_service_case_{name}", "service_case", columns)
    op.create_table(
        "case_entry",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("service_case.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("kind", TEXT, nullable=False),
        _text("text"),
        _text("before"),
        _text("after"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_entry_case", "case_entry", ["case_id", "at"])
    for table in ("service_case", "case_entry"):
        add_attributes(op.get_bind(), table)
