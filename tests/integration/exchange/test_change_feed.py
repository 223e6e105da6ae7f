"""Each change once, in order, whoever makes it, on both databases; and to each only what is within sight."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text, update

from gcrm.accounts.model import Account, Kind
from gcrm.activities.model import Activity, ActivityKind
from gcrm.exchange.model import FedAction, FedChange, FedKind
from gcrm.exchange.queries import changes_after
from gcrm.people.model import Rep, Shift
from gcrm.people.user import Role, User
from gcrm.platform.database.copying import copy_rows, differences, empty, sums_of
from gcrm.platform.database.feed import WATCHED
from gcrm.platform.database.schema import appointment, metadata, plan
from gcrm.store import Store, open_store
from gcrm.territories.model import Territory
from routing.points import LonLat

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WEEK = (*(Shift(time(8), time(17)) for _ in range(5)), None, None)
DESK = User("pia", "Pia", Role.PLANNER, "")


def said(store: Store, after: int = 0, user: User = DESK, kind: FedKind | None = None) -> list[tuple[str, str, int]]:
    found = fed(store, after, user, kind)
    return [(one.kind.value, one.action.value, one.object_id) for one in found]


def fed(store: Store, after: int = 0, user: User = DESK, kind: FedKind | None = None) -> list[FedChange]:
    with store.read() as tx:
        return list(changes_after(tx, user, after, 1_000, [kind] if kind else list(FedKind)).changes)


def latest(store: Store) -> int:
    with store.read() as tx:
        return changes_after(tx, DESK, 0, 1_000, list(FedKind)).next


@pytest.fixture
def territories(store: Store) -> tuple[Territory, Territory]:
    with store.write() as tx:
        reps = [tx.reps.add(Rep(key, key, "", LonLat(9.5, 47.1), WEEK, "UTC")) for key in ("ada", "cy")]
        one, two = (tx.territories.add(Territory(rep.key, rep.id)) for rep in reps)
        return one, two


def test_accounts_and_what_happens_with_them_are_told_once_and_in_order(store: Store) -> None:
    with store.write() as tx:
        one, two = tx.accounts.add_many([Account("One", place=LonLat(9.5, 47.1)), Account("Two")])
    with store.write() as tx:
        tx.accounts.update(replace(one, kind=Kind.PROSPECT, place=LonLat(9.6, 47.1)))
        note = tx.activities.add(Activity(two.id, ActivityKind.NOTE, NOW, note="x"))
    with store.write() as tx:
        tx.accounts.delete([two.id])
    told = said(store)
    assert told[:4] == [
        ("account", "created", one.id),
        ("account", "created", two.id),
        ("account", "changed", one.id),
        ("activity", "created", note.id),
    ]
    # What goes with it goes before it or after it, as the database likes.
    assert sorted(told[4:]) == [("account", "removed", two.id), ("activity", "removed", note.id)]
    numbers = [one.number for one in fed(store)]
    assert numbers == sorted(set(numbers))
    assert said(store, numbers[2]) == said(store)[3:]
    assert fed(store)[3].account_id == two.id


def test_what_is_not_kept_is_not_told(store: Store) -> None:
    before = latest(store)

    def fail() -> None:
        with store.write() as tx:
            tx.accounts.add(Account("Never"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert said(store, before) == []


def test_many_accounts_at_once_are_told_too(store: Store) -> None:
    before = latest(store)
    with store.write() as tx:
        added = tx.accounts.add_many([Account(f"No. {number}", place=LonLat(9.5, 47.1)) for number in range(900)])
    assert [one.object_id for one in fed(store, before)] == [one.id for one in added]


def test_filling_what_follows_from_other_columns_tells_nothing(store: Store) -> None:
    with store.write() as tx:
        tx.accounts.add(Account("One"))
        before = tx.change_feed.latest()
        tx.connection.execute(text("UPDATE account SET search_key = NULL"))
    with store.read():
        pass  # which mends them
    assert said(store, before) == []


def test_another_program_that_writes_into_the_database_is_told_of(store: Store) -> None:
    with store.write() as tx:
        one = tx.accounts.add(Account("One"))
        before = tx.change_feed.latest()
        tx.connection.execute(text("UPDATE account SET name = 'Uno'"))
    assert said(store, before) == [("account", "changed", one.id)]


def test_a_rep_is_told_of_what_comes_into_sight_and_goes_out_of_it(
    store: Store, territories: tuple[Territory, Territory]
) -> None:
    ada, cy = territories
    user = User("ada", "Ada", Role.REP, "", ada.rep_id)
    before = latest(store)
    with store.write() as tx:
        one = tx.accounts.add(Account("One", territory_id=cy.id))
        tx.activities.add(Activity(one.id, ActivityKind.NOTE, NOW, note="of Cy's"))
    assert fed(store, before, user) == []
    with store.write() as tx:
        tx.accounts.set_territories({one.id: ada.id})
    with store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(one.id), note="mine"))
        tx.accounts.set_territories({one.id: cy.id})
        tx.accounts.update(replace(tx.accounts.get(one.id), note="theirs"))
    assert [change.action for change in fed(store, before, user, FedKind.ACCOUNT)] == [
        FedAction.CREATED,
        FedAction.CHANGED,
        FedAction.REMOVED,
    ]
    with store.read() as tx:
        # Nothing of others is left to ask for.
        assert changes_after(tx, user, before, 1_000, list(FedKind)).next == tx.change_feed.latest()


def test_pages_of_changes_leave_none_out(store: Store) -> None:
    with store.write() as tx:
        tx.accounts.add_many([Account(f"No. {number}") for number in range(7)])
    seen, after = [], 0
    while True:
        with store.read() as tx:
            page = changes_after(tx, DESK, after, 3, [FedKind.ACCOUNT])
        seen += [one.object_id for one in page.changes]
        after = page.next
        if not page.more:
            break
    assert len(seen) == len(set(seen)) == 7


def test_a_copy_in_the_other_database_has_the_same_changes(store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        one = tx.accounts.add(Account("One"))
        tx.activities.add(Activity(one.id, ActivityKind.NOTE, NOW, note="x", next_date=date(2026, 11, 30)))
    target = open_store(tmp_path / "copy.gpkg")
    with store.read() as source, target.write() as into:
        empty(into)
        copy_rows(source, into)
        assert differences(sums_of(source), sums_of(into)) == []
    assert fed(target) == fed(store)
    before = latest(target)
    with target.write() as tx:
        tx.accounts.add(Account("Two"))
    assert [one.number > before for one in fed(target, before)] == [True]
    target.close()


def test_a_change_of_any_column_of_what_is_watched_is_told(store: Store) -> None:
    with store.write() as tx:
        rep = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), WEEK, "UTC"))
        tx.territories.add(Territory("North", rep.id))
        one = tx.accounts.add(Account("One"))
        tx.activities.add(Activity(one.id, ActivityKind.NOTE, NOW, note="x"))
        tx.connection.execute(insert(appointment).values(account_id=one.id, day=NOW.date()))
        tx.connection.execute(insert(plan).values(rep_id=rep.id, day=NOW.date(), document={}))
    silent = []
    with store.write() as tx:
        for name in WATCHED:
            table = metadata.tables[name]
            for column in table.columns:
                before = tx.change_feed.latest()
                tx.connection.execute(update(table).values({column.name: column}))
                told = tx.change_feed.after(before, 9, list(FedKind), None, None)
                if [str(change.kind) for change in told] != [name]:
                    silent.append(f"{name}.{column.name}")
    assert silent == ["account.name_key", "account.city_key", "account.search_key"]


def test_whatever_is_watched_is_told_when_it_goes(store: Store) -> None:
    with store.write() as tx:
        rep = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), WEEK, "UTC"))
        tx.territories.add(Territory("North", rep.id))
        one = tx.accounts.add(Account("One"))
        tx.connection.execute(insert(appointment).values(account_id=one.id, day=NOW.date()))
        tx.connection.execute(insert(plan).values(rep_id=rep.id, day=NOW.date(), document={}))
    before = latest(store)
    with store.write() as tx:
        for name in ("plan", "appointment", "account", "territory", "rep"):
            tx.connection.execute(delete(metadata.tables[name]))
    assert {(kind, action) for kind, action, _ in said(store, before)} >= {
        (name, "removed") for name in ("plan", "appointment", "account", "territory", "rep")
    }
