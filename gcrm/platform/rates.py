"""How often somebody asked within the last minute, counted by all web processes together.

In Redis where there is one, by its own clock, so that machines count as one; else in a small file that the processes
of this machine share. A count is no record: where it cannot be kept, each process counts for itself, and nobody is
refused for a server that is down.
"""

from __future__ import annotations

import logging
import math
import os
import sqlite3
import threading
import time
from collections import deque
from contextlib import closing
from pathlib import Path
from typing import Protocol

WITHIN_S = 60
WAIT_S = 0.5
"""How long a count may take: it is a part of every answer."""
AGAIN_S = 5.0
"""A counter that failed is left alone for so long."""

_SCRIPT = """
local now = redis.call('TIME')
local at = now[1] * 1000000 + now[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, at - ARGV[1] * 1000000)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return tostring((first[2] + ARGV[1] * 1000000 - at) / 1000000)
end
redis.call('ZADD', KEYS[1], at, ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[1] + 1)
return '0'
"""

log = logging.getLogger(__name__)


class Counter(Protocol):
    """Counts what is asked."""

    def asked(self, key: str, most: int) -> float:
        """Count one more; 0.0, or in how many seconds there is room again where there were `most` in a minute.

        Raises OSError where it cannot count now.
        """
        ...


class OwnCounter:
    """In this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._at: dict[str, deque[float]] = {}

    def asked(self, key: str, most: int) -> float:
        """As `Counter`; never fails."""
        now = time.monotonic()
        with self._guard:
            at = self._at.setdefault(key, deque())
            while at and now - at[0] > WITHIN_S:
                at.popleft()
            if len(at) >= most:
                return max(0.001, at[0] + WITHIN_S - now)
            at.append(now)
        return 0.0


class FileCounter:
    """In an SQLite file that the processes of a machine share."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def asked(self, key: str, most: int) -> float:
        """As `Counter`."""
        now = time.time()
        try:
            with closing(sqlite3.connect(self._file, timeout=WAIT_S, isolation_level=None)) as connection:
                # Nothing of it is worth waiting for the disk.
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("CREATE TABLE IF NOT EXISTS asked (who TEXT NOT NULL, at REAL NOT NULL)")
                connection.execute("CREATE INDEX IF NOT EXISTS asked_by ON asked (who, at)")
                # Also what is later than now: somebody has set the clock back.
                connection.execute("DELETE FROM asked WHERE at <= ? OR at > ?", (now - WITHIN_S, now + 1))
                found = connection.execute("SELECT count(*), min(at) FROM asked WHERE who = ?", (key,)).fetchone()
                if found[0] < most:
                    connection.execute("INSERT INTO asked VALUES (?, ?)", (key, now))
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            if "malformed" in str(error) or "not a database" in str(error):
                self._file.unlink(missing_ok=True)
            raise OSError(str(error)) from error
        return 0.0 if found[0] < most else max(0.001, (found[1] or now) + WITHIN_S - now)


class RedisCounter:
    """In Redis: one question to the server, which does all of it at once."""

    def __init__(self, url: str) -> None:
        import redis

        self._error = redis.RedisError
        self._redis = redis.Redis.from_url(url, socket_connect_timeout=WAIT_S, socket_timeout=WAIT_S)
        self._ask = self._redis.register_script(_SCRIPT)

    def asked(self, key: str, most: int) -> float:
        """As `Counter`."""
        try:
            return float(self._ask([f"gcrm.asked.{key}"], [WITHIN_S, most, os.urandom(9).hex()]))
        except self._error as error:
            raise OSError(str(error)) from error


class Rates:
    """Counts together with others where that can be, alone where not. Safe to share between threads."""

    def __init__(self, counter: Counter) -> None:
        self._counter, self._own = counter, OwnCounter()
        self._silent_until = 0.0

    def wait_s(self, key: str, most: int) -> int:
        """Count one more of whoever `key` stands for; 0, or how many seconds to wait after `most` in a minute."""
        if time.monotonic() >= self._silent_until:
            try:
                return math.ceil(self._counter.asked(key, most))
            except OSError as error:
                self._silent_until = time.monotonic() + AGAIN_S
                log.warning("What is asked is counted by each process for itself: %s", error)
        return math.ceil(self._own.asked(key, most))


def rates_of(home: Path, redis_url: str) -> Rates:
    """The counts of a workspace."""
    return Rates(RedisCounter(redis_url) if redis_url else FileCounter(home / "asked.sqlite"))
