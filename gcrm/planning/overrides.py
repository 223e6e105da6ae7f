"""Overrides as the planner takes them: who is visited whatever it is worth, when, and who is not."""

from collections.abc import Mapping
from datetime import date

from gcrm.common.language import say
from gcrm.planning.pins import Ban, Pin, Pins
from gcrm.planning.proposal import Override, Wish


def decided_pins(overrides: Mapping[date, Mapping[int, Override]]) -> Pins:
    """What was decided by hand, by day and account, as pins."""
    pins: list[Pin] = []
    bans: list[Ban] = []
    for day, of_day in overrides.items():
        for one in of_day.values():
            if one.what is Wish.FORBID:
                bans.append(Ban(one.account_id, day))
            else:
                pins.append(pin_of(one, day))
    return Pins(tuple(pins), tuple(bans))


def pin_of(override: Override, day: date) -> Pin:
    """A wanted visit as a pin."""
    moved = say("moved to {day}", day=f"{override.start:%H:%M}") if override.start else say("pinned")
    said = override.said or moved
    return Pin(override.account_id, day, override.start, said=said)
