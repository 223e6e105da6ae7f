"""Addresses of other programs that are told of changes, and what was sent to each."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gcrm.exchange.model import FedKind

BACK_OFF = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long after each try that failed the next one comes; after the last one nothing is sent any more.

Source: Standard Webhooks, "Example retry schedule".
"""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of changes of these kinds, as far as its user sees them.

    secret: signs what is sent; told: the number of the last change that was put into a message; stopped: why nothing is
    sent any more, "" while it is.
    """

    user_id: int
    url: str
    kinds: frozenset[FedKind]
    secret: str
    made_at: datetime
    told: int = 0
    stopped: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address: what it says, when it is due, and how often and with what answer it was tried.

    message: its own name, the same at each try, by which whoever is told knows that it is the same.
    """

    webhook_id: int
    message: str
    document: dict[str, Any] = field(hash=False)
    made_at: datetime
    due_at: datetime
    tries: int = 0
    delivered_at: datetime | None = None
    code: int | None = None
    error: str = ""
    id: int = 0
