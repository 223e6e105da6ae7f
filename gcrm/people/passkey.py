"""A passkey: a key pair of which the public half is kept here, the private one by its owner's device."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Passkey:
    """What is kept of a passkey. credential, public_key, handle: base64url, without padding.

    credential: its number, from the device. handle: what the device hands back for its owner, so that no name is typed;
    a random one a user. host: where it works (the relying party's id). uses: what the device counts, 0 where it does
    not count.
    """

    user_id: int
    credential: str
    public_key: str
    handle: str
    host: str
    name: str
    uses: int
    made_at: datetime
    used_at: datetime | None = None
    id: int = 0
