"""Fetch from an address that a person has typed, without ever reaching into the network that this machine stands in.

A name is resolved once, every answer must be a public address, and that very address is connected to: a name that
resolves to something else a moment later reaches nothing. Redirects are looked at anew. Hosts that an administrator
names (GCRM_PRIVATE_HOSTS) may be private.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from gcrm.common.language import number, say
from gcrm.platform.errors import InputRejected, NotReady

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 10.0
MOST_BYTES = 2_000_000
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: status, body, and headers by their names in lower case."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def public_address(host: str, port: int, allowed: Collection[str] = ()) -> str:
    """The address to connect to for a host. allowed: hosts, in lower case, that may be private.

    Raises InputRejected where any of its addresses is not public, NotReady where it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise NotReady(
            say("The host {host!r} is not found.", host=host[:100]), say("Check the address, or try again later.")
        ) from unknown
    addresses = [str(one[4][0]) for one in found]
    if host.lower().rstrip(".") not in allowed:
        for address in addresses:
            if not is_public(address):
                raise InputRejected(
                    say("{host} is in a private network.", host=host[:100]),
                    say("Use a public address, or have an administrator add the host to GCRM_PRIVATE_HOSTS."),
                )
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: also not one that wraps a private one (RFC 4291, 6052, 3056)."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast


def checked_url(url: str) -> str:
    """An address as it can be fetched; webcal is https. Raises InputRejected for what is none."""
    url = url.strip()
    if url.lower().startswith(("webcal:", "webcals:")):
        url = "https:" + url.split(":", 1)[1]
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or len(url) > 2_000 or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        raise InputRejected(
            say("{url!r} is no web address.", url=url[:80]), say("Enter one that begins with https://.")
        )
    if parts.username or parts.password:
        raise InputRejected(
            say("The address holds a password."), say("Use the secret address that the calendar offers.")
        )
    return url


def request(
    method: str,
    url: str,
    *,
    allowed: Collection[str] = (),
    body: bytes | None = None,
    headers: "Mapping[str, str] | None" = None,
    most_bytes: int = MOST_BYTES,
    timeout_s: float = TIMEOUT_S,
    redirects: int = 0,
) -> Answer:
    """Ask a server once, in `timeout_s` altogether; follow so many redirects, each checked as the first address.

    Raises InputRejected for an address that is none or private, and for an answer that is too large; NotReady where
    nothing answers in time.
    """
    deadline = time.monotonic() + timeout_s
    for _ in range(redirects + 1):
        url = checked_url(url)
        answer = _once(method, url, allowed, body, dict(headers or {}), most_bytes, deadline)
        if answer.status not in REDIRECTS or not redirects or "location" not in answer.headers:
            return answer
        url = urljoin(url, answer.headers["location"])
    raise InputRejected(say("The address leads from one to the next without end."), say("Enter the last one."))


def fetch(url: str, *, allowed: Collection[str] = (), most_bytes: int = MOST_BYTES) -> Answer:
    """Get what is at an address; raises as `request`, and NotReady for an answer that is no success."""
    answer = request("GET", url, allowed=allowed, most_bytes=most_bytes, redirects=MOST_REDIRECTS)
    if answer.status != 200:
        raise NotReady(
            say("The server answered {status}.", status=answer.status),
            say("Check the address; it may have been changed."),
        )
    return answer


def _once(
    method: str,
    url: str,
    allowed: Collection[str],
    body: bytes | None,
    headers: dict[str, str],
    most_bytes: int,
    deadline: float,
) -> Answer:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = public_address(host, port, allowed)
    left_s = max(0.1, deadline - time.monotonic())
    try:
        connected = socket.create_connection((address, port), timeout=left_s)
        try:
            if parts.scheme == "https":
                connected = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
            connection = http.client.HTTPConnection(host, port, timeout=left_s)
            connection.sock = connected
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            told = {"User-Agent": "GCRM", "Accept-Encoding": "identity", "Connection": "close", **headers}
            connection.request(method, target, body=body, headers=told)
            answered = connection.getresponse()
            content = _read(answered, connected, most_bytes, deadline)
            return Answer(answered.status, content, {name.lower(): value for name, value in answered.getheaders()})
        finally:
            connected.close()
    except InputRejected:
        raise
    except (OSError, http.client.HTTPException, ValueError) as silent:
        raise NotReady(
            say("{host} does not answer: {silent}.", host=host[:100], silent=silent),
            say("Check the address, or try again later."),
        ) from silent


def _read(answered: http.client.HTTPResponse, connected: socket.socket, most_bytes: int, deadline: float) -> bytes:
    """The whole body, in time: a server that trickles does not hold us up for ever."""
    pieces, size = [], 0
    while piece := answered.read1(65_536):
        size += len(piece)
        if size > most_bytes:
            raise InputRejected(
                say("The answer is larger than {most} bytes.", most=number(most_bytes)),
                say("Choose a smaller calendar."),
            )
        pieces.append(piece)
        if answered.isclosed():  # that was all of it, and the connection is given back
            break
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError(say("it takes too long"))
        connected.settimeout(left_s)
    return b"".join(pieces)
