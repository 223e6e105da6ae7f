"""A link with which a customer chooses the time of a visit."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CustomerLink:
    """key: the hash of the secret in it. minutes: of the visit, None for the usual length.

    appointment_id: what was taken through it. sequence: how often that was changed, as calendars count.
    """

    account_id: int
    key: str
    made_by: int | None
    made_at: datetime
    expires_at: datetime
    minutes: int | None = None
    revoked_at: datetime | None = None
    appointment_id: int | None = None
    sequence: int = 0
    id: int = 0

    def is_open(self, now: datetime) -> bool:
        """Whether it still leads somewhere."""
        return self.revoked_at is None and now < self.expires_at
