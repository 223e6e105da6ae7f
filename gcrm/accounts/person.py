"""People at accounts: who they are, how they are reached, and what they have allowed or refused."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple


class ConsentState(StrEnum):
    """What a person has said. Nothing said is no row at all: unknown is never a yes."""

    GIVEN = "given"
    REFUSED = "refused"


class Consent(NamedTuple):
    """What a person has said of one channel ("email", "phone", "post") for one purpose, "" for any.

    source: who said so, as "HubSpot: Unsubscribed from all email"; day: when that was told to us.
    """

    channel: str
    purpose: str
    state: ConsentState
    source: str = ""
    day: date | None = None


class AtAccount(NamedTuple):
    """An account that a person belongs to, and as what."""

    account_id: int
    role: str = ""


class Reached(NamedTuple):
    """A further e-mail address or phone number: kind is "email" or "phone", label as the other program names it."""

    kind: str
    label: str
    value: str


@dataclass(slots=True)
class Person:
    """A person. accounts: the first is the main one. revised: how often a person or another import changed it since."""

    first_name: str = ""
    last_name: str = ""
    salutation: str = ""
    title: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    more: tuple[Reached, ...] = ()
    language: str = ""
    note: str = ""
    owner: str = ""
    owner_id: int | None = None
    created_on: date | None = None
    accounts: tuple[AtAccount, ...] = ()
    consents: tuple[Consent, ...] = ()
    custom: dict[str, Any] = field(default_factory=dict)
    import_id: int | None = None
    revised: int = 0
    updated_at: datetime | None = None
    id: int = 0

    @property
    def name(self) -> str:
        """First and last name, as people say them."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    def refuses(self, channel: str) -> bool:
        """Whether the person has refused a channel, for any purpose."""
        return any(one.channel == channel and one.state is ConsentState.REFUSED for one in self.consents)


@dataclass(slots=True)
class AccountExtra:
    """What is known of an account beyond its own fields: whose it was elsewhere, what it belongs to, own fields."""

    account_id: int
    parent_id: int | None = None
    status: str = ""
    owner: str = ""
    owner_id: int | None = None
    created_on: date | None = None
    custom: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field of the company's own: of which records, its stable name, what people call it, and where it came from."""

    record: str
    name: str
    label: str
    type: str = "text"
    source: str = ""
    id: int = 0
