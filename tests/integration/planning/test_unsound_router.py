"""One bad answer of a router never empties a plan, and what was mended is told."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from gcrm.accounts.model import Account
from gcrm.planning.day_json import read_day, write_day
from gcrm.planning.plan_day import plan_day
from gcrm.workspace import Workspace
from routing.points import Points
from routing.travel_times import OdMatrix
from routing.travel_times.soundness import Mended, sound_table
from tests.fixtures.plain_roads import PlainRoads
from tests.integration.planning.conftest import plain_account


class Neighbours(PlainRoads):
    """The plain world's roads, where a router says -1 m in no time between two neighbours, as OSRM does."""

    def matrix(self, points: Points) -> OdMatrix:
        plain = super().matrix(points)
        seconds, metres = plain.seconds.astype(float), plain.metres.astype(float)
        near = (metres > 0) & (metres < 10)
        seconds[near], metres[near] = 0, np.where(np.triu(near), -1, 1)[near]
        table = sound_table(seconds, metres, points)
        return OdMatrix(table.seconds, table.metres, table.reachable, table.mended)


def test_two_neighbours_a_metre_apart_do_not_empty_the_day(
    plain: Workspace, staffed: Callable[..., list[Account]], monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = staffed([plain_account("Bakery", 5), plain_account("Butcher", 5 + 1 / 120), plain_account("Far", 9)])
    area = SimpleNamespace(**(vars(plain.areas.current()) | {"travel_times": lambda *_: Neighbours()}))
    monkeypatch.setitem(plain.__dict__, "areas", SimpleNamespace(current=lambda: area, has_any=True))
    day = plan_day(plain, "ada", plain.clock().date(), seconds=0)
    assert day.account_ids == {account.id for account in accounts}
    assert day.mended == Mended(below_zero=1)
    written = write_day(day)
    assert written["travel_times"] == {"mended": 1, "faults": {"below_zero": 1}}
    assert read_day(written).mended == day.mended
