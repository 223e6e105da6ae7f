"""Check-ins say how old their fix was and how closely the account was placed; visits end with a check-out."""

import sqlalchemy as sa
from alembic import op

from gcrm.platform.database.types import TEXT, Instant

revision = "0018"
down_revision = "0017"

VERDICTS = {"at the door": "inside", "nearby": "unclear", "far": "outside"}


def upgrade() -> None:
    numbers = [f"check_out_{what}" for what in ("lon", "lat", "accuracy_m", "distance_m", "age_s", "placed_m")]
    for name in ("check_in_age_s", "check_in_placed_m", *numbers):
        op.add_column("activity", sa.Column(name, sa.Float(53)))
    op.add_column("activity", sa.Column("check_out_at", Instant))
    op.add_column("activity", sa.Column("check_out_verdict", TEXT))
    activity = sa.table("activity", sa.column("check_in_verdict"), sa.column("check_in_lon"))
    for old, new in VERDICTS.items():
        op.execute(sa.update(activity).where(activity.c.check_in_verdict == old).values(check_in_verdict=new))
    # A position too rough to say, or an account without a place: there was a position all the same.
    rough = sa.and_(activity.c.check_in_verdict == "no position", activity.c.check_in_lon.is_not(None))
    op.execute(sa.update(activity).where(rough).values(check_in_verdict="unclear"))
