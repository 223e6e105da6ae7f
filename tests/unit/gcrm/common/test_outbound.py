"""Addresses that people type lead out into the internet and nowhere else."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.outbound import checked_url, fetch, is_public, request

LOCAL = frozenset({"localhost", "127.0.0.1"})


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",  # noqa: S104 - looked at, not bound to
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "192.0.2.1", "198.18.0.1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_public_is_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example/x", "file:///etc/passwd", "https://", "http://a b", "https://u:p@a.example/", "http://[::1",
     "http://a.example:0/", "javascript:alert(1)", "https://a.example/\nHost: b"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputRejected):
        checked_url(url)


def test_webcal_is_https() -> None:
    assert checked_url("webcal://a.example/x.ics") == "https://a.example/x.ics"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "127.1"]
)
def test_a_private_host_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises((InputRejected, NotReady)):
        fetch(f"http://{host}:9/x.ics")


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest")
            self.end_headers()
        elif self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * (3_000_000 if self.path == "/large" else 5))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_host_that_an_administrator_allows_is_asked(site: str) -> None:
    assert fetch(f"{site}/x", allowed=LOCAL).body == b"xxxxx"


@pytest.mark.parametrize("path", ["/away", "/round", "/large"])
def test_a_redirect_into_a_private_network_an_endless_one_and_a_flood_are_refused(site: str, path: str) -> None:
    with pytest.raises(InputRejected):
        fetch(site + path, allowed=LOCAL)


def test_a_name_is_resolved_once_and_that_address_is_connected_to(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(site.rpartition(":")[2])
    asked: list[str] = []

    def resolves_to_something_else_next(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected: list[object] = []

    def connect(address: object, **_: object) -> socket.socket:
        connected.append(address)
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolves_to_something_else_next)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotReady):
        request("GET", f"http://rebinding.example:{port}/")
    assert connected == [("93.184.216.34", port)]
