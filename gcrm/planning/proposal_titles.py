"""What a proposal asks, in a line."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gcrm.common.language import say
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
        if wish.start:
            return say("Visit {account} at {time}", account=name, time=f"{wish.start:%H:%M}")
        return say("Visit {account} where it costs least", account=name)
    return {
        Wish.PIN: say("Visit {account} this day", account=name),
        Wish.FORBID: say("Do not visit {account} this day", account=name),
        Wish.FREE: say("Unpin {account}", account=name),
        Wish.OUT: say("Take {account} out", account=name),
    }[wish.what]


def title_of_move(arrives: ProposedDay) -> str:
    """A stop moved to another day."""
    start = arrives.override.start if arrives.override else None
    day = day_in_words(arrives.day)
    if start is None:
        return say("Visit {account} on {day}", account=arrives.name, day=day)
    return say("Visit {account} on {day} at {time}", account=arrives.name, day=day, time=f"{start:%H:%M}")


def title_of_news(news: "News", names: Mapping[int, str]) -> str:
    """The rest of a day after news. names: of the accounts that it is about."""
    named = ", ".join(names.get(one, "") for one in (*sorted(news.cancelled), *news.urgent))
    if news.cancelled:
        return say("{account} is cancelled", account=named)
    if news.urgent:
        return say("{account} is urgent", account=named)
    if news.fill:
        return say("Fill the free time")
    return say("The day is {minutes} late", minutes=minutes_in_words(news.late_s))


def title_of_sick(name: str, days: Sequence[ProposedDay]) -> str:
    """The days of a rep who is sick."""
    first = day_in_words(days[0].day)
    if len(days) > 1:
        return say("{rep} is sick, {first} to {last}", rep=name, first=first, last=day_in_words(days[-1].day))
    return say("{rep} is sick, {day}", rep=name, day=first)
