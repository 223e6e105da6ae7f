"""Which person of an OpenID Connect provider is which user."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """A user's account at the provider.

    email: the address by which the first sign-in is recognised, in lower case; "" where the log-in is that address.
    issuer, subject: who it was at the first sign-in, "" until then; from then on they alone count.
    """

    user_id: int
    email: str = ""
    issuer: str = ""
    subject: str = ""
    linked_at: datetime | None = None
