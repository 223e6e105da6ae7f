"""A token: what lets another program act for a user, within what the token was made for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gcrm.common.language import to_say

PREFIX = "gcrm_"
"""What every token begins with, so that a scanner for secrets finds one that was left in a file."""


class Scope(StrEnum):
    """What a token may do. It never may do more than its user's role."""

    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    ACTIVITIES_READ = "activities:read"
    ACTIVITIES_WRITE = "activities:write"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    TERRITORIES_READ = "territories:read"
    ORDERS_READ = "orders:read"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token.

    key: the hash of the secret that only the program holds. made_by: who made it, None on the command line. used_at:
    about when it was last used, used_from: from which address. revoked_at: since when it opens nothing.
    """

    user_id: int
    name: str
    key: str
    scopes: frozenset[Scope]
    made_at: datetime
    expires_at: datetime
    made_by: int | None = None
    used_at: datetime | None = None
    used_from: str = ""
    revoked_at: datetime | None = None
    revoked_by: int | None = None
    id: int = 0

    def is_open(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return self.revoked_at is None and now < self.expires_at

    def state(self, now: datetime) -> str:
        """Whether it holds, in a word."""
        if self.revoked_at is not None:
            return to_say("revoked")
        return to_say("active") if now < self.expires_at else to_say("expired")
