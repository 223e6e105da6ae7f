"""Accounts as columns of numbers, for questions about tens of thousands of them at once."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gcrm.accounts.model import Level, Priority

PRIORITIES = tuple(Priority)
LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True, eq=False)
class AccountColumns:
    """n accounts by id; each field an array of n.

    ids int64. places: (n, 2) float64, EPSG:4326, (lon, lat), NaN where there is none. is_prospect bool. priorities,
    levels: positions in PRIORITIES and LEVELS, uint8. last_visits: datetime64[D], NaT where there was none. every_days,
    minutes: the account's own call cycle and length of a visit, int64, 0 where it has none. territories: int64, 0 where
    it is in none. is_locked bool: to its territory.
    """

    ids: NDArray[np.int64]
    places: NDArray[np.float64]
    is_prospect: NDArray[np.bool_]
    priorities: NDArray[np.uint8]
    levels: NDArray[np.uint8]
    last_visits: NDArray[np.datetime64]
    every_days: NDArray[np.int64]
    minutes: NDArray[np.int64]
    territories: NDArray[np.int64]
    is_locked: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many accounts."""
        return len(self.ids)

    @property
    def is_placed(self) -> NDArray[np.bool_]:
        """Which of them have a place, (n,) bool."""
        found: NDArray[np.bool_] = ~np.isnan(self.places[:, 0])
        return found

    def where(self, chosen: NDArray[Any]) -> "AccountColumns":
        """Some of them: a mask of n, or positions."""
        return replace(self, **{field.name: getattr(self, field.name)[chosen] for field in fields(self)})
