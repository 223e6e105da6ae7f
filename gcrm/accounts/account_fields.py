"""Accounts as a few columns of codes, for a map that colours and chooses by any of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from gcrm.accounts.columns import LEVELS, PRIORITIES, AccountColumns
from gcrm.common.language import say, to_say
from gcrm.transaction import Transaction

MOST_VALUES = 65_000
"""Different values of a field; the rarest beyond are one."""
OTHERS, NOT_SAID = to_say("Others"), to_say("Not said")
NOBODY, NO_TERRITORY = to_say("Nobody"), to_say("None")
ROLES = (to_say("Customer"), to_say("Prospect"))
PLACED = {
    "house": to_say("At the house"),
    "interpolated": to_say("Between two houses"),
    "street": to_say("In the street"),
    "postcode": to_say("In the postcode"),
    "place": to_say("In the town"),
    "none": to_say("By hand"),
}
WORDS = {
    "segment": to_say("Segment"),
    "city": to_say("Town"),
    "postcode": to_say("Postcode"),
    "country": to_say("Country"),
    "source": to_say("Source"),
}
"""Columns of text that are fields."""
LABELS = (
    to_say("Role"),
    to_say("Priority"),
    to_say("Visit"),
    to_say("Visited"),
    to_say("Owner"),
    to_say("Territory"),
    to_say("Placed"),
)
"""What the other fields are called."""
VISIT = (
    to_say("Closed down"),
    to_say("Never visited"),
    to_say("Overdue"),
    to_say("Due in a week"),
    to_say("Due in a month"),
    to_say("Later"),
)
VISITED = (
    to_say("Never"),
    to_say("Within a month"),
    to_say("Within three months"),
    to_say("Within a year"),
    to_say("Longer ago"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field: what accounts have of it. values: the words; codes: (n,) positions in them, uint8 or uint16."""

    key: str
    label: str
    values: tuple[str, ...]
    codes: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class AccountFields:
    """n placed accounts by id, with their fields."""

    accounts: AccountColumns
    fields: tuple[Field, ...]


def account_fields(
    tx: Transaction,
    seen: Collection[int] | None,
    visits: Mapping[str, np.ndarray],
) -> AccountFields:
    """All placed accounts that may be seen, with every field that tells some apart.

    seen: territories whose accounts may be seen, None for all. visits: further fields, label to (m,) words of all
    accounts that may be seen, by id, placed or not.
    """
    wanted = None if seen is None else sorted(seen)
    every = tx.accounts.columns(territory_id=wanted) if wanted is not None else tx.accounts.columns()
    told = tx.accounts.words(tuple(WORDS)) if wanted is None else tx.accounts.words(tuple(WORDS), territory_id=wanted)
    placed = every.is_placed
    accounts = every.where(placed)
    territories = {one.id: one for one in tx.territories.all()}
    reps = {rep.id: rep.name for rep in tx.reps.all()}
    names = {0: NO_TERRITORY, **{key: one.name for key, one in territories.items()}}
    owners = {0: NOBODY, **{key: reps.get(one.rep_id, NOBODY) for key, one in territories.items()}}
    fields = [
        _field("kind", "Role", np.where(accounts.is_prospect, ROLES[1], ROLES[0])),
        _field("priority", "Priority", np.array([one.value for one in PRIORITIES])[accounts.priorities]),
        *(_field(label.casefold(), label, words[placed]) for label, words in visits.items()),
        _field("owner", "Owner", _named(accounts.territories, owners, NOBODY)),
        _field("territory", "Territory", _named(accounts.territories, names, NO_TERRITORY)),
        _field("placed", "Placed", np.array([PLACED[one.value] for one in LEVELS])[accounts.levels]),
        *(_field(key, label, np.array(told[key], dtype=object)[placed]) for key, label in WORDS.items()),
    ]
    return AccountFields(accounts, tuple(one for one in fields if len(one.values) > 1 or one.key == "kind"))


def said_words() -> dict[str, str]:
    """What is ours of labels and values, each in the language at hand where that is another one."""
    ours = (
        OTHERS,
        NOT_SAID,
        NOBODY,
        NO_TERRITORY,
        *ROLES,
        *PLACED.values(),
        *WORDS.values(),
        *LABELS,
        *VISIT,
        *VISITED,
    )
    return {word: said for word in ours if (said := say(word)) != word}


def visit_words(left: np.ndarray, never: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """(n,) how the next visit of each account stands. left: days until it is due; never, closed: bool."""
    words = np.select(
        [closed, never, left < 0, left <= 7, left <= 30],
        VISIT[:-1],
        VISIT[-1],
    )
    return np.asarray(words, dtype=object)


def day_of_last(days: Sequence[date] | np.ndarray, today: date) -> np.ndarray:
    """(n,) how long ago each was visited last."""
    ago = (np.datetime64(today, "D") - np.asarray(days, dtype="datetime64[D]")).astype("timedelta64[D]").astype(float)
    never = np.isnat(np.asarray(days, dtype="datetime64[D]"))
    words = np.select(
        [never, ago <= 30, ago <= 90, ago <= 365],
        VISITED[:-1],
        VISITED[-1],
    )
    return np.asarray(words, dtype=object)


def _named(ids: np.ndarray, names: Mapping[int, str], missing: str) -> np.ndarray:
    unique, at = np.unique(ids, return_inverse=True)
    return np.array([names.get(one, missing) for one in unique.tolist()], dtype=object)[at.reshape(-1)]


def _field(key: str, label: str, words: np.ndarray) -> Field:
    """The words as codes, the commonest first; equal counts by the alphabet. Space around words does not count."""
    seen: dict[str, int] = {}
    raw = np.fromiter((seen.setdefault(one, len(seen)) for one in words.tolist()), dtype=np.int64, count=len(words))
    clean: dict[str, int] = {}
    merged = np.array([clean.setdefault(" ".join(one.split()) or NOT_SAID, len(clean)) for one in seen], dtype=np.int64)
    at = merged[raw] if len(words) else raw
    values, counts = list(clean), np.bincount(at, minlength=len(clean))
    order = sorted(range(len(values)), key=lambda one: (-counts[one], values[one].casefold()))
    place = np.empty(len(values), dtype=np.int64)
    place[order] = np.arange(len(values))
    codes = place[at]
    kept = tuple(values[one] for one in order)
    if len(kept) > MOST_VALUES:
        kept, codes = (*kept[: MOST_VALUES - 1], OTHERS), np.minimum(codes, MOST_VALUES - 1)
    return Field(key, label, kept, codes.astype("<u1" if len(kept) <= 256 else "<u2"))
