"""The store: opens transactions, and hands out the repositories inside them.

A repository is loaded when it is asked for: most commands need two or three of the twenty.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from gcrm.accounts.repository.refold import has_unfolded, refold
from gcrm.platform.database.backend import PATIENCE_S, Backend
from gcrm.platform.database.migrate import migrate
from gcrm.platform.database.setting_values import SettingValues
from gcrm.platform.database.staging import Stage
from gcrm.platform.database.unit_of_work import UnitOfWork
from gcrm.platform.errors import Busy, Conflict

if TYPE_CHECKING:
    from gcrm.accounts.repository.accounts import Accounts
    from gcrm.accounts.repository.changes import Changes
    from gcrm.accounts.repository.distinct_pairs import DistinctPairs
    from gcrm.accounts.repository.outside_answers import OutsideAnswers
    from gcrm.activities.repository import Activities
    from gcrm.activities.repository_photos import Photos
    from gcrm.backup.repository import Backups
    from gcrm.exchange.repository.feed import ChangeFeed
    from gcrm.exchange.repository.webhooks import Webhooks
    from gcrm.imports.repository import ImportColumns
    from gcrm.jobs.repository import Jobs, Workers
    from gcrm.markets.repository import RefusedProspects
    from gcrm.people.repository.busy_calendars import BusyCalendars
    from gcrm.people.repository.reps import Reps
    from gcrm.people.repository.second_factors import SecondFactors
    from gcrm.people.repository.sessions import Sessions, SignInAttempts
    from gcrm.people.repository.tokens import AnsweredRequests, Tokens
    from gcrm.people.repository.users import Users
    from gcrm.planning.repository.appointments import Appointments
    from gcrm.planning.repository.feeds import Feeds
    from gcrm.planning.repository.links import CustomerLinks
    from gcrm.planning.repository.overrides import Overrides
    from gcrm.planning.repository.plans import Plans
    from gcrm.planning.repository.proposals import KeptChanges, Proposals
    from gcrm.planning.repository.told_news import ToldNewsOfDays
    from gcrm.privacy.repository import Privacy
    from gcrm.sales.repository import Orders
    from gcrm.territories.repository.regions import Regions
    from gcrm.territories.repository.scenarios import Scenarios
    from gcrm.territories.repository.statistics_joins import StatisticsJoins
    from gcrm.territories.repository.territories import Territories


class Transaction(UnitOfWork):
    """A consistent view of everything, and in `Store.write` the place for changes. Not for use after its block."""

    @cached_property
    def accounts(self) -> Accounts:
        """Customers and prospects."""
        from gcrm.accounts.repository.accounts import Accounts

        return Accounts(self)

    @cached_property
    def activities(self) -> Activities:
        """Visits, calls and notes."""
        from gcrm.activities.repository import Activities

        return Activities(self)

    @cached_property
    def photos(self) -> Photos:
        """Photos of visits, calls and notes."""
        from gcrm.activities.repository_photos import Photos

        return Photos(self)

    @cached_property
    def told_news(self) -> ToldNewsOfDays:
        """News of days that phones told."""
        from gcrm.planning.repository.told_news import ToldNewsOfDays

        return ToldNewsOfDays(self)

    @cached_property
    def appointments(self) -> Appointments:
        """Visits that are promised."""
        from gcrm.planning.repository.appointments import Appointments

        return Appointments(self)

    @cached_property
    def reps(self) -> Reps:
        """Who is sent out."""
        from gcrm.people.repository.reps import Reps

        return Reps(self)

    @cached_property
    def users(self) -> Users:
        """Who may log in."""
        from gcrm.people.repository.users import Users

        return Users(self)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in where."""
        from gcrm.people.repository.sessions import Sessions

        return Sessions(self)

    @cached_property
    def sign_in_attempts(self) -> SignInAttempts:
        """Attempts to sign in that did not succeed."""
        from gcrm.people.repository.sessions import SignInAttempts

        return SignInAttempts(self)

    @cached_property
    def tokens(self) -> Tokens:
        """What lets other programs in."""
        from gcrm.people.repository.tokens import Tokens

        return Tokens(self)

    @cached_property
    def answered_requests(self) -> AnsweredRequests:
        """What other programs were answered, for when they ask the same again."""
        from gcrm.people.repository.tokens import AnsweredRequests

        return AnsweredRequests(self)

    @cached_property
    def regions(self) -> Regions:
        """Basic areas, in named sets."""
        from gcrm.territories.repository.regions import Regions

        return Regions(self)

    @cached_property
    def statistics_joins(self) -> StatisticsJoins:
        """Tables of statistics that were joined to regions."""
        from gcrm.territories.repository.statistics_joins import StatisticsJoins

        return StatisticsJoins(self)

    @cached_property
    def territories(self) -> Territories:
        """What each rep looks after."""
        from gcrm.territories.repository.territories import Territories

        return Territories(self)

    @cached_property
    def orders(self) -> Orders:
        """What accounts have ordered."""
        from gcrm.sales.repository import Orders

        return Orders(self)

    @cached_property
    def scenarios(self) -> Scenarios:
        """How territories could be."""
        from gcrm.territories.repository.scenarios import Scenarios

        return Scenarios(self)

    @cached_property
    def refused_prospects(self) -> RefusedProspects:
        """Businesses that are not wanted as prospects."""
        from gcrm.markets.repository import RefusedProspects

        return RefusedProspects(self)

    @cached_property
    def plans(self) -> Plans:
        """Planned days, with their history."""
        from gcrm.planning.repository.plans import Plans

        return Plans(self)

    @cached_property
    def overrides(self) -> Overrides:
        """What people have decided about days against the planner."""
        from gcrm.planning.repository.overrides import Overrides

        return Overrides(self)

    @cached_property
    def proposals(self) -> Proposals:
        """Changes of planned days that wait to be chosen."""
        from gcrm.planning.repository.proposals import Proposals

        return Proposals(self)

    @cached_property
    def feeds(self) -> Feeds:
        """Calendar feeds under secret addresses."""
        from gcrm.planning.repository.feeds import Feeds

        return Feeds(self)

    @cached_property
    def links(self) -> CustomerLinks:
        """Links with which customers choose the times of visits."""
        from gcrm.planning.repository.links import CustomerLinks

        return CustomerLinks(self)

    @cached_property
    def privacy(self) -> Privacy:
        """What is held of persons."""
        from gcrm.privacy.repository import Privacy

        return Privacy(self)

    @cached_property
    def second_factors(self) -> SecondFactors:
        """Second factors of users."""
        from gcrm.people.repository.second_factors import SecondFactors

        return SecondFactors(self)

    @cached_property
    def busy_calendars(self) -> BusyCalendars:
        """Other calendars of reps."""
        from gcrm.people.repository.busy_calendars import BusyCalendars

        return BusyCalendars(self)

    @cached_property
    def kept_changes(self) -> KeptChanges:
        """For each person the change of days that can be taken back."""
        from gcrm.planning.repository.proposals import KeptChanges

        return KeptChanges(self)

    @cached_property
    def jobs(self) -> Jobs:
        """Background actions."""
        from gcrm.jobs.repository import Jobs

        return Jobs(self)

    @cached_property
    def workers(self) -> Workers:
        """Programs that do jobs."""
        from gcrm.jobs.repository import Workers

        return Workers(self)

    @cached_property
    def changes(self) -> Changes:
        """What was changed about accounts, and by what."""
        from gcrm.accounts.repository.changes import Changes

        return Changes(self)

    @cached_property
    def change_feed(self) -> ChangeFeed:
        """Every change by number, for other programs."""
        from gcrm.exchange.repository.feed import ChangeFeed

        return ChangeFeed(self)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Addresses that are told of changes."""
        from gcrm.exchange.repository.webhooks import Webhooks

        return Webhooks(self)

    @cached_property
    def distinct_pairs(self) -> DistinctPairs:
        """Accounts that look like one business and are two."""
        from gcrm.accounts.repository.distinct_pairs import DistinctPairs

        return DistinctPairs(self)

    @cached_property
    def outside_answers(self) -> OutsideAnswers:
        """What geocoders on other machines have answered."""
        from gcrm.accounts.repository.outside_answers import OutsideAnswers

        return OutsideAnswers(self)

    @cached_property
    def import_columns(self) -> ImportColumns:
        """Which column of a file means what, as people have said."""
        from gcrm.imports.repository import ImportColumns

        return ImportColumns(self)

    @cached_property
    def backups(self) -> Backups:
        """When back-ups were made."""
        from gcrm.backup.repository import Backups

        return Backups(self)

    @cached_property
    def settings(self) -> SettingValues:
        """Small values that belong to the database rather than to the machine."""
        return SettingValues(self)


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
        """Wait for the other writers of this process; the seconds that are left to wait for those of others."""
        began = time.monotonic()
        # Not counted exactly: two that come at the same instant may both be among the patient.
        is_crowded = self._waiting >= self.patience.most_waiting
        wait_s = self.patience.crowded_seconds if is_crowded else self.patience.seconds
        if not self._acquire(wait_s):
            raise Busy("Others are writing into the database.", "Try again in a moment.")
        try:
            yield max(0.1, wait_s - (time.monotonic() - began))
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
                f"The change contradicts what is there: {error.orig}.", "Look again, and repeat it."
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
