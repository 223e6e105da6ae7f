"""A rep's calendar on a CalDAV server (RFC 4791): found from the address that the server shows, read for a span.

Written on `gcrm.platform.outbound` rather than taken from a library: each request must go through the guard that keeps
typed addresses out of private networks, and a client of its own would pass it by.
"""

import base64
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from gcrm.common.language import say
from gcrm.common.wording import listed
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.outbound import REDIRECTS, Answer, checked_url, request

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
MULTISTATUS = 207
MOST_STEPS = 6
"""From the address of a server to a calendar on it: itself, the well-known place, the person, the home, redirects."""
MOST_LISTED = 10
MOST_LIST_BYTES = 500_000

_PROPERTIES = b"""<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><resourcetype/><displayname/>
<current-user-principal/><C:calendar-home-set/><C:supported-calendar-component-set/></prop></propfind>"""
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-data/></prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="{first}" end="{last}"/>
</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks: a name and a password at the server. allowed: hosts in a private network that may be asked."""

    login: str
    password: str
    allowed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """What a server says of one of its addresses."""

    url: str
    name: str
    is_calendar: bool
    person: str = ""
    home: str = ""


def find_calendar(url: str, account: Account) -> str:
    """The address of the one calendar that an address means: its own, or the only one of its owner.

    Raises InputRejected for an address that is none or private, for a server that speaks no CalDAV or has several
    calendars (they are listed with their addresses), and for a password that would travel in the clear; NotReady for
    one that does not answer or refuses the name and the password.
    """
    url = checked_url(url)
    seen: set[str] = set()
    for _ in range(MOST_STEPS):
        seen.add(url)
        here = next(_places(url, account, depth=0), None)
        if here is None:
            onward = urljoin(url, "/.well-known/caldav")
        elif here.is_calendar:
            return here.url
        elif here.home:
            return _only_one(_places(urljoin(url, here.home), account, depth=1))
        else:
            onward = urljoin(url, here.person) if here.person else urljoin(url, "/.well-known/caldav")
        if onward in seen:
            break
        url = onward
    raise InputRejected(
        say("No calendar was found at this address."), say("Enter the CalDAV address that your calendar shows.")
    )


def read_calendar(url: str, account: Account, first: datetime, last: datetime, most_bytes: int) -> bytes:
    """What a calendar holds between two instants, as the server's answer in XML; raises as `find_calendar`."""
    span = {name: at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for name, at in (("first", first), ("last", last))}
    answer, _ = _ask("REPORT", url, account, _QUERY.format(**span).encode(), depth=1, most_bytes=most_bytes)
    if answer.status != MULTISTATUS:
        raise NotReady(
            say("The server answered {status}.", status=answer.status),
            say("Check the address; it may have been changed."),
        )
    return answer.body


def calendar_data(body: bytes) -> bytes:
    """The calendars in a server's answer, one after the other. Raises ValueError for an answer that is none."""
    document = _document(body)
    if document.tag != f"{DAV}multistatus":
        raise ValueError("that is no calendar")
    return b"\r\n".join(found.text.encode() for found in document.iter(f"{CALDAV}calendar-data") if found.text)


def _places(url: str, account: Account, *, depth: int) -> Iterator[_Place]:
    """What there is at an address, and with depth 1 right below it; nothing where nobody speaks CalDAV."""
    answer, url = _ask("PROPFIND", url, account, _PROPERTIES, depth=depth, most_bytes=MOST_LIST_BYTES)
    if answer.status != MULTISTATUS:
        return
    try:
        document = _document(answer.body)
    except ValueError:
        return
    for one in document.iter(f"{DAV}response"):
        kinds = one.find(f".//{DAV}resourcetype")
        parts = {part.get("name") for part in one.iter(f"{CALDAV}comp")}
        yield _Place(
            urljoin(url, _text(one, f"{DAV}href")),
            _text(one, f".//{DAV}displayname"),
            kinds is not None and kinds.find(f"{CALDAV}calendar") is not None and (not parts or "VEVENT" in parts),
            _text(one, f".//{DAV}current-user-principal/{DAV}href"),
            _text(one, f".//{CALDAV}calendar-home-set/{DAV}href"),
        )


def _only_one(places: Iterator[_Place]) -> str:
    calendars = [one for one in places if one.is_calendar]
    if len(calendars) == 1:
        return calendars[0].url
    if not calendars:
        raise InputRejected(say("There is no calendar of yours."), say("Make one there first, or enter its address."))
    named = [f"{one.name or urlsplit(one.url).path} ({one.url})" for one in calendars[:MOST_LISTED]]
    raise InputRejected(
        say("You have {n} calendars there: {calendars}.", n=len(calendars), calendars=listed(named)),
        say("Enter the address of one of them; add the others after it."),
    )


def _ask(method: str, url: str, account: Account, body: bytes, *, depth: int, most_bytes: int) -> tuple[Answer, str]:
    """The server's answer and the address that gave it. The password goes to the host that was entered, to no other."""
    sent = base64.b64encode(f"{account.login}:{account.password}".encode()).decode()
    headers = {"Authorization": f"Basic {sent}", "Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
    began = urlsplit(url)
    for _ in range(MOST_STEPS):
        parts = urlsplit(checked_url(url))
        if parts.scheme != "https" and (parts.hostname or "").lower() not in account.allowed:
            raise InputRejected(
                say("The password would travel unencrypted."), say("Enter an address that begins with https://.")
            )
        answer = request(method, url, allowed=account.allowed, body=body, headers=headers, most_bytes=most_bytes)
        if answer.status in {401, 403}:
            raise NotReady(
                say("The server refuses the user name or the password."),
                say("Check both; many servers want a password made for this app alone."),
            )
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            return answer, url
        url = urljoin(url, answer.headers["location"])
        onward = urlsplit(url)
        if (onward.scheme, onward.hostname, onward.port) != (began.scheme, began.hostname, began.port):
            raise InputRejected(
                say("The server sends you on to {host}.", host=onward.hostname or url[:80]),
                say("Enter the address there, if you trust it with your password."),
            )
    raise InputRejected(say("The address leads from one to the next without end."), say("Enter the last one."))


def _document(body: bytes) -> ET.Element:
    """An answer in XML. One that declares a document type is refused: no server needs it, and entities explode."""
    text = body.decode("utf-8", errors="replace").lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("the server's answer declares a document type")
    try:
        return ET.fromstring(text.encode())  # noqa: S314 - no document type, so no entities
    except ET.ParseError as broken:
        raise ValueError("the server's answer is no XML") from broken


def _text(element: ET.Element, path: str) -> str:
    found = element.find(path)
    return (found.text or "").strip() if found is not None else ""
