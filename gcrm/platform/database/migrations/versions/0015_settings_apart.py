"""What stood in `setting` for want of a better place gets tables of its own."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Document, Instant

revision = "0015"
down_revision = "0014"

COLUMNS = {"import columns ": "account", "order-columns:": "order"}
"""The beginnings of keys, to the kind of file."""
OUTSIDE = "outside geocode "


def _account(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)


def upgrade() -> None:
    op.add_column("job", sa.Column("enough", sa.Boolean, nullable=False, server_default=sa.text("false")))
    queues = op.create_table("job_queue", sa.Column("name", TEXT, primary_key=True))
    columns = op.create_table(
        "import_columns",
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("headings", TEXT, primary_key=True),
        sa.Column("columns", Document, nullable=False),
    )
    pairs = op.create_table("distinct_pair", _account("a_id"), _account("b_id"))
    op.create_index("ix_distinct_pair_b", "distinct_pair", ["b_id"])
    answers = op.create_table(
        "outside_answer",
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("until", Instant, nullable=False),
        sa.Column("answer", Document),
    )
    # Without it each account that is taken away has all of them looked through.
    op.create_index("ix_override_account", "override", ["account_id"])
    connection = op.get_bind()
    known = set(connection.execute(sa.text("SELECT id FROM account")).scalars())
    for key, text in connection.execute(sa.text("SELECT key, value FROM setting")).all():
        value = json.loads(text)
        kind = next((start for start in COLUMNS if key.startswith(start)), None)
        if key == "queue name":
            connection.execute(sa.insert(queues).values(name=str(value)))
        elif key == "kept apart":
            found = {(min(pair), max(pair)) for pair in value if len(set(pair)) == 2 and set(pair) <= known}
            if found:
                connection.execute(sa.insert(pairs), [{"a_id": a, "b_id": b} for a, b in sorted(found)])
        elif kind is not None:
            row = {"kind": COLUMNS[kind], "headings": key.removeprefix(kind), "columns": value}
            connection.execute(sa.insert(columns).values(row))
        elif key.startswith(OUTSIDE):
            until = datetime.fromisoformat(value["until"])
            row = {"key": key.removeprefix(OUTSIDE), "until": until, "answer": value["answer"]}
            connection.execute(sa.insert(answers).values(row))
        elif not key.startswith("enough:"):
            continue
        connection.execute(sa.text("DELETE FROM setting WHERE key = :key"), {"key": key})
