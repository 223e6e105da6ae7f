"""What a rep or a planner has decided by hand about a day: who is visited whatever it is worth, when, and who is not.

They are kept by rep, in the words of a pin file (gcrm/planning/pins.py), and hold whenever the day is planned again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from gcrm.planning.pins import Ban, Pin, Pins

PIN, MOVE, FORBID, FREE, OUT = "pin", "move", "forbid", "free", "out"
WHAT = (PIN, MOVE, FORBID, FREE, OUT)

Kept = Mapping[str, Any]
"""The decisions of one rep as JSON: day -> account -> {"what": "pin" | "move" | "forbid", "start": "10:30" | None}."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is wanted for one account on one day.

    "pin": visit it, where it is if it is planned; "move": visit it at `start`, or as stop number `place` (from 1), or
    where it costs least; "forbid": do not; "out": take it out now, and leave it to the planner after; "free": leave it
    to the planner. said: why, as the plan says it.
    """

    account_id: int
    what: str
    start: time | None = None
    said: str = ""
    place: int | None = None


def key_of(rep_id: int) -> str:
    """The name under which the decisions of a rep are kept."""
    return f"decisions:{rep_id}"


def decided_on(kept: Kept | None, day: date) -> dict[int, Decision]:
    """What was decided about a day, by account."""
    return {
        int(account): Decision(int(account), one["what"], time.fromisoformat(one["start"]) if one["start"] else None)
        for account, one in (kept or {}).get(day.isoformat(), {}).items()
    }


def with_decision(kept: Kept | None, day: date, decision: Decision, today: date) -> dict[str, Any]:
    """All decisions with one more, which replaces what was decided about its account that day; past days go."""
    days = {text: dict(one) for text, one in (kept or {}).items() if date.fromisoformat(text) >= today}
    of_day = days.setdefault(day.isoformat(), {})
    of_day.pop(str(decision.account_id), None)
    if decision.what not in {FREE, OUT}:
        start = decision.start.isoformat("minutes") if decision.start else None
        of_day[str(decision.account_id)] = {"what": decision.what, "start": start}
    return {text: one for text, one in days.items() if one}


def decided_pins(kept: Kept | None) -> Pins:
    """The decisions as the planner takes them."""
    pins: list[Pin] = []
    bans: list[Ban] = []
    for text in kept or {}:
        day = date.fromisoformat(text)
        for one in decided_on(kept, day).values():
            if one.what == FORBID:
                bans.append(Ban(one.account_id, day))
            else:
                pins.append(pin_of(one, day))
    return Pins(tuple(pins), tuple(bans))


def pin_of(decision: Decision, day: date) -> Pin:
    """A wanted visit as a pin."""
    said = decision.said or (f"moved to {decision.start:%H:%M}" if decision.start else "pinned")
    return Pin(decision.account_id, day, decision.start, said=said)
