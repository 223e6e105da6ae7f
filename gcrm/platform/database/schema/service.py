"""Cases and their histories."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from gcrm.platform.database.schema.columns import count, metadata, number, words
from gcrm.platform.database.types import TEXT, Instant

service_case = Table(
    "service_case",
    metadata,
    number(),
    words("title"),
    words("text"),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("person_id", ForeignKey("person.id", ondelete="SET NULL")),
    words("order_number"),
    words("category"),
    words("priority", "normal"),
    words("channel", "page"),
    Column("owner_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    words("state", "open"),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("answer_due", Instant, nullable=False),
    Column("solve_due", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("solved_at", Instant),
    Column("closed_at", Instant),
    Column("waiting_since", Instant),
    count("waited_s"),
    Column("merged_into", ForeignKey("service_case.id", ondelete="SET NULL")),
    Column("appointment_id", ForeignKey("appointment.id", ondelete="SET NULL")),
    words("survey_key"),
    Column("survey_expires_at", Instant),
    Column("survey_score", Integer),
    words("survey_remark"),
    Column("survey_at", Instant),
    words("search_key"),
    Index("ix_service_case_account", "account_id"),
    Index("ix_service_case_appointment", "appointment_id"),
    Index("ix_service_case_merged", "merged_into"),
    Index("ix_service_case_owner", "owner_id", "state"),
    Index("ix_service_case_person", "person_id"),
    Index("ix_service_case_state", "state", "opened_at"),
    Index("ix_service_case_survey", "survey_key"),
    sqlite_autoincrement=True,
)

case_entry = Table(
    "case_entry",
    metadata,
    number(),
    Column("case_id", ForeignKey("service_case.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_id", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("kind", TEXT, nullable=False),
    words("text"),
    words("before"),
    words("after"),
    Index("ix_case_entry_case", "case_id", "at"),
    sqlite_autoincrement=True,
)
