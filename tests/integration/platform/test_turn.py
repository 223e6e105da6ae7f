"""Processes that write into one file take turns, whatever becomes of any of them."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from gcrm.accounts.model import Account
from gcrm.platform.database import turn as turns
from gcrm.platform.database.turn import NEXT, turn
from gcrm.platform.errors import Busy
from gcrm.store import Patience, open_store

fcntl = pytest.importorskip("fcntl", reason="this system has no locks of files")

FAILSAFE_S = 60
OTHER = """
import sys
from pathlib import Path
from gcrm.platform.database.turn import turn
with turn(Path(sys.argv[1]), 60):
    Path(sys.argv[2]).touch()
    print("mine", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def other_process(lock: Path, mark: Path) -> Iterator[subprocess.Popen[str]]:
    """One that waits for its turn, makes the mark and says so, and keeps its turn until it is sent a line."""
    words = [sys.executable, "-c", OTHER, str(lock), str(mark)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _until_somebody_waits(lock: Path) -> None:
    deadline = time.monotonic() + FAILSAFE_S
    while _lockers(lock) < 2:
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)


def _lockers(lock: Path) -> int:
    """How many places of the file are locked, by the kernel's own list: opening it here would let go of our own."""
    return sum(f":{lock.stat().st_ino} " in line for line in Path("/proc/locks").read_text().splitlines())


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="this system lists no locks")
def test_who_waited_is_next_though_the_writer_comes_again_at_once(tmp_path: Path) -> None:
    lock, mark = tmp_path / "lock", tmp_path / "mark"
    with ExitStack() as until_the_end:
        with turn(lock, 1):
            other = until_the_end.enter_context(other_process(lock, mark))
            _until_somebody_waits(lock)
            assert not mark.exists()
            assert other.stdin
            other.stdin.write("\n")
            other.stdin.flush()
        with turn(lock, FAILSAFE_S):
            assert mark.exists()


def test_the_turn_of_who_was_killed_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with other_process(lock, tmp_path / "mark") as other:
        assert other.stdout
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(Busy), turn(lock, 0.05):
            pass
        other.kill()
        other.wait()
        with turn(lock, FAILSAFE_S):
            pass


def test_a_writer_of_another_process_is_waited_for_as_long_as_patience_says(tmp_path: Path) -> None:
    store = open_store(tmp_path / "db.gpkg")
    store.patience = Patience(seconds=0.2)
    with other_process(tmp_path / "db.gpkg-turn", tmp_path / "mark") as other:
        assert other.stdout
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(Busy), store.write():
            pass
        with store.read() as seen:
            assert seen.accounts.all() == []
    with store.write() as tx:
        tx.accounts.add(Account("Later"))
    store.close()


def _no_locks(*_: Any) -> None:
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


@pytest.mark.parametrize("lacks", ["locks", "module", "file"])
def test_where_there_can_be_no_order_writers_write_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    if lacks == "locks":
        monkeypatch.setattr(fcntl, "lockf", _no_locks)
    elif lacks == "module":
        monkeypatch.setattr(turns, "HAS_LOCKS", False)
    else:
        (tmp_path / "db.gpkg-turn").mkdir()
    store = open_store(tmp_path / "db.gpkg")
    with store.write() as tx:
        tx.accounts.add(Account("Adler"))
    with store.read() as tx:
        assert [one.name for one in tx.accounts.all()] == ["Adler"]
    store.close()


def test_the_place_of_the_next_one_is_free_again_while_somebody_writes(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with turn(lock, 1):
        script = f"import fcntl,sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, {NEXT})"
        assert subprocess.run([sys.executable, "-c", script, str(lock)], check=False).returncode == 0
