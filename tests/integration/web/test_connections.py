"""Connections that idle or dribble keep nobody out, tried with real sockets on loopback."""

import contextlib
import resource
import socket
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fixtures.requires import missing
from webapp.connections import Channel, Patience, Server, make_server

FAILSAFE_S = 120
"""Longer than any answer may take on the slowest machine; no test waits that long unless it fails."""
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
STALLED = {
    "silent": b"",
    "half a line": b"GET / HT",
    "half a head": b"GET / HTTP/1.1\r\nHost: x\r\n",
    "half a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf",
    "half a chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
}


class Held:
    """A request that is under way until it is let go."""

    def __init__(self) -> None:
        self.reached, self.let_go = threading.Event(), threading.Event()


def _app(held: Held) -> Callable[..., Any]:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/held":
            held.reached.set()
            held.let_go.wait(FAILSAFE_S)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    return app


@contextlib.contextmanager
def serving(held: Held | None = None, **settings: Any) -> Iterator[tuple[str, int]]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server: Server = make_server(_app(held or Held()), sockets=[listener], threads=4, **settings)
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            server.asyncore.loop(timeout=0.05, map=server._map, use_poll=True, count=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        ended.set()
        thread.join()
        server.task_dispatcher.shutdown()
        server.alive_dispatcher.shutdown()
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        server.close()


@pytest.fixture
def many() -> Iterator[list[socket.socket]]:
    """Sockets that are closed at the end; room for both ends of 1,000 connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < 4_096:
        if hard != resource.RLIM_INFINITY and hard < 4_096:
            missing(f"this machine lets a process open {hard} files; both ends of 1,000 connections need more")
        resource.setrlimit(resource.RLIMIT_NOFILE, (4_096, hard))
    opened: list[socket.socket] = []
    yield opened
    for one in opened:
        one.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _connect(where: tuple[str, int], first: bytes = b"") -> socket.socket:
    made = socket.create_connection(where, timeout=FAILSAFE_S)
    if first:
        made.sendall(first)
    return made


def _answer(one: socket.socket) -> bytes:
    got = b""
    while not got.endswith(b"ok"):
        some = one.recv(4_096)
        if not some:
            break
        got += some
    return got


def _ask(where: tuple[str, int], request: bytes = GET) -> bytes:
    with contextlib.closing(_connect(where, request)) as one:
        return _answer(one)


@pytest.mark.parametrize("how", [*STALLED, "kept alive"])
def test_a_newcomer_is_answered_beside_a_thousand_that_idle(how: str, many: list[socket.socket]) -> None:
    with serving() as where:
        for _ in range(1_000):
            many.append(_connect(where, STALLED.get(how, b"")))
            if how == "kept alive":
                many[-1].sendall(GET)
                assert _answer(many[-1]).startswith(b"HTTP/1.1 200")
        for _ in range(3):
            assert _ask(where).startswith(b"HTTP/1.1 200")


def test_a_newcomer_takes_the_place_of_one_that_waits_when_the_room_is_full(many: list[socket.socket]) -> None:
    held = Held()
    with serving(held, most=50) as where:
        working = _connect(where, b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
        many.append(working)
        assert held.reached.wait(FAILSAFE_S)
        for first in (b"", *STALLED.values()):
            many.extend(_connect(where, first) for _ in range(60))
            assert _ask(where).startswith(b"HTTP/1.1 200")
        held.let_go.set()
        assert _answer(working).startswith(b"HTTP/1.1 200"), "a request under way is never cut off"


def test_a_crowd_from_one_address_pushes_out_its_own(many: list[socket.socket]) -> None:
    with serving(most=20) as where:
        guest = socket.socket()
        guest.settimeout(FAILSAFE_S)
        guest.bind(("127.0.0.2", 0))
        guest.connect(where)
        many.append(guest)
        many.extend(_connect(where) for _ in range(100))
        assert _ask(where).startswith(b"HTTP/1.1 200")
        guest.sendall(GET)
        assert _answer(guest).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("how", ["half a line", "half a head", "half a body"])
def test_a_request_that_dribbles_for_ever_is_cut_off(how: str, many: list[socket.socket]) -> None:
    patience = Patience(idle_s=60, head_s=0.5, body_grace_s=0.5, body_bytes_per_s=1_000, look_every_s=0.1)
    with serving(patience=patience) as where:
        one = _connect(where, STALLED[how])
        many.append(one)
        one.settimeout(0.05)
        while True:  # ends when the server closes; the test's own time limit is the failsafe
            try:
                with contextlib.suppress(TimeoutError):
                    if not one.recv(4_096):
                        break
                one.sendall(b"x")
            except OSError:  # closed while a letter was on its way
                break
        assert _ask(where).startswith(b"HTTP/1.1 200")


def test_a_connection_that_is_silent_is_closed(many: list[socket.socket]) -> None:
    with serving(patience=Patience(idle_s=0.5, look_every_s=0.1)) as where:
        silent = _connect(where)
        many.append(silent)
        assert silent.recv(10) == b""


def _waits_since(*, last_s: float, got: int | None, begun_s: float = 0.0) -> float:
    """Since when a connection only waits: heard of at `last_s`, with `got` bytes of a body that began at `begun_s`."""
    request = None if got is None else SimpleNamespace(body_bytes_received=got)
    channel: Any = SimpleNamespace(last_activity=last_s, request=request, begun_at=begun_s)
    return Channel.waits_since(channel, Patience(body_bytes_per_s=256))


def test_no_connection_waits_from_a_time_after_its_last_byte_on() -> None:
    """Else a newcomer whose request is not read yet would have waited longest."""
    stalled = _waits_since(last_s=100.0, begun_s=100.0, got=1_000)
    assert stalled == 100.0 < _waits_since(last_s=100.01, got=None)
    assert _waits_since(last_s=100.0, got=0) == 0.0, "a byte now and then earns nothing"
    assert _waits_since(last_s=100.0, got=12_800) == 50.0, "a body that flows does"


def _overdue(after_s: float, *, got: int | None, works: bool = False, unsent: int = 0, last_s: float = 0.0) -> bool:
    """Whether a connection is overdue whose request began at 0 and was last heard of at `last_s`."""
    request = None if got is None else SimpleNamespace(headers_finished=got > 0, body_bytes_received=got)
    channel: Any = SimpleNamespace(
        works=works, total_outbufs_len=unsent, last_activity=last_s, request=request, begun_at=0.0
    )
    return Channel.is_overdue(channel, after_s, Patience(idle_s=75, head_s=20, body_grace_s=60, body_bytes_per_s=256))


def test_a_slow_but_steady_body_is_taken_and_so_is_a_long_computation() -> None:
    assert not _overdue(3_000, got=1_000_000, last_s=2_999)
    assert _overdue(3_000, got=100_000, last_s=2_999)
    assert not _overdue(3_000, got=None, works=True)
    assert _overdue(3_000, got=None, works=True, unsent=5)
    assert not _overdue(19, got=0, last_s=19)
    assert _overdue(21, got=0, last_s=21)


def test_whoever_asks_whether_the_app_is_alive_is_answered_while_every_thread_is_held() -> None:
    held = Held()
    with serving(held) as address, contextlib.ExitStack() as stack:
        for _ in range(6):
            busy = stack.enter_context(socket.create_connection(address, FAILSAFE_S))
            busy.sendall(GET.replace(b"GET /", b"GET /held"))
        assert held.reached.wait(FAILSAFE_S)
        for _ in range(3):
            asks = stack.enter_context(socket.create_connection(address, FAILSAFE_S))
            asks.sendall(GET.replace(b"GET /", b"GET /health/alive"))
            assert asks.recv(4_096).startswith(b"HTTP/1.1 200")
        held.let_go.set()
