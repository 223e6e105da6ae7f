"""A session: one browser in which one user is signed in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFE = timedelta(days=30)
"""How long a session lasts after it was last used."""

SEEN_EVERY = timedelta(hours=12)
"""How exactly the last use is kept: a write for each request would make readers wait for writers."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is kept of a session.

    key: the hash of the token that only the browser holds, so that no copy of the database opens a session. browser,
    address: where it was opened, in words and as the network says it.
    """

    user_id: int
    key: str
    created_at: datetime
    seen_at: datetime
    browser: str = ""
    address: str = ""
    id: int = 0


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


def key_of(token: str) -> str:
    """What is kept of a token. It is random, so one round of a fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
