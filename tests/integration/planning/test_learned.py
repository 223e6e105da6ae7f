"""What visits teach: their length, the hours when somebody is there, and where an account really is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gcrm.accounts.model import Account, Level, Placement
from gcrm.activities.better_pins import (
    BetterPin,
    approve_better_pin,
    better_pins,
    refuse_better_pin,
)
from gcrm.activities.check_in import Left, check_in
from gcrm.activities.learned import (
    LEAST_OF_ACCOUNT,
    Hour,
    Learned,
    learn_for_account,
    learn_for_company,
    learned,
    wilson_least,
)
from gcrm.activities.model import Outcome
from gcrm.activities.verdict import Position
from gcrm.planning.plan_day import plan_day
from gcrm.platform.errors import Conflict, NotFound
from gcrm.workspace import Workspace
from routing.geodesy import distance_m
from routing.points import LonLat
from tests.integration.planning.conftest import plain_account
from tests.integration.planning.test_plan_day import TUESDAY

SetUp = Callable[..., list[Account]]
BEFORE = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
"""10:00 in Vaduz."""


def visited(
    workspace: Workspace,
    account: Account,
    day: int,
    *,
    minutes: float | None = None,
    outcome: Outcome = Outcome.ORDER,
    hour: int = 0,
    at: Position | None = None,
) -> None:
    came = BEFORE + timedelta(days=day, hours=hour)
    left = Left((came + timedelta(minutes=minutes)).isoformat()) if minutes is not None else None
    with workspace.store.read() as tx:
        rep_id = tx.reps.get("ada").id
    check_in(workspace, account.id, rep_id=rep_id, at=came, left=left, outcome=outcome, position=at)


def taught(workspace: Workspace) -> Learned:
    with workspace.store.read() as tx:
        return learned(tx, workspace.clock())


def length(workspace: Workspace, account: Account) -> int | None:
    found = taught(workspace).length_of(account)
    return found.minutes if found else None


def proposals(workspace: Workspace) -> list[BetterPin]:
    with workspace.store.read() as tx:
        return better_pins(tx, workspace.clock())


def test_the_median_of_enough_visits_is_the_length_that_is_planned(plain: Workspace, staffed: SetUp) -> None:
    adler, baer = staffed([plain_account("Adler", 10, visit_minutes=None), plain_account("Bär", 20)])
    for day, minutes in enumerate((50, 54, 240, 56)):
        visited(plain, adler, day, minutes=minutes)
        visited(plain, baer, day, minutes=minutes)
    assert length(plain, adler) is None  # four are not enough
    for day in (5, 6):
        visited(plain, adler, day, minutes=1)  # a slip of the finger
        visited(plain, adler, day, minutes=3, outcome=Outcome.NOBODY_THERE)
    visited(plain, adler, 7, minutes=58)
    visited(plain, baer, 7, minutes=58)
    assert length(plain, adler) == 56
    assert length(plain, baer) is None  # what a person has entered comes first
    stops = plan_day(plain, "ada", TUESDAY, steps=500).stops
    assert {one.name: one.service_s / 60 for one in stops} == {"Adler": 56, "Bär": 30}
    learn_for_account(plain, adler.id, on=False)
    assert length(plain, adler) is None
    learn_for_account(plain, adler.id, on=True)
    learn_for_company(plain, on=False)
    assert length(plain, adler) is None
    learn_for_company(plain, on=True)
    assert length(plain, adler) == 56


def test_a_segment_teaches_those_of_it_that_are_not_known_themselves(plain: Workspace, staffed: SetUp) -> None:
    some = staffed([plain_account(f"Inn {number}", number, visit_minutes=None, segment="Inns") for number in range(4)])
    for number, account in enumerate(some[:3]):
        for day in range(LEAST_OF_ACCOUNT - 1):
            visited(plain, account, 10 * number + day, minutes=40)
    found = taught(plain).length_of(some[3])
    assert found is not None
    assert (found.minutes, found.visits, found.of_segment) == (40, 12, True)


def test_an_hour_in_which_nobody_is_there_is_avoided(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10, opening_hours="Mo-Fr 08:00-12:00")], hours="08:00-12:00")
    later = TUESDAY + timedelta(days=90)
    (stop,) = plan_day(plain, "ada", later, steps=500).stops
    assert stop.start.hour == 8
    for day in range(0, 9, 3):
        visited(plain, adler, day, hour=-2, outcome=Outcome.NOBODY_THERE)  # 08:00 in Vaduz
        visited(plain, adler, day + 1, hour=-1, outcome=Outcome.ORDER)
    assert taught(plain).hours[adler.id] == (Hour(8, 3, 3), Hour(9, 3, 0))
    (stop,) = plan_day(plain, "ada", later, steps=500).stops
    assert stop.start.hour >= 9
    learn_for_account(plain, adler.id, on=False)
    (stop,) = plan_day(plain, "ada", later, steps=500).stops
    assert stop.start.hour == 8


def test_who_is_never_there_is_still_planned(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10, opening_hours="Mo-Fr 08:00-09:00")], hours="08:00-12:00")
    for day in range(4):
        visited(plain, adler, day, hour=-2, outcome=Outcome.NOBODY_THERE)
    assert [stop.name for stop in plan_day(plain, "ada", TUESDAY + timedelta(days=90), steps=500).stops] == ["Adler"]


@pytest.mark.parametrize(
    ("nobody", "visits", "avoided"),
    [(2, 2, False), (3, 3, True), (3, 4, False), (4, 4, True), (8, 10, True), (5, 10, False)],
)
def test_few_doors_teach_nothing(nobody: int, visits: int, avoided: bool) -> None:
    assert Hour(9, visits, nobody).avoided is avoided


def test_the_least_share_is_wilsons() -> None:
    assert wilson_least(0, 0) == 0
    assert wilson_least(3, 3) == pytest.approx(0.6462, abs=1e-3)


def east(account: Account, metres: float) -> Position:
    assert account.place
    return Position(LonLat(account.place.lon + metres / 75_800, account.place.lat), 12)


def test_check_ins_that_keep_falling_elsewhere_propose_a_pin_that_a_person_approves(
    plain: Workspace, staffed: SetUp
) -> None:
    (adler,) = staffed([plain_account("Adler", 10, placement=Placement(Level.HOUSE, 1.0))])
    for day, metres in enumerate((300, 310, 0, 305)):
        visited(plain, adler, day, at=east(adler, metres))
    (one,) = proposals(plain)
    assert (one.check_ins, one.of, one.days, one.reps) == (3, 4, 3, 1)
    assert one.moved_m == pytest.approx(305, abs=4)
    with pytest.raises(Conflict):
        approve_better_pin(plain, adler.id, LonLat(9.0, 47.0), 0)
    with plain.store.read() as tx:
        assert tx.accounts.get(adler.id).place == adler.place  # nothing moves by itself


def test_a_pin_that_was_left_proposes_nothing_until_new_check_ins_do(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10, placement=Placement(Level.STREET, 0.6))])
    for day in range(3):
        visited(plain, adler, day, at=east(adler, 200))
    assert proposals(plain)
    refuse_better_pin(plain, adler.id)
    assert not proposals(plain)
    with pytest.raises(NotFound):
        approve_better_pin(plain, adler.id, LonLat(9.5, 47.1), 0)


@pytest.mark.parametrize(
    ("metres", "accuracy_m", "age_s"),
    [
        ((300, 310), 12, 0),  # too few
        ((300, 305, 310), 60, 0),  # too rough
        ((300, 305, 310), 12, 40),  # too old
        ((300, 600, 900, 1_200), 12, 0),  # all over the place
        ((60, 70, 80), 12, 0),  # near enough for a pin at the house
        ((300, 305, 310, 0, 0, 0), 12, 0),  # as many at the pin
    ],
)
def test_what_is_not_good_enough_proposes_nothing(
    plain: Workspace, staffed: SetUp, metres: tuple[int, ...], accuracy_m: float, age_s: float
) -> None:
    (adler,) = staffed([plain_account("Adler", 10, placement=Placement(Level.HOUSE, 1.0))])
    for day, off in enumerate(metres):
        visited(plain, adler, day, at=Position(east(adler, off).place, accuracy_m, age_s))
    assert not proposals(plain)


def test_check_ins_of_one_day_are_one_visit_and_propose_nothing(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10)])
    for hour in range(4):
        visited(plain, adler, 0, hour=hour, at=east(adler, 400))
    assert not proposals(plain)


def test_a_better_pin_across_the_antimeridian_lies_between_its_check_ins(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10, opening_hours="")])
    for day, lon in enumerate((179.9999, -179.9999, 180.0)):
        visited(plain, adler, day, at=Position(LonLat(lon, -17.0), 10))
    (one,) = proposals(plain)
    assert distance_m(one.place, LonLat(180.0, -17.0)) < 5
