"""Time to spare that holds for every rep who has none of the own: to park at each stop, and at the end of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.audit.model import Event
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected

if TYPE_CHECKING:
    from gcrm.transaction import Transaction
    from gcrm.workspace import Workspace

KEY = "slack of the company"
MOST_PARKING = 30
"""Minutes to park and walk at one stop."""


@dataclass(frozen=True, slots=True)
class CompanySlack:
    """parking_minutes: at each stop; home_on_time: the share of days, 0 to 1, that end in time, None for as planned."""

    parking_minutes: int = 0
    home_on_time: float | None = None


def company_slack(tx: Transaction) -> CompanySlack:
    """What holds for the whole company."""
    return read_slack(tx.settings.get(KEY))


def read_slack(kept: Any) -> CompanySlack:
    """From what the settings keep, None where nothing was said."""
    return CompanySlack(int(kept["parking_minutes"]), kept["home_on_time"]) if kept else CompanySlack()


def set_company_slack(
    workspace: Workspace, parking_minutes: int | None = None, home_on_time: int | None = None
) -> CompanySlack:
    """Change what is given. home_on_time: per cent of days, 0 for as planned. Raises InputRejected as for a rep."""
    with workspace.store.write() as tx:
        now = company_slack(tx)
        made = CompanySlack(
            now.parking_minutes if parking_minutes is None else checked_parking(parking_minutes),
            now.home_on_time if home_on_time is None else checked_on_time(home_on_time),
        )
        tx.audit.note(
            Event.SETTINGS_CHANGED,
            workspace.clock(),
            what=f"parking {made.parking_minutes} min, home on time {made.home_on_time}",
        )
        tx.settings.set(KEY, {"parking_minutes": made.parking_minutes, "home_on_time": made.home_on_time})
    return made


def checked_parking(minutes: int) -> int:
    """The minutes. Raises InputRejected for fewer than none, and for more than anybody walks."""
    if not 0 <= minutes <= MOST_PARKING:
        raise InputRejected(
            say("{minutes} minutes to park at each stop is not possible.", minutes=minutes),
            say("Enter 0 to {most}.", most=MOST_PARKING),
        )
    return minutes


def checked_on_time(percent: int) -> float | None:
    """The share of days, None for 0. Raises InputRejected for what cannot be planned."""
    if percent and not 50 <= percent <= 99:
        raise InputRejected(
            say("Home in time on {percent} % of days cannot be planned.", percent=percent),
            say("Give 50 to 99, or 0 for as planned."),
        )
    return percent / 100 if percent else None
