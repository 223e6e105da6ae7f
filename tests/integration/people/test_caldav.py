"""A rep's calendar on a real CalDAV server, by its own address or the server's; hostile servers give nothing away."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gcrm.people.busy import BusyCalendar, add_calendar, calendars_of, refresh_calendars
from gcrm.people.caldav import Account, calendar_data, find_calendar
from gcrm.people.model import Rep
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.workspace import Workspace
from tests.fixtures.caldav import LOGIN, PASSWORD, CalDavServer, serving

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalDavServer]:
    with serving(tmp_path_factory.mktemp("caldav")) as started:
        yield started


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    with workspace.store.write() as tx:
        tx.reps.add(Rep("ada", "Ada", "", None, (None,) * 7, "Europe/Vaduz"))
    return replace(workspace, clock=lambda: NOW, settings=replace(workspace.settings, private_hosts="localhost"))


def event(uid: str, *lines: str) -> str:
    body = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "BEGIN:VEVENT", f"UID:{uid}",
            "DTSTAMP:20260101T000000Z", "SUMMARY:Dentist", *lines, "END:VEVENT", "END:VCALENDAR", ""]  # fmt: skip
    return "\r\n".join(body)


def spans(calendar: BusyCalendar) -> list[str]:
    return [f"{one.start:%d %H:%M}-{one.end:%H:%M}" for one in calendar.spans]


def test_a_calendar_is_found_from_the_server_s_address_and_read_anew(
    server: CalDavServer, workspace: Workspace
) -> None:
    url = server.make_calendar("private")
    server.put("private", "one", event("one", "DTSTART:20261125T100000Z", "DURATION:PT1H"))
    server.put(
        "private", "weekly", event("w", "DTSTART:20261102T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=5")
    )
    server.put("private", "past", event("past", "DTSTART:20250101T080000Z", "DURATION:PT1H"))
    added = add_calendar(workspace, "ada", name="Private", url=server.url, login=LOGIN, password=PASSWORD)
    assert added.url == url
    assert spans(added) == ["25 10:00-11:00", "30 08:00-09:00"]
    server.put("private", "two", event("two", "DTSTART:20261126T100000Z", "DURATION:PT30M"))
    assert refresh_calendars(workspace, "ada") == 1
    with workspace.store.read() as tx:
        (kept,) = calendars_of(tx, tx.reps.get("ada").id)
    assert spans(kept) == ["25 10:00-11:00", "26 10:00-10:30", "30 08:00-09:00"]
    assert not kept.fault
    assert PASSWORD not in kept.sealed
    assert server.send("DELETE", f"/{LOGIN}/private/") == 200
    refresh_calendars(workspace, "ada")
    with workspace.store.read() as tx:
        (gone,) = calendars_of(tx, tx.reps.get("ada").id)
    assert gone.fault
    assert gone.spans == kept.spans, "what was known stays"


def test_several_calendars_are_listed_and_an_empty_one_is_free(server: CalDavServer, workspace: Workspace) -> None:
    first, second = server.make_calendar("first"), server.make_calendar("second")
    with pytest.raises(InputRejected) as several:
        add_calendar(workspace, "ada", name="", url=server.url, login=LOGIN, password=PASSWORD)
    assert first in several.value.fault
    assert second in several.value.fault
    empty = add_calendar(workspace, "ada", name="", url=second, login=LOGIN, password=PASSWORD)
    assert empty.spans == ()


def test_a_wrong_password_is_said_and_nothing_is_kept(server: CalDavServer, workspace: Workspace) -> None:
    with pytest.raises(NotReady, match="refuses"):
        add_calendar(workspace, "ada", name="", url=server.url, login=LOGIN, password="wrong")  # noqa: S106
    with pytest.raises(InputRejected, match="belong together"):
        add_calendar(workspace, "ada", name="", url=server.url, login=LOGIN)
    with workspace.store.read() as tx:
        assert calendars_of(tx, tx.reps.get("ada").id) == []


def test_a_password_never_travels_in_the_clear_nor_into_a_private_network() -> None:
    with pytest.raises(InputRejected, match="unencrypted"):
        find_calendar("http://calendar.example/", Account("ada", "x"))
    with pytest.raises(InputRejected, match="private network"):
        find_calendar("https://127.0.0.1/", Account("ada", "x"))


class Elsewhere(BaseHTTPRequestHandler):
    """A server that sends everybody on, and one that speaks of something else."""

    asked: list[str]

    def do_PROPFIND(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path.startswith("/away"):
            self.send_response(302)
            self.send_header("Location", "http://localhost:1/other")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(207)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hostile() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("localhost", 0), Elsewhere)
    server.asked = []  # type: ignore[attr-defined]
    server.answer = b"<html>hello</html>"  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "answer",
    [b"<html>hello</html>", b"", b"\xff\xfe<", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', b"<multistatus/>"],
    ids=["a page", "nothing", "bytes", "entities", "another namespace"],
)
def test_what_speaks_no_caldav_is_no_calendar(hostile: ThreadingHTTPServer, answer: bytes) -> None:
    hostile.answer = answer  # type: ignore[attr-defined]
    with pytest.raises(InputRejected, match="No calendar"):
        find_calendar(f"http://localhost:{hostile.server_port}/", Account("ada", "x", {"localhost"}))
    assert len(hostile.asked) < 5  # type: ignore[attr-defined]


def test_a_password_is_not_sent_on_to_another_host(hostile: ThreadingHTTPServer) -> None:
    with pytest.raises(InputRejected, match="sends you on"):
        find_calendar(f"http://localhost:{hostile.server_port}/away", Account("ada", "x", {"localhost"}))


def test_an_answer_with_entities_is_not_read() -> None:
    with pytest.raises(ValueError, match="document type"):
        calendar_data(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><multistatus xmlns="DAV:">&a;</multistatus>')
