"""What a proposal asks, in a line."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gcrm.common.wording import day_in_words, minutes_in_words
from gcrm.planning.proposal import ProposedDay, Wish

if TYPE_CHECKING:
    from gcrm.planning.replan import News


def title_of_override(proposed: ProposedDay) -> str:
    """One stop of one day pinned, moved, forbidden, taken out or let go."""
    wish = proposed.override
    assert wish, "a change by hand says what was decided"
    name = proposed.name
    if wish.what is Wish.MOVE:
        return f"Visit {name} at {wish.start:%H:%M}" if wish.start else f"Visit {name} where it costs least"
    return {
        Wish.PIN: f"Visit {name} this day",
        Wish.FORBID: f"Do not visit {name} this day",
        Wish.FREE: f"Unpin {name}",
        Wish.OUT: f"Take {name} out",
    }[wish.what]


def title_of_move(arrives: ProposedDay) -> str:
    """A stop moved to another day."""
    start = arrives.override.start if arrives.override else None
    return f"Visit {arrives.name} on {day_in_words(arrives.day)}{f' at {start:%H:%M}' if start else ''}"


def title_of_news(news: "News", names: Mapping[int, str]) -> str:
    """The rest of a day after news. names: of the accounts that it is about."""
    named = ", ".join(names.get(one, "") for one in (*sorted(news.cancelled), *news.urgent))
    if news.cancelled:
        return f"{named} is cancelled"
    if news.urgent:
        return f"{named} is urgent"
    return "Fill the free time" if news.fill else f"The day is {minutes_in_words(news.late_s)} late"


def title_of_sick(name: str, days: Sequence[ProposedDay]) -> str:
    """The days of a rep who is sick."""
    until = f" to {day_in_words(days[-1].day)}" if len(days) > 1 else ""
    return f"{name} is sick, {day_in_words(days[0].day)}{until}"
