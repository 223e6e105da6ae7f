"""What a person can ask about what is kept of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from routing.points import LonLat


@dataclass(frozen=True, slots=True)
class HeldPoint:
    """A position that is held of a rep. what: "check-in" or "check-out"; goes_at: when it goes by itself."""

    activity_id: int
    account: str
    what: str
    at: datetime
    place: LonLat
    accuracy_m: float | None
    goes_at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at positions of a rep: who, when, for what, and how many there were."""

    rep_id: int
    user_id: int | None
    at: datetime
    why: str
    points: int


@dataclass(frozen=True, slots=True)
class SubjectFile:
    """All that is kept of an account and its persons, or of a rep. tables: name to rows, as JSON holds them."""

    kind: str
    subject_id: int
    name: str
    made_at: datetime
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an erasure has done. erased: (what, how many); kept: (what, why). Names nobody but by number."""

    kind: str
    subject_id: int
    at: datetime
    by: int | None
    erased: tuple[tuple[str, int], ...]
    kept: tuple[tuple[str, str], ...]
    id: int = 0


@dataclass(frozen=True, slots=True)
class Retained:
    """What a retention run takes out, or has taken out: (what, how many, held since before)."""

    dry_run: bool
    at: datetime
    gone: tuple[tuple[str, int, datetime], ...]
