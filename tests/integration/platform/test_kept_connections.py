"""A program that keeps its connections to the file sees what one that opens it anew would see."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, event

from gcrm.accounts.model import Account
from gcrm.platform.database import geopackage
from gcrm.store import Store, open_store
from routing.points import LonLat

KEPT = 3


@pytest.fixture
def keeping(geopackage_file: Path) -> Iterator[Store]:
    store = open_store(geopackage_file, keeps=KEPT)
    yield store
    store.close()


def names(store: Store) -> list[str]:
    with store.read() as tx:
        return sorted(account.name for account in tx.accounts.page(limit=100)[0])


def add(store: Store, name: str) -> None:
    with store.write() as tx:
        tx.accounts.add(Account(name=name, place=LonLat(9.5, 47.1)))


def test_many_transactions_share_few_connections(keeping: Store) -> None:
    opened = []
    event.listen(keeping._backend.engine, "connect", lambda *_: opened.append(threading.get_ident()))
    together = threading.Barrier(KEPT)

    def work(number: int) -> None:
        together.wait()
        for turn in range(5):
            add(keeping, f"{number}-{turn}")
            names(keeping)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(KEPT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(keeping)) == 5 * KEPT
    # One may be there from opening the store; more than can be at work at once never are.
    assert len(opened) <= KEPT


def test_what_others_write_meanwhile_is_seen(keeping: Store, geopackage_file: Path) -> None:
    add(keeping, "ours")
    other = open_store(geopackage_file)
    add(other, "theirs")
    assert names(keeping) == ["ours", "theirs"]
    add(keeping, "ours again")
    assert names(other) == ["ours", "ours again", "theirs"]
    other.close()


def test_another_file_under_the_name_is_the_one_that_is_read(
    keeping: Store, geopackage_file: Path, tmp_path: Path
) -> None:
    restored = open_store(tmp_path / "restored.gpkg")
    add(restored, "from the back-up")
    restored.close()
    add(keeping, "before")
    (tmp_path / "restored.gpkg").replace(geopackage_file)
    for ending in ("-wal", "-shm"):
        geopackage_file.with_name(geopackage_file.name + ending).unlink(missing_ok=True)
    assert names(keeping) == ["from the back-up"]
    add(keeping, "after")
    keeping.close()
    with closing(sqlite3.connect(geopackage_file)) as connection:
        assert connection.execute("SELECT count(*) FROM account").fetchone() == (2,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_put_aside_is_gone_for_the_next(keeping: Store) -> None:
    for _ in range(KEPT + 1):
        with keeping.stage() as stage:
            stage.put(stage.table("aside", [Column("id", Integer)]), [{"id": 1}, {"id": 2}])
        with keeping.read() as tx:
            found = tx.connection.exec_driver_sql("SELECT count(*) FROM temp.sqlite_master").scalar()
        assert found == 0


def test_a_disk_that_can_be_written_again_is_written(keeping: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(keeping, "before")
    keeping.close()
    with monkeypatch.context() as patched:
        standing = geopackage._AsItStands
        patched.setattr(
            geopackage, "_opened", lambda path: geopackage._connected(path, "mode=ro&immutable=1", standing)
        )  # fmt: skip
        assert names(keeping) == ["before"]
    add(keeping, "after")
    assert names(keeping) == ["after", "before"]
