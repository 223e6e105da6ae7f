"""Writers that wait for others are told to come again, and keep nobody else from reading."""

import threading
from pathlib import Path

import pytest

from gcrm.accounts.model import Account
from gcrm.platform.errors import Busy
from gcrm.store import Patience, Store, open_store


def test_a_writer_waits_no_longer_than_it_is_told(database: str, store: Store) -> None:
    other = open_store(database)
    other.patience = Patience(seconds=0.2)
    with store.write() as tx:
        tx.accounts.add(Account("Half of it"))
        with pytest.raises(Busy), other.write():
            pass
        # Readers are not held up, and see what was there before.
        with other.read() as seen:
            assert seen.accounts.all() == []
    with other.write() as tx:
        tx.accounts.add(Account("Later"))
    other.close()


def test_threads_of_one_process_wait_no_longer_either(store: Store) -> None:
    store.patience = Patience(seconds=0.2)
    answers: list[str] = []

    def write() -> None:
        try:
            with store.write():
                answers.append("written")
        except Busy:
            answers.append("busy")

    with store.write():
        threads = [threading.Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == ["busy"] * 3
    write()
    assert answers[-1] == "written"


def test_where_many_wait_the_next_one_hardly_does(geopackage_file: Path) -> None:
    store = open_store(geopackage_file)
    store.patience = Patience(seconds=600, most_waiting=0, crowded_seconds=0.1)
    failed = threading.Event()

    def write() -> None:
        try:
            with store.write():
                pass
        except Busy:
            failed.set()

    with store.write():
        thread = threading.Thread(target=write)
        thread.start()
        assert failed.wait(60)
        thread.join()
    store.close()
