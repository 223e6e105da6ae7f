"""Accounts: the customers and prospects that are visited."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from routing.points import LonLat


class Kind(StrEnum):
    """Whether an account buys already."""

    CUSTOMER = "customer"
    PROSPECT = "prospect"


class Priority(StrEnum):
    """How much an account matters; A is the most."""

    A = "A"
    B = "B"
    C = "C"


class Level(StrEnum):
    """How closely an address was placed, best first.

    Interpolated is between two known house numbers of the street; place is a town, village or quarter.
    """

    HOUSE = "house"
    INTERPOLATED = "interpolated"
    STREET = "street"
    POSTCODE = "postcode"
    PLACE = "place"
    NONE = "none"


GIVEN = "given"
"""Source of a placement that a file gave with the account."""
PERSON = "person"
"""Source of a placement that somebody has set by hand; no import replaces it."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, as far as it is known. `line` is what was given when it came as one text."""

    line: str = ""
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    @property
    def text(self) -> str:
        """The address on one line, as a person reads it."""
        if self.line:
            return self.line
        street = " ".join(part for part in (self.street, self.house_number) if part)
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (street, town, self.country) if part)

    def __bool__(self) -> bool:
        """Whether anything of it is known."""
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class Placement:
    """How an account came to its place on the map.

    confidence is 0 to 1; matched is the address found; ignored is what of the given text was not used; source names
    the data and its licence; reason says why nothing was found, where nothing was.
    """

    level: Level = Level.NONE
    confidence: float = 0.0
    matched: str = ""
    ignored: str = ""
    source: str = ""
    reason: str = ""
    placed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A customer or prospect.

    id is 0 until the store has given one. opening_hours is as it was typed:
    `gcrm.common.opening_hours.understand` says what is understood of it. visit_every_days and
    visit_minutes are the call cycle and the usual length of a visit, None for the default of its priority.
    territory_id is where it falls by its place unless territory_locked, then where somebody put it.
    skills: what a rep must be able to do to visit it, all of them; languages (ISO 639-1): of which a rep must speak
    one; none for any rep. holiday_region: the part of its country whose public holidays it keeps, as "BY" (ISO 3166-2
    without the country), "" where nobody knows.
    """

    name: str
    kind: Kind = Kind.CUSTOMER
    id: int = 0
    external_id: str = ""
    address: Address = field(default_factory=Address)
    place: LonLat | None = None
    placement: Placement = field(default_factory=Placement)
    contact: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    segment: str = ""
    opening_hours: str = ""
    priority: Priority = Priority.B
    visit_every_days: int | None = None
    visit_minutes: int | None = None
    last_visit: date | None = None
    note: str = ""
    territory_id: int | None = None
    territory_locked: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    holiday_region: str = ""


class AccountSite(NamedTuple):
    """As much of an account as says which territory it falls to; fields as in `Account`, `Address` and `Placement`."""

    id: int
    name: str
    place: LonLat | None
    territory_id: int | None
    territory_locked: bool
    postcode: str
    address_line: str
    reason: str
