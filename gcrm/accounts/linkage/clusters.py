"""Accounts that belong together, out of pairs."""

from collections import defaultdict
from collections.abc import Iterable

from gcrm.accounts.linkage.pairs import Pair


def clusters(pairs: Iterable[Pair]) -> list[tuple[int, ...]]:
    """Groups of account ids that pairs tie together, directly or through others; each sorted, largest first."""
    leader: dict[int, int] = {}

    def find(account: int) -> int:
        leader.setdefault(account, account)
        while leader[account] != account:
            leader[account] = leader[leader[account]]
            account = leader[account]
        return account

    for pair in pairs:
        leader[find(pair.b)] = find(pair.a)
    groups: dict[int, list[int]] = defaultdict(list)
    for account in leader:
        groups[find(account)].append(account)
    return sorted((tuple(sorted(group)) for group in groups.values()), key=lambda group: (-len(group), group))
