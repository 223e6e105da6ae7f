"""The businesses that the extract shows, and which of them are accounts already."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gcrm.accounts.model import Account, Kind, Level
from gcrm.common.text import joined, tokens
from gcrm.imports.identity import alike_names
from routing.geodesy import metres_per_degree
from routing.points import Points

SAME_M = {Level.HOUSE: 150.0, Level.INTERPOLATED: 200.0, Level.STREET: 500.0, Level.POSTCODE: 4_000.0}
"""How far a business and an account of alike names may be apart and be one, by how closely the account is placed."""
ROUGHLY_M = 4_000.0
TWICE_M = 60.0
"""Two businesses of one name and kind this near are one that is mapped twice."""
LEAST_CUSTOMERS = 2
LEAST_SHARE = 0.02
"""A kind buys where at least this many customers, and this share of those that were found, are of it."""
FEW_FOUND = 10
"""With fewer customers found, one is enough."""
ANY = ""
"""The kind that stands for all of a category."""

KindKey = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Businesses:
    """Named businesses of an extract, each once. points: (n, 2), EPSG:4326; keys: osm ids; unnamed: how many have none.

    category and kind as OpenStreetMap tags them: "shop" and "bakery".
    """

    points: Points
    categories: tuple[str, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    keys: tuple[str, ...]
    unnamed: int = 0

    def __len__(self) -> int:
        """How many."""
        return len(self.names)

    def word(self, row: int) -> str:
        """What a person calls the kind: "bakery"."""
        return kind_words((self.categories[row], self.kinds[row]))


@dataclass(frozen=True, slots=True)
class BuyingKind:
    """A kind of business that buys: how many customers and other accounts are of it, and how many businesses."""

    category: str
    kind: str
    customers: int
    known: int
    businesses: int

    @property
    def name(self) -> str:
        """What a person calls it."""
        return kind_words((self.category, self.kind))


def kind_words(key: KindKey) -> str:
    """The kind as a person says it, with its category where it does not say enough: "clothes shop", "office"."""
    category, kind = key
    plain = kind.replace("_", " ")
    if plain in {"", "yes"}:
        return category
    return f"{plain} {category}" if category in {"shop", "office"} and category not in plain else plain


def businesses_of(frame: Any) -> Businesses:
    """Those of an area's points of interest that have a name."""

    def texts(column: str) -> list[str]:
        if column not in frame.columns:
            return [""] * len(frame)
        return [value if isinstance(value, str) else "" for value in frame[column].tolist()]

    categories, kinds, names, keys = (texts(column) for column in ("category", "kind", "name", "osm_id"))
    shapes = frame.geometry.representative_point() if len(frame) else frame.geometry
    points = np.column_stack([shapes.x.to_numpy(), shapes.y.to_numpy()]) if len(frame) else np.empty((0, 2))
    named = [row for row, name in enumerate(names) if tokens(name)]
    kept: list[int] = []
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    kx, ky = metres_per_degree(points[:, 1].mean()) if len(points) else (1.0, 1.0)
    for row in named:
        same = seen[(joined(tokens(names[row])), kinds[row])]
        away = [np.hypot(*((points[row] - points[other]) * (kx, ky))) for other in same]
        if not away or min(away) > TWICE_M:
            same.append(row)
            kept.append(row)
    chosen = [tuple(each[row] for row in kept) for each in (categories, kinds, names, keys)]
    return Businesses(points[kept], chosen[0], chosen[1], chosen[2], chosen[3], len(frame) - len(named))


def matched(businesses: Businesses, accounts: Sequence[Account]) -> dict[int, int]:
    """Account id to the row of the business that it is, by name and place as an import tells two rows to be one.

    An account that has no place is the one business of its name, where there is only one. Each business is that of
    several accounts where their names and places say so: better told twice than offered as a new one.
    """
    if not len(businesses) or not accounts:
        return {}
    metres, tree = _on_plane(businesses.points)
    found: dict[int, int] = {}
    placed = [account for account in accounts if account.place is not None]
    reach = [SAME_M.get(account.placement.level, _reach(account)) for account in placed]
    places = metres(np.asarray([account.place for account in placed], dtype=np.float64).reshape(-1, 2))
    for account, place, near in zip(placed, places, tree.query_ball_point(places, reach), strict=True):
        alike = [row for row in near if alike_names(account.name, businesses.names[row])]
        if alike:
            found[account.id] = min(
                alike,
                key=lambda row: (
                    not _same(account.name, businesses.names[row]),
                    float(np.hypot(*(tree.data[row] - place))),
                    row,
                ),
            )
    by_name: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(businesses.names):
        by_name[joined(tokens(name))].append(row)
    for account in accounts:
        rows = by_name.get(joined(tokens(account.name)), ())
        if account.place is None and len(rows) == 1:
            found[account.id] = rows[0]
    return found


def is_account(name: str, place: tuple[float, float], accounts: Iterable[Account]) -> Account | None:
    """The account that a business is, None where it is none."""
    spot = Businesses(np.asarray([place], dtype=np.float64), ("",), ("",), (name,), ("",))
    for account in accounts:
        if matched(spot, [account]):
            return account
    return None


def buying_kinds(
    businesses: Businesses, accounts: Sequence[Account], of: Mapping[int, int], given: Sequence[str] = ()
) -> tuple[BuyingKind, ...]:
    """The kinds that buy, those with most customers first.

    Learnt from customers that are businesses of the extract; from the segments of the others, where those are called
    as kinds are; or given, by a person, as words ("bakery", "office").
    """
    there = Counter(zip(businesses.categories, businesses.kinds, strict=True))
    by_word: dict[str, KindKey] = {category: (category, ANY) for category, _ in there}
    by_word |= {_plain(kind): (category, kind) for (category, kind), _ in reversed(there.most_common()) if kind}
    customers: Counter[KindKey] = Counter()
    known: Counter[KindKey] = Counter()
    for account in accounts:
        row = of.get(account.id)
        key: KindKey | None
        if row is not None:
            key = businesses.categories[row], businesses.kinds[row]
        else:
            key = by_word.get(_plain(account.segment)) or by_word.get(_plain(account.segment).removesuffix("s"))
        if key is not None:
            known[key] += 1
            customers[key] += account.kind is Kind.CUSTOMER
    total = sum(customers.values())
    least = 1 if total < FEW_FOUND else max(LEAST_CUSTOMERS, LEAST_SHARE * total)
    chosen = [key for key, count in customers.most_common() if count >= least]
    if given:
        chosen = [key for word in given if (key := by_word.get(_plain(word))) is not None]
    count_of = Counter({(category, ANY): 0 for category, _ in there}) + there
    for (category, _), count in there.items():
        count_of[(category, ANY)] += count
    return tuple(BuyingKind(*key, customers[key], known[key], count_of[key]) for key in dict.fromkeys(chosen))


def rows_of_kinds(businesses: Businesses, kinds: Sequence[BuyingKind]) -> NDArray[np.intp]:
    """The rows of the businesses of these kinds."""
    keys = {(one.category, one.kind) for one in kinds}
    return np.asarray(
        [
            row
            for row, (category, kind) in enumerate(zip(businesses.categories, businesses.kinds, strict=True))
            if (category, kind) in keys or (category, ANY) in keys
        ],
        dtype=np.intp,
    )


def _reach(account: Account) -> float:
    """Of a place whose level says nothing: somebody's own pin is exact, the middle of a town is not."""
    return SAME_M[Level.HOUSE] if account.placement.level is Level.NONE else ROUGHLY_M


def _same(one: str, other: str) -> bool:
    return joined(tokens(one)) == joined(tokens(other))


def _plain(word: str) -> str:
    return "_".join(tokens(word))


def _on_plane(points: Points) -> tuple[Any, cKDTree]:
    scale = np.asarray(metres_per_degree(points[:, 1].mean()))

    def metres(places: Points) -> Points:
        return np.asarray(places * scale, dtype=np.float64)

    return metres, cKDTree(metres(points))
