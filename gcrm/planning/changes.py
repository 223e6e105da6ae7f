"""What is different between a plan and the one that takes its place, and why."""

from collections.abc import Mapping

from gcrm.common.language import say, to_say
from gcrm.common.wording import minutes_in_words
from gcrm.planning.day_plan import Change, DayPlan

NOTICED_S = 5 * 60
"""A visit that moves by less than this has not moved."""


def changes_between(
    before: DayPlan, now: DayPlan, *, added: Mapping[int, str], removed: Mapping[int, str], moved: str
) -> tuple[Change, ...]:
    """The changes in the order of the new day, those that are gone first.

    added, removed: why, by account; moved: why visits are later.
    """
    old = {stop.account_id: stop for stop in before.stops}
    new = {stop.account_id: stop for stop in now.stops}
    omitted = {one.account_id: one.reason for one in now.omissions}
    gives_way = say("{cause}, so it gives way", cause=moved) if moved else ""
    changes = [
        Change(
            account,
            stop.name,
            to_say("removed"),
            removed.get(account) or gives_way or omitted.get(account, ""),
            stop.start,
            None,
        )
        for account, stop in old.items()
        if account not in new
    ]
    for account, stop in new.items():
        if account not in old:
            changes.append(Change(account, stop.name, to_say("added"), added.get(account, ""), None, stop.start))
            continue
        by_s = (stop.start - old[account].start).total_seconds()
        if abs(by_s) >= NOTICED_S:
            change = to_say("later") if by_s > 0 else to_say("earlier")
            why = moved if change == "later" else say("others have given way") if moved else ""
            minutes = minutes_in_words(abs(by_s))
            reason = say("{minutes} later", minutes=minutes) if by_s > 0 else say("{minutes} earlier", minutes=minutes)
            reason += f": {why}" if why else ""
            changes.append(Change(account, stop.name, change, reason, old[account].start, stop.start))
    return tuple(changes)
