"""Everything but accounts, as records, alike on both backends."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
import shapely

from gcrm.accounts.model import Account
from gcrm.activities.model import Activity, ActivityKind, CheckIn, Outcome, Verdict
from gcrm.jobs.model import Job, JobState
from gcrm.people.model import Break, Rep, Shift
from gcrm.people.user import Role, User
from gcrm.planning.day_plan import DayPlan
from gcrm.platform.errors import Conflict, InputRejected, NotFound
from gcrm.store import Store
from gcrm.territories.model import Region, Territory
from gcrm.transaction import Transaction
from routing.points import LonLat
from tests.fixtures.plans import plan_of

NOON = datetime(2026, 11, 24, 12, 0, 0, 250000, tzinfo=UTC)
WEEK = (*(Shift(time(8, 30), time(17)),) * 5, None, Shift(time(9), time(9, 30)))
ADA = Rep("ada", "Ada", "Landstrasse 12", LonLat(9.52, 47.14), WEEK, "Europe/Vaduz", Break(45, time(11, 30), time(13)))
CY = Rep("cy", "Cy", "", None, (None,) * 7, "Pacific/Auckland")


def square(west: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(west, 0, west + 1, 1)])


def visit(account: Account, at: datetime, **more: object) -> Activity:
    return Activity(account.id, ActivityKind.VISIT, at, **more)  # type: ignore[arg-type]


# Reps and users


def test_reps_come_back_as_they_were_given(store: Store) -> None:
    with store.write() as tx:
        cy, ada = tx.reps.add(CY), tx.reps.add(ADA)
        assert tx.reps.get("ada") == tx.reps.by_id(ada.id) == replace(ADA, id=ada.id)
        assert tx.reps.all() == [ada, cy]
        moved = tx.reps.update(replace(ada, home=None, lunch=None, week=(None,) * 7))
        assert tx.reps.get("ada") == moved
        with pytest.raises(NotFound):
            tx.reps.get("stranger")
        with pytest.raises(NotFound):
            tx.reps.by_id(99)
        with pytest.raises(NotFound):
            tx.reps.update(replace(ADA, id=99, key="new"))


def test_a_key_and_a_login_are_given_once(store: Store) -> None:
    ada = User("ada", "Ada", Role.REP, "hash")
    with store.write() as tx:
        tx.reps.add(ADA)
        tx.users.add(ada)
        with pytest.raises(Conflict, match="ada"):
            tx.reps.add(replace(CY, key="ada"))
        with pytest.raises(Conflict, match="ada"):
            tx.users.add(replace(ada, name="Another"))
        assert len(tx.users.all()) == len(tx.reps.all()) == 1


def test_users_come_back_as_they_were_given(store: Store) -> None:
    with store.write() as tx:
        rep = tx.reps.add(ADA)
        bo = tx.users.add(User("bo", "Bo", Role.MANAGER, "hash of bo"))
        ada = tx.users.add(User("ada", "Ada", Role.REP, "hash of ada", rep.id, active=False))
        assert tx.users.all() == [ada, bo]
        assert tx.users.get(ada.id) == tx.users.get_by_login("ada") == ada
        assert tx.users.update(replace(ada, active=True)) == tx.users.get(ada.id)
        for missing in ("Ada", "cy", "ada' OR '1'='1"):
            with pytest.raises(NotFound):
                tx.users.get_by_login(missing)
        with pytest.raises(NotFound):
            tx.users.get(99)


# Activities


def test_activities_come_back_as_they_were_given(store: Store) -> None:
    with store.write() as tx:
        rep, user = tx.reps.add(ADA), tx.users.add(User("ada", "Ada", Role.REP, "hash"))
        account = tx.accounts.add(Account("Bakery"))
        seen = CheckIn(NOON, LonLat(9.52, 47.14), 12.5, 48.25, Verdict.INSIDE)
        whole = Activity(
            account.id,
            ActivityKind.VISIT,
            NOON,
            rep.id,
            user.id,
            Outcome.ORDER,
            "Ünïcode 🥖\nand 'quotes'",
            "Call back",
            date(2026, 12, 1),
            seen,
            "phone-1",
        )
        blind = visit(account, NOON + timedelta(hours=1), check_in=CheckIn(NOON, None, None, None, Verdict.NO_POSITION))
        bare = Activity(account.id, ActivityKind.NOTE, NOON - timedelta(hours=1))
        added = [tx.activities.add(one) for one in (whole, blind, bare)]
        assert added == [replace(one, id=kept.id) for one, kept in zip((whole, blind, bare), added, strict=True)]
        assert tx.activities.of_account(account.id) == [added[1], added[0], added[2]]
        assert tx.activities.of_account(account.id, limit=1) == [added[1]]
        assert tx.activities.since(NOON) == [added[0], added[1]]
        changed = tx.activities.update(replace(added[2], note="More", check_in=seen))
        assert tx.activities.of_account(account.id)[2] == changed
        with pytest.raises(NotFound):
            tx.activities.update(replace(bare, id=99))


def test_what_a_phone_sends_twice_is_kept_once(store: Store) -> None:
    with store.write() as tx:
        account = tx.accounts.add(Account("Bakery"))
        first = tx.activities.add(visit(account, NOON, note="First", client_id="phone-1"))
    with store.write() as tx:
        again = tx.activities.add(visit(account, NOON + timedelta(days=3), note="Again", client_id="phone-1"))
        assert again == first
        assert tx.activities.of_account(account.id) == [first]
        assert tx.accounts.get(account.id).last_visit == date(2026, 11, 24)
        # Without a number of the phone's own, two are two.
        assert len({tx.activities.add(visit(account, NOON)).id for _ in range(2)}) == 2


def test_a_visit_moves_the_last_visit_forward_by_the_reps_own_calendar(store: Store) -> None:
    late = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    with store.write() as tx:
        cy = tx.reps.add(CY)
        account, other = tx.accounts.add_many([Account("Bakery"), Account("Never", last_visit=date(2026, 12, 31))])
        tx.activities.add(Activity(account.id, ActivityKind.CALL, late))
        assert tx.accounts.get(account.id).last_visit is None
        tx.activities.add(visit(account, late, rep_id=cy.id))
        assert tx.accounts.get(account.id).last_visit == date(2026, 11, 25)
        tx.activities.add(visit(account, late - timedelta(days=9)))
        assert tx.accounts.get(account.id).last_visit == date(2026, 11, 25)
        tx.activities.add(visit(other, late))
        assert tx.accounts.get(other.id).last_visit == date(2026, 12, 31)
        assert tx.activities.last_visits() == {account.id: late, other.id: late}


def test_a_reps_day_holds_its_start_and_not_its_end(store: Store) -> None:
    start, end = NOON, NOON + timedelta(days=1)
    with store.write() as tx:
        ada, cy = tx.reps.add(ADA), tx.reps.add(CY)
        account = tx.accounts.add(Account("Bakery"))
        instants = (end, start, start - timedelta(microseconds=1), end - timedelta(microseconds=1))
        mine = [tx.activities.add(visit(account, at, rep_id=ada.id)) for at in instants]
        tx.activities.add(visit(account, start, rep_id=cy.id))
        assert tx.activities.of_rep_on(ada.id, start, end) == [mine[1], mine[3]]


def test_an_activity_of_an_unknown_account_or_an_unclear_time_is_refused(store: Store) -> None:
    with store.write() as tx:
        account = tx.accounts.add(Account("Bakery"))
        with pytest.raises(NotFound):
            tx.activities.add(Activity(99, ActivityKind.NOTE, NOON))
        with pytest.raises(InputRejected):
            tx.activities.add(Activity(account.id, ActivityKind.NOTE, NOON, note="NUL \0"))
    with pytest.raises(ValueError, match="time zone"), store.write() as tx:
        tx.activities.add(Activity(account.id, ActivityKind.NOTE, NOON.replace(tzinfo=None)))


def test_an_instant_is_the_same_instant_from_any_zone(store: Store) -> None:
    east = NOON.astimezone(tz=datetime.now().astimezone().tzinfo)
    with store.write() as tx:
        account = tx.accounts.add(Account("Bakery", updated_at=east))
        assert tx.accounts.get(account.id).updated_at == NOON
        assert tx.accounts.get(account.id).updated_at.tzinfo is UTC  # type: ignore[union-attr]


def test_the_history_of_a_deleted_account_goes_with_it(store: Store) -> None:
    with store.write() as tx:
        account, other = tx.accounts.add_many([Account("Gone"), Account("Stays")])
        tx.activities.add(visit(account, NOON))
        kept = tx.activities.add(visit(other, NOON))
        tx.accounts.delete([account.id])
        assert tx.activities.since(NOON) == [kept]


# Regions and territories


def test_regions_come_back_as_they_were_given(store: Store) -> None:
    ring = shapely.Point(9.5, 47.1).buffer(0.1).difference(shapely.Point(9.5, 47.1).buffer(0.05))
    parts = shapely.MultiPolygon([ring, shapely.box(1, 1, 2, 2)])
    regions = [
        Region("x", "Zwei", parts, 1_234, {"code": "FL-1", "share": 0.5, "nested": [None, {"ü": True}]}),
        Region("x", "Eins", shapely.MultiPolygon()),
    ]
    with store.write() as tx:
        kept = tx.regions.replace_set("municipalities", regions)
        assert kept == [replace(one, set_name="municipalities", id=kept[at].id) for at, one in enumerate(regions)]
        assert tx.regions.of_set("municipalities") == kept
        assert tx.regions.get(kept[0].id) == kept[0]
        assert tx.regions.sets() == ["municipalities"]
        assert tx.regions.of_set("unknown") == []
        with pytest.raises(NotFound):
            tx.regions.get(99)


def test_numbers_of_numpy_and_dates_in_properties_become_json(store: Store) -> None:
    properties = {"count": np.int64(7), "share": np.float32(0.5), "since": date(2020, 1, 1)}
    with store.write() as tx:
        (kept,) = tx.regions.replace_set("a", [Region("a", "One", square(0), properties=properties)])
        assert tx.regions.get(kept.id).properties == {"count": 7, "share": 0.5, "since": "2020-01-01"}


def test_replacing_a_set_keeps_the_ids_of_names_that_stay(store: Store) -> None:
    def named(*names: str) -> list[Region]:
        return [Region("a", name, square(at)) for at, name in enumerate(names)]

    with store.write() as tx:
        other = tx.regions.replace_set("b", [Region("b", "One", square(50))])
        one, two, twin, three = tx.regions.replace_set("a", named("One", "Two", "Two", "Three"))
        rep = tx.reps.add(ADA)
        tx.territories.add(Territory("North", rep.id, (one.id, two.id, twin.id)))
        replaced = tx.regions.replace_set("a", named("Four", "Two", "One"))
        assert [region.name for region in replaced] == ["Four", "Two", "One"]
        assert [region.id for region in replaced[1:]] == [two.id, one.id]
        assert replaced[0].id > three.id
        assert replaced[1].geometry == square(1)
        assert tx.territories.all()[0].region_ids == (one.id, two.id)
        assert tx.regions.of_set("b") == other
        assert tx.regions.replace_set("a", []) == []
        assert tx.regions.sets() == ["b"]


def test_a_frame_of_regions_has_its_crs_also_when_empty(store: Store) -> None:
    with store.write() as tx:
        tx.regions.replace_set("a", [Region("a", "One", square(0), 5), Region("a", "Two", square(1))])
        frame, empty = tx.regions.frame("a"), tx.regions.frame("unknown")
    assert frame.crs == empty.crs == "EPSG:4326"
    assert (frame.name.to_list(), frame.population.isna().to_list()) == (["One", "Two"], [False, True])
    assert tuple(frame.total_bounds) == (0, 0, 2, 1)
    assert len(empty) == 0


def test_territories_come_back_as_they_were_given(store: Store) -> None:
    with store.write() as tx:
        ada, cy = tx.reps.add(ADA), tx.reps.add(CY)
        one, two = tx.regions.replace_set("a", [Region("a", "One", square(0)), Region("a", "Two", square(1))])
        south = tx.territories.add(Territory("South", ada.id, (two.id, one.id, two.id)))
        north = tx.territories.add(Territory("North", cy.id))
        assert south.region_ids == (one.id, two.id)
        assert tx.territories.all() == [north, south]
        assert tx.territories.of_rep(ada.id) == [south]
        assert tx.territories.get(north.id) == tx.territories.by_name("North") == north
        changed = tx.territories.update(replace(south, name="West", rep_id=cy.id, region_ids=(two.id,)))
        assert tx.territories.get(south.id) == changed
        for missing in (Territory("x", 99), Territory("x", ada.id, (one.id, 99))):
            with pytest.raises(NotFound):
                tx.territories.add(missing)
            with pytest.raises(NotFound):
                tx.territories.update(replace(missing, id=north.id))
        with pytest.raises(NotFound):
            tx.territories.by_name("East")
        with pytest.raises(NotFound):
            tx.territories.delete(99)


def test_the_accounts_of_a_deleted_territory_are_free(store: Store) -> None:
    with store.write() as tx:
        territory = tx.territories.add(Territory("North", tx.reps.add(ADA).id))
        account = tx.accounts.add(Account("Bakery", territory_id=territory.id, territory_locked=True))
        tx.territories.delete(territory.id)
        assert tx.accounts.get(account.id) == replace(account, territory_id=None, territory_locked=False)
        assert tx.territories.all() == []


# Plans, settings and jobs


def test_the_newest_plan_is_the_current_one_and_none_is_lost(store: Store) -> None:
    day = date(2026, 11, 25)

    def save(tx: Transaction, rep: Rep, on: date, *account_ids: int) -> DayPlan:
        return tx.plans.save(rep.id, plan_of(rep.key, on, account_ids))

    with store.write() as tx:
        ada, cy = tx.reps.add(ADA), tx.reps.add(CY)
        first = save(tx, ada, day, 1, 2)
        of_cy = save(tx, cy, day, 3)
        second = save(tx, ada, day, 2)
        save(tx, ada, day + timedelta(days=1), 4)
        assert tx.plans.current(ada.id, day) == second
        assert tx.plans.current(cy.id, day + timedelta(days=1)) is None
        assert tx.plans.of_day(day) == {ada.id: second, cy.id: of_cy}
        assert tx.plans.get(first.id or 0) == first
        with pytest.raises(NotFound):
            tx.plans.get(99)


def test_settings_are_json_values(store: Store) -> None:
    with store.write() as tx:
        assert tx.settings.get("unknown") is None
        assert tx.settings.get("unknown", 5) == 5
        for value in ("text", 0, False, 1.25, ["a", None], {"ü": {"b": []}}):
            tx.settings.set("key", value)
            assert tx.settings.get("key", "default") == value
        tx.settings.set("key", None)
        assert tx.settings.get("key", "default") == "default"
    with pytest.raises(ValueError, match="JSON"), store.write() as tx:
        tx.settings.set("key", float("nan"))


def test_jobs_come_back_as_they_were_given(store: Store) -> None:
    whole = Job(
        kind="area import",
        params={"file": "a.pbf", "name": None},
        state=JobState.DONE,
        message="Reading",
        done=5,
        total=10,
        result={"junctions": 3},
        error="Fault",
        remedy="Remedy",
        cancel_requested=True,
        created_at=NOON,
        started_at=NOON,
        finished_at=NOON,
        heartbeat_at=NOON,
        attempts=2,
    )
    with store.write() as tx:
        user = tx.users.add(User("bo", "Bo", Role.MANAGER, "hash"))
        first = tx.jobs.add(replace(whole, user_id=user.id))
        second = tx.jobs.add(Job("geocode", {}))
        assert tx.jobs.get(first.id) == replace(whole, user_id=user.id, id=first.id)
        assert tx.jobs.list() == [second, first]
        assert tx.jobs.list(1) == [second]
        with pytest.raises(NotFound):
            tx.jobs.get(99)
        with pytest.raises(NotFound):
            tx.jobs.request_cancel(99)


def test_a_wish_to_cancel_is_not_lost_to_a_worker_that_writes_what_it_knew(store: Store) -> None:
    with store.write() as tx:
        job = tx.jobs.add(Job("geocode", {}, state=JobState.RUNNING))
    with store.write() as tx:
        tx.jobs.request_cancel(job.id)
    with store.write() as tx:
        tx.jobs.update(replace(job, done=7))
        assert tx.jobs.get(job.id).cancel_requested
        assert tx.jobs.get(job.id).done == 7
