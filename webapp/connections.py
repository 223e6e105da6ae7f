"""Connections that idle or dribble keep nobody out: waitress, with room for thousands and a deadline for each.

A connection costs a socket and no thread until its request is whole, so many may wait. Three rules keep the room free:

- a request must arrive whole in time: its head within `Patience.head_s`, its body at no less than `body_bytes_per_s`;
- a connection on which nothing happens for `idle_s` is closed;
- when the room is full, a newcomer takes the place of a connection that only waits: one of the address that has most of
  them, the one that has waited longest. A request under way is never cut off.
"""

import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

MOST_CONNECTIONS = 10_000
FILES_BESIDE = 256
"""Open files that are not connections: databases, uploads, the area."""
ALIVE = "/health/alive"
"""Answered beside the pool: whoever watches the app must not take a busy one for a dead one."""

ACCEPTED_AT_ONCE = 4
"""Newcomers let in between two looks at those who are there. Few, so that processes on one socket share them."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a connection may take, in seconds, and how slow a body may be after `body_grace_s`."""

    idle_s: float = 75.0
    head_s: float = 20.0
    body_grace_s: float = 60.0
    body_bytes_per_s: float = 256.0
    look_every_s: float = 2.0


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress carries no types
    """One connection, which knows when its unfinished request began."""

    begun_at: float | None = None

    def received(self, data: bytes) -> bool:
        """Take in what came, and note when the first byte of an unfinished request did."""
        taken = bool(super().received(data))
        if self.request is None:
            self.begun_at = None
        elif self.begun_at is None:
            self.begun_at = time.time()
        return taken

    @property
    def works(self) -> bool:
        """Whether a request is being answered, or its answer still being sent."""
        return bool(self.requests) or bool(self.total_outbufs_len)

    def is_overdue(self, now: float, patience: Patience) -> bool:
        """Whether this connection has had its time."""
        if self.works:
            # Being computed, it may take as long as it does. An answer that nobody fetches may not.
            return bool(self.total_outbufs_len) and now - self.last_activity > patience.idle_s
        request, begun = self.request, self.begun_at
        if request is None or begun is None:
            return bool(now - self.last_activity > patience.idle_s)
        if not request.headers_finished:
            return now - begun > patience.head_s
        due_s = patience.body_grace_s + int(request.body_bytes_received) / patience.body_bytes_per_s
        return now - begun > due_s or bool(now - self.last_activity > patience.idle_s)

    def waits_since(self, patience: Patience) -> float:
        """From when on this connection only takes room: a body that flows earns it time, never beyond its last byte."""
        heard = float(self.last_activity)
        if self.request is None or self.begun_at is None:
            return heard
        return min(heard, self.begun_at + int(self.request.body_bytes_received) / patience.body_bytes_per_s)


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress carries no types
    """waitress's server with the rules of this file."""

    channel_class = Channel

    def __init__(self, *args: Any, most: int, patience: Patience, **kw: Any) -> None:
        self.most, self.patience, self.next_look = most, patience, 0.0
        self.alive_dispatcher = ThreadedTaskDispatcher()
        self.alive_dispatcher.set_thread_count(1)
        super().__init__(*args, **kw)

    def readable(self) -> bool:
        """Newcomers are always let in; now and then the room is looked over."""
        now = time.time()
        if now >= self.next_look:
            self.next_look = now + self.patience.look_every_s
            self.maintenance(now)
        return bool(self.accepting)

    def add_task(self, task: Channel) -> None:
        """Have a request answered: by the pool, or by the thread of its own that says whether the app is alive."""
        dispatcher = self.alive_dispatcher if task.requests[0].path == ALIVE else self.task_dispatcher
        dispatcher.add_task(task)

    def handle_accept(self) -> None:
        """Let in those who wait, and make room for them."""
        for _ in range(ACCEPTED_AT_ONCE):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) <= before:
                return
            if len(self.active_channels) > self.most:
                self._make_room()

    def maintenance(self, now: float) -> None:
        """Close the connections that have had their time."""
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now, self.patience):
                channel.will_close = True

    def _make_room(self) -> None:
        waiting = [channel for channel in self.active_channels.values() if not channel.works and not channel.will_close]
        if not waiting:
            return
        held = Counter(channel.addr[0] for channel in waiting)
        most = max(held.values())
        crowd = [channel for channel in waiting if held[channel.addr[0]] == most]
        min(crowd, key=lambda channel: float(channel.waits_since(self.patience))).handle_close()


def make_server(app: Callable[..., Any], patience: Patience = Patience(), most: int | None = None, **kw: Any) -> Server:
    """A server on the one socket in `sockets`; all else as for `waitress.create_server`.

    most: connections at a time; as many as this process may open files, at most `MOST_CONNECTIONS`, where not given.
    """
    adjustments = Adjustments(asyncore_use_poll=True, **kw)
    (listener,) = adjustments.sockets
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(adjustments.threads)
    return Server(
        app,
        map={},
        _sock=listener,
        dispatcher=dispatcher,
        adj=adjustments,
        bind_socket=False,
        sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        most=most or room(),
        patience=patience,
    )


def room() -> int:
    """How many connections this process may hold, its limit of open files raised as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(64, min(MOST_CONNECTIONS, soft - FILES_BESIDE))
