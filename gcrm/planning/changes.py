"""What is different between a plan and the one that takes its place, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gcrm.common.wording import minutes_in_words

NOTICED_S = 5 * 60
"""A visit that moves by less than this has not moved."""


@dataclass(frozen=True, slots=True)
class Change:
    """One visit that changed: "removed", "added", "later" or "earlier". before, now: its start, ISO, or None."""

    account: int
    name: str
    change: str
    reason: str
    before: str | None
    now: str | None


def changes_between(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    added: Mapping[int, str],
    removed: Mapping[int, str],
    moved: str,
) -> list[Change]:
    """The changes in the order of the new day, those that are gone first.

    added, removed: why, by account; moved: why visits are later.
    """
    old = {stop["account"]: stop for stop in before["stops"]}
    new = {stop["account"]: stop for stop in now["stops"]}
    dropped = {one["account"]: one["reason"] for one in now["dropped"]}
    gives_way = f"{moved}, so it gives way" if moved else ""
    changes = [
        Change(
            account,
            stop["name"],
            "removed",
            removed.get(account) or gives_way or dropped.get(account, ""),
            stop["start"],
            None,
        )
        for account, stop in old.items()
        if account not in new
    ]
    for account, stop in new.items():
        if account not in old:
            changes.append(Change(account, stop["name"], "added", added.get(account, ""), None, stop["start"]))
            continue
        by_s = (_instant(stop["start"]) - _instant(old[account]["start"])).total_seconds()
        if abs(by_s) >= NOTICED_S:
            change = "later" if by_s > 0 else "earlier"
            why = moved if change == "later" else "others have given way" if moved else ""
            reason = f"{minutes_in_words(abs(by_s))} {change}" + (f": {why}" if why else "")
            changes.append(Change(account, stop["name"], change, reason, old[account]["start"], stop["start"]))
    return changes


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
