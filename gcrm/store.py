"""The store: opens transactions, one writer at a time, and says the driver's errors in our words."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from gcrm.accounts.repository.refold import has_unfolded, refold
from gcrm.common.language import say
from gcrm.platform.database.backend import PATIENCE_S, Backend
from gcrm.platform.database.migrate import migrate
from gcrm.platform.database.staging import Stage
from gcrm.platform.errors import Busy, Conflict
from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a writer waits for others, in seconds; how many of a process may do so, and how long the rest may.

    A command or a job waits; a request of the web app is better told to come again, as it holds a thread meanwhile.
    """

    seconds: float = PATIENCE_S
    most_waiting: int = 1_000
    crowded_seconds: float = 0.5


class Store:
    """The spatial database. Safe to share between threads; other processes may have it open too."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.patience = Patience()
        self._waiting = 0
        self._process = os.getpid()
        # Writers of one process queue here rather than in the database, which would only let them poll.
        self._turn = threading.Lock()
        self._here = threading.local()
        # For whoever forgets to close: the command line ends right after its one transaction.
        weakref.finalize(self, backend.engine.dispose)

    @property
    def where(self) -> str:
        """The file, or the URL without its password."""
        return self._backend.where

    @property
    def writes_here(self) -> int:
        """How often this thread has written: a view of before then does not show what it wrote."""
        return getattr(self._here, "written", 0)

    @contextmanager
    def stage(self) -> Iterator[Stage]:
        """A place to put many rows aside, for `read` and `write` to be given: see `gcrm.platform.database.staging`."""
        self._leave_parent()
        with self._in_our_words(writes=True), self._backend.engine.connect() as connection:
            stage = Stage(self._backend, connection)
            try:
                yield stage
            finally:
                stage.close()

    @contextmanager
    def read(self, stage: Stage | None = None) -> Iterator[Transaction]:
        """A view of the last committed state that stays as it is until the block ends; it refuses to write.

        stage: rows can be put aside there as they are in this view.
        """
        self._leave_parent()
        while True:
            with self._connection(writes=False, stage=stage) as connection:
                # A thread that is writing has mended them already, out of this view's sight.
                if getattr(self._here, "writes", False) or not has_unfolded(connection):
                    yield Transaction(self._backend, connection)
                    return
            with self.write():
                pass

    @contextmanager
    def write(self, stage: Stage | None = None) -> Iterator[Transaction]:
        """Change things: all of it is kept at the end of the block, or nothing if it ends with an exception.

        One writer at a time; others wait. stage: what was put aside there can be written.
        Raises Busy if one waited too long, Conflict if the changes contradict what is there, RuntimeError for a write
        inside one of the same thread, which would wait for itself.
        """
        self._leave_parent()
        if getattr(self._here, "writes", False):
            raise RuntimeError("A transaction that writes is open in this thread already. Pass it on instead.")
        with self._my_turn() as left_s:
            self._here.writes = True
            try:
                with self._connection(writes=True, wait_s=left_s, stage=stage) as connection:
                    refold(connection)
                    transaction = Transaction(self._backend, connection)
                    yield transaction
                    self._backend.finish(connection, transaction.touched)
            finally:
                self._here.writes = False
                self._here.written = self.writes_here + 1

    def _leave_parent(self) -> None:
        """After a fork the parent's connections are not ours to use or to close, and its writer is not here."""
        if os.getpid() != self._process:
            self._backend.engine.dispose(close=False)
            self._process, self._waiting = os.getpid(), 0
            self._turn, self._here = threading.Lock(), threading.local()

    @contextmanager
    def _my_turn(self) -> Iterator[float]:
        """Wait for the other writers of this process and of others; the seconds that are left to wait for the rest."""
        began = time.monotonic()
        # Not counted exactly: two that come at the same instant may both be among the patient.
        is_crowded = self._waiting >= self.patience.most_waiting
        wait_s = self.patience.crowded_seconds if is_crowded else self.patience.seconds
        if not self._acquire(wait_s):
            raise Busy(say("Others are writing into the database."), say("Try again in a moment."))
        try:
            with self._backend.turn(began + wait_s - time.monotonic()):
                yield max(0.1, began + wait_s - time.monotonic())
        finally:
            self._turn.release()

    def _acquire(self, wait_s: float) -> bool:
        self._waiting += 1
        try:
            return self._turn.acquire(timeout=wait_s)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let go of all connections. The store opens them again if it is used again."""
        self._backend.engine.dispose()

    @contextmanager
    def _connection(
        self, *, writes: bool, wait_s: float = PATIENCE_S, stage: Stage | None = None
    ) -> Iterator[Connection]:
        options = {"writes": writes, "wait_s": wait_s, "stages": stage is not None}
        with (
            self._in_our_words(writes=writes),
            nullcontext(stage.connection) if stage else self._backend.engine.connect() as opened,
        ):
            connection = opened.execution_options(**options)
            with connection.begin():
                if writes:
                    self._backend.lock(connection)
                yield connection

    @contextmanager
    def _in_our_words(self, *, writes: bool) -> Iterator[None]:
        """Raise what a person can do something about instead of the driver's errors."""
        try:
            yield
        except IntegrityError as error:
            raise Conflict(
                say("The change contradicts what is there: {why}.", why=error.orig), say("Look again, and repeat it.")
            ) from error
        except DBAPIError as error:
            if not writes and _refused_to_write(error):
                raise RuntimeError("This transaction only reads. Write inside `store.write()`.") from error
            ours = self._backend.failed(error)
            if ours is error:
                raise
            raise ours from error
        except StatementError as error:
            # A value that cannot be kept, found before anything was sent: SQLAlchemy's wrapping says nothing more.
            raise (error.orig or error) from None


def _refused_to_write(error: DBAPIError) -> bool:
    said = str(error.orig)
    return "readonly database" in said or "read-only transaction" in said


def open_store(where: str | Path, keeps: int = 0) -> Store:
    """Open the spatial database, bringing it to the newest schema.

    keeps: so many connections to a file stay open between transactions, for a program that has many short ones and
    does not read the file with GDAL. A server's are kept in any case.

    where: the path of a GeoPackage file, made if it is not there; or the URL of a PostGIS database
    (postgresql://user:password@host/name).
    Raises InputRejected for a file that is something else, NotReady for a server that does not answer or a database
    that a newer GCRM wrote.
    """
    backend: Backend
    if isinstance(where, str) and where.startswith(("postgresql", "postgres:")):
        from gcrm.platform.database.postgis import PostGis

        backend = PostGis(where)
    else:
        from gcrm.platform.database.geopackage import GeoPackage

        backend = GeoPackage(Path(where), keeps)
    try:
        backend.prepare()
        migrate(backend)
    except DBAPIError as error:
        backend.engine.dispose()
        ours = backend.failed(error)
        if ours is error:
            raise
        raise ours from error
    except BaseException:
        backend.engine.dispose()
        raise
    return Store(backend)
