"""A change of one or several days as it is shown before it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gcrm.planning.overrides import FORBID, FREE, MOVE, OUT, PIN
from gcrm.planning.replan import News
from webapp.formats import counted, duration, long_day

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked, what it would change on each day, and whether it can be kept."""

    title: str
    parts: tuple[Part, ...]
    refused: str = ""
    warning: str = ""

    @property
    def travel_s(self) -> int:
        """Seconds of driving more, or less, on all days together."""
        return sum(part["cost"]["travel_s"] for part in self.parts if part["cost"])

    @property
    def lost(self) -> list[dict[str, Any]]:
        """Visits that nobody gave up and that do not fit any more."""
        return [one for part in self.parts if part["cost"] for one in part["cost"]["lost"]]


def of_decision(tried: Part) -> Proposal:
    """One stop of one day pinned, moved, forbidden, taken out or let go."""
    name = tried["name"]
    title = {
        PIN: f"Visit {name} this day",
        MOVE: f"Visit {name} at {tried['start']}" if tried["start"] else f"Visit {name} where it costs least",
        FORBID: f"Do not visit {name} this day",
        FREE: f"Let the planner choose about {name}",
        OUT: f"Take {name} out",
    }[tried["what"]]
    return Proposal(title, (tried,), tried["refused"], tried["warning"])


def of_move(parts: Sequence[Part]) -> Proposal:
    """A stop moved to another day: what `move_to_day` says."""
    arrives = parts[1]
    at = f" at {arrives['start']}" if arrives["start"] else ""
    title = f"Visit {arrives['name']} on {long_day(arrives['date'])}{at}"
    return Proposal(title, tuple(parts), arrives["refused"], arrives["warning"])


def of_news(news: News, part: Part, names: Mapping[int, str]) -> Proposal:
    """The rest of a day after news."""
    named = ", ".join(names.get(one, "") for one in (*sorted(news.cancelled), *news.urgent))
    if news.cancelled:
        title = f"{named} is cancelled"
    elif news.urgent:
        title = f"{named} cannot wait"
    else:
        title = "Fill the time that came free" if news.fill else f"The day is {duration(news.late_s)} late"
    refused = f"{named} does not fit: {part['refused']}" if part["refused"] else ""
    return Proposal(title, (part,), refused)


def of_sick(name: str, parts: Sequence[Part], promised: Sequence[str]) -> Proposal:
    """The days of a rep who is sick. promised: accounts with an appointment on them."""
    till = f" to {long_day(parts[-1]['date'])}" if len(parts) > 1 else ""
    gone = sum(len(part["changes"]) for part in parts)
    ring = f" Appointments to call off: {', '.join(promised)}." if promised else ""
    warning = f"{counted(gone, 'visit falls', 'visits fall')} out; plan the week again to bring them in.{ring}"
    return Proposal(f"{name} is sick, {long_day(parts[0]['date'])}{till}", tuple(parts), warning=warning)
