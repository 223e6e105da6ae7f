"""Transactions: all or nothing, one writer at a time, and readers who see one state."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from gcrm.accounts.model import Account
from gcrm.platform.errors import Conflict, NotFound
from gcrm.store import Store, open_store
from routing.points import LonLat


class Stumbled(Exception):
    """Something went wrong half-way."""


def names(store: Store) -> list[str]:
    with store.read() as tx:
        return [one.name for one in tx.accounts.all()]


def test_an_exception_rolls_everything_back(store: Store) -> None:
    with store.write() as tx:
        kept = tx.accounts.add(Account("Kept", place=LonLat(1.0, 2.0)))
        tx.settings.set("greeting", "hello")

    def stumble() -> None:
        with store.write() as tx:
            tx.accounts.add(Account("Lost", place=LonLat(3.0, 4.0)))
            tx.accounts.update(replace(kept, name="Renamed", place=LonLat(50.0, 4.0)))
            tx.settings.set("greeting", "bye")
            raise Stumbled

    with pytest.raises(Stumbled):
        stumble()
    assert names(store) == ["Kept"]
    with store.read() as tx:
        assert tx.settings.get("greeting") == "hello"
        assert tx.accounts.in_bbox(2.0, 0.0, 60.0, 10.0) == []
        assert len(tx.accounts.in_bbox(1.0, 2.0, 1.0, 2.0)) == 1


def test_the_store_is_of_use_after_a_rollback(store: Store) -> None:
    for _ in range(30):
        with pytest.raises(NotFound), store.write() as tx:
            tx.accounts.get(99)
    with store.write() as tx:
        tx.accounts.add(Account("Fine"))
    assert names(store) == ["Fine"]


def test_nobody_sees_what_is_not_committed_yet(database: str, store: Store) -> None:
    other = open_store(database)
    with store.write() as tx:
        tx.accounts.add(Account("Secret"))
        assert len(tx.accounts.all()) == 1
        assert names(store) == names(other) == []
    assert names(store) == names(other) == ["Secret"]
    other.close()


def test_a_reader_sees_one_state_until_the_end(database: str, store: Store) -> None:
    other = open_store(database)
    with store.read() as tx:
        assert tx.accounts.all() == []
        with other.write() as writer:
            writer.accounts.add(Account("Later"))
        assert tx.accounts.all() == []
        assert tx.accounts.page() == ([], 0)
    assert names(store) == ["Later"]
    other.close()


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(RuntimeError, match="only reads"), store.read() as tx:
        tx.accounts.add(Account("Sneaked in"))
    with store.write() as tx:
        tx.accounts.add(Account("Fine"))
    assert names(store) == ["Fine"]


def test_a_write_inside_a_write_of_the_same_thread_is_refused_at_once(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="open in this thread"), store.write():
        pass
    with store.write() as tx:
        tx.accounts.add(Account("Fine"))


def test_a_contradiction_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        tx.accounts.add(Account("Nobody's", territory_id=12345))
    assert names(store) == []


def test_a_writer_waits_for_another_and_sees_what_it_did(database: str, store: Store) -> None:
    other = open_store(database)
    begun, go_on = threading.Event(), threading.Event()
    seen: list[list[str]] = []

    def first() -> None:
        with store.write() as tx:
            tx.accounts.add(Account("First"))
            begun.set()
            assert go_on.wait(30)

    def second() -> None:
        assert begun.wait(30)
        with other.write() as tx:
            seen.append([one.name for one in tx.accounts.all()])

    threads = [threading.Thread(target=what) for what in (first, second)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    # The second has to wait now: it can see nothing before the first has ended.
    assert not seen
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert seen == [["First"]]
    other.close()


def test_many_readers_and_writers_share_one_store(store: Store) -> None:
    faults: list[BaseException] = []

    def guarded(what: Callable[[int], None]) -> Callable[[int], None]:
        def run(number: int) -> None:
            try:
                what(number)
            except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
                faults.append(fault)

        return run

    def write(number: int) -> None:
        for turn in range(5):
            with store.write() as tx:
                count = tx.settings.get("count", 0)
                tx.accounts.add(Account(f"{number}-{turn}", place=LonLat(number, turn)))
                tx.settings.set("count", count + 1)

    def read(_: int) -> None:
        for _ in range(10):
            with store.read() as tx:
                assert len(tx.accounts.all()) == tx.settings.get("count", 0)

    threads = [threading.Thread(target=guarded(what), args=(number,)) for number in range(6) for what in (write, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not faults
    with store.read() as tx:
        assert tx.settings.get("count") == len(tx.accounts.in_bbox(0, 0, 5, 4)) == 30
