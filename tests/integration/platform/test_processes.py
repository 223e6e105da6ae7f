"""Several processes with one database: the web app, the worker, and somebody at the command line."""

import multiprocessing
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gcrm.accounts.model import Account
from gcrm.store import Store, open_store
from routing.points import LonLat

PROCESSES = multiprocessing.get_context("forkserver")
# Each begins with the libraries loaded and no connection open.
PROCESSES.set_forkserver_preload(["gcrm.store", "psycopg", "alembic.command"])


def _count_up(where: str, times: int) -> None:
    store = open_store(where)
    for turn in range(times):
        with store.write() as tx:
            tx.settings.set("count", tx.settings.get("count", 0) + 1)
            tx.accounts.add(Account(f"{os.getpid()} {turn}", place=LonLat(turn, os.getpid() % 80)))
    store.close()


def _add_and_die(where: str) -> None:
    store = open_store(where)
    with store.write() as tx:
        tx.accounts.add_many([Account("Half an import", place=LonLat(8.0, 47.0))] * 500)
        os._exit(9)


def _run(target: Any, arguments: Sequence[Any], count: int = 1) -> list[int | None]:
    processes = [PROCESSES.Process(target=target, args=arguments) for _ in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    return [process.exitcode for process in processes]


def test_writers_in_several_processes_lose_nothing(database: str, store: Store) -> None:
    assert _run(_count_up, (database, 10), count=3) == [0, 0, 0]
    with store.read() as tx:
        assert tx.settings.get("count") == 30
        assert len(tx.accounts.in_bbox(0, 0, 10, 90)) == 30


def test_processes_that_open_a_new_database_at_once_make_it_once(tmp_path: Path, empty_postgis_url: str) -> None:
    for where in (str(tmp_path / "new" / "gcrm.gpkg"), empty_postgis_url):
        assert _run(_count_up, (where, 2), count=3) == [0, 0, 0]
        store = open_store(where)
        with store.read() as tx:
            assert tx.settings.get("count") == 6
        store.close()


def test_a_process_that_dies_in_the_middle_leaves_nothing_behind(database: str, store: Store) -> None:
    assert _run(_add_and_die, (database,)) == [9]
    with store.write() as tx:
        assert tx.accounts.all() == []
        assert tx.accounts.in_bbox(-180, -90, 180, 90) == []
        tx.accounts.add(Account("Next", place=LonLat(1.0, 1.0)))
    with store.read() as tx:
        assert [one.name for one in tx.accounts.all()] == ["Next"]


def _child_writes(store: Store) -> None:
    with store.write() as tx:
        tx.accounts.add(Account("From the child"))


def test_a_forked_child_does_not_use_its_parents_connections(store: Store) -> None:
    with store.write() as tx:
        tx.accounts.add(Account("From the parent"))
    child = os.fork()
    if not child:
        try:
            _child_writes(store)
        except BaseException:  # noqa: BLE001 - the parent sees the status
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with store.read() as tx:
        assert [one.name for one in tx.accounts.all()] == ["From the parent", "From the child"]
