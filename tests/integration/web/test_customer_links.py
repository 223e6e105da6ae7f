"""A customer chooses, moves and calls off a visit by a link: no log-in, little detour, and nothing of anybody else."""

import contextlib
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

import icalendar
import pytest
from aiosmtpd.controller import Controller

from gcrm.planning import customer_link
from gcrm.planning.customer_link import LITTLE_DETOUR_S
from gcrm.planning.offers import offers
from gcrm.planning.plan_day import plan_day
from gcrm.workspace import Workspace
from tests.fixtures.plain_roads import plain_areas
from tests.integration.web.conftest import HOSTILE, NOW, TODAY, Browser, World, app_on

Browse = Callable[[str | None], Browser]
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def roads(workspace: Workspace) -> Workspace:
    workspace.__dict__["areas"] = plain_areas()
    return workspace


@pytest.fixture
def customer(roads: Workspace, nobody: Browser) -> Browser:
    assert roads
    page = nobody.get("/log-in").text
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    nobody.token = found[1]
    return nobody


def link(ada: Browser, account: int, **form: str) -> str:
    page = ada.post(f"/accounts/{account}/links", {"days": "14", **form}).text
    found = re.search(r"/visit/[\w-]+", page)
    assert found, page
    return found[0]


def times(page: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page)


def promised(workspace: Workspace, account: int) -> list[Any]:
    with workspace.store.read() as tx:
        return tx.appointments.of_account(account)


def test_a_customer_takes_moves_and_calls_off_a_time_and_the_plan_follows(
    ada: Browser, customer: Browser, roads: Workspace, world: World
) -> None:
    account = world.accounts["Berg Hotel"]
    plan_day(roads, "north", TOMORROW, steps=300)
    path = link(ada, account)
    first = next(one for one in times(customer.get(path).text) if one.startswith(TOMORROW.isoformat()))
    page = customer.post(path, {"time": first}, follow_redirects=True).text
    assert "Your visit is confirmed." in page
    assert "No mail is sent from here" in page
    (one,) = promised(roads, account)
    assert (one.day, f"{one.start:%H:%M}") == (TOMORROW, first[-5:])
    with roads.store.read() as tx:
        north = tx.reps.get("north")
        stops = {stop.account_id: stop for stop in tx.plans.current(north.id, TOMORROW).stops}
    assert f"{stops[account].start:%H:%M}" == first[-5:]
    read = icalendar.Calendar.from_ical(customer.get(f"{path}/visit.ics").data)
    (event,) = read.walk("VEVENT")
    assert event["dtstart"].params["tzid"] == "Europe/Vaduz"

    other = next(one for one in times(customer.get(path).text) if not one.startswith(TOMORROW.isoformat()))
    customer.post(path, {"time": other})
    (moved,) = promised(roads, account)
    assert moved.day == date.fromisoformat(other[:10])
    (again,) = icalendar.Calendar.from_ical(customer.get(f"{path}/visit.ics").data).walk("VEVENT")
    assert again["uid"] == event["uid"]
    assert int(again["sequence"]) > int(event["sequence"])
    with roads.store.read() as tx:
        assert account not in {stop.account_id for stop in tx.plans.current(north.id, TOMORROW).stops}

    assert "Your visit is cancelled." in customer.post(path, {"act": "cancel"}, follow_redirects=True).text
    assert promised(roads, account) == []
    assert customer.get(f"{path}/visit.ics").status_code == 404


def test_whoever_moves_a_visit_has_a_promise_whatever_dies_in_between(
    ada: Browser, customer: Browser, roads: Workspace, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.accounts["Berg Hotel"]
    path = link(ada, account)
    first, *later = times(customer.get(path).text)
    customer.post(path, {"time": first})
    (before,) = promised(roads, account)
    other = next(one for one in later if one[:10] != first[:10])

    def dies(*_: Any) -> None:
        raise SystemExit

    for step in ("_call_off", "_tell"):
        with monkeypatch.context() as patched, contextlib.suppress(SystemExit):
            patched.setattr(customer_link, step, dies)
            customer.post(path, {"time": other})
        days = {one.day for one in promised(roads, account)}
        assert days
        if step == "_call_off":
            assert days == {before.day, date.fromisoformat(other[:10])}
        assert "Cancel the visit" in customer.get(path).text


def test_only_times_of_little_detour_are_offered_and_no_other_is_taken(
    ada: Browser, customer: Browser, roads: Workspace, world: World
) -> None:
    account = world.accounts["Berg Hotel"]
    path = link(ada, account)
    shown = times(customer.get(path).text)
    assert shown
    assert all(one[:10] > TODAY.isoformat() for one in shown)
    cheap = [
        one
        for one in offers(roads, account, TOMORROW, days=14, limit=200).offers
        if one.extra_s <= LITTLE_DETOUR_S and not one.displaces
    ]
    for one in shown:
        assert any(f"{a.first:%Y-%m-%dT%H:%M}" <= one <= f"{a.last:%Y-%m-%dT%H:%M}" for a in cheap)
    for wrong in ("2026-11-25T03:00", "", "x", f"{TODAY}T10:00", "2030-01-01T10:00"):
        page = customer.post(path, {"time": wrong}, follow_redirects=True).text
        assert "not free any more" in page
    assert promised(roads, account) == []


def test_nothing_of_another_customer_or_of_the_company_is_on_the_page(
    ada: Browser, customer: Browser, world: World
) -> None:
    page = customer.get(link(ada, world.accounts["Berg Hotel"]))
    for name in (*world.accounts, "Ada", "north", "Landstrasse"):
        assert name in {"Berg Hotel", HOSTILE} or name not in page.text
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert 'href="/accounts' not in page.text


def test_unknown_ended_and_revoked_links_are_answered_alike(
    ada: Browser, customer: Browser, roads: Workspace, world: World
) -> None:
    account = world.accounts["Berg Hotel"]
    revoked, ended = link(ada, account), link(ada, account, days="1")
    with roads.store.read() as tx:
        numbers = [one.id for one in tx.links.of_account(account)]
    assert ada.post(f"/accounts/{account}/links/{numbers[1]}/revoke").status_code == 302
    roads.clock = lambda: NOW + timedelta(days=2)
    said = {customer.get(path).text.split("<main")[1] for path in (revoked, ended, "/visit/x", f"/visit/{'a' * 43}")}
    assert len({re.sub(r'nonce="[^"]+"', "", one) for one in said}) == 1
    assert [customer.post(path, {"act": "cancel"}).status_code for path in (revoked, ended)] == [404, 404]


def test_a_link_that_is_opened_again_and_again_waits(ada: Browser, customer: Browser, world: World) -> None:
    path = link(ada, world.accounts["Berg Hotel"])
    codes = [customer.get(f"{path}/visit.ics").status_code for _ in range(45)]
    assert codes[0] == 404
    assert codes[-1] == 429


def test_links_are_for_those_who_see_the_account(ada: Browser, cy: Browser, bo: Browser, world: World) -> None:
    account = world.accounts["Berg Hotel"]
    link(ada, account)
    assert cy.get(f"/accounts/{account}/links").status_code == 404
    assert cy.post(f"/accounts/{account}/links").status_code == 404
    assert bo.post(f"/accounts/{account}/links").status_code == 403
    assert "Made" in ada.get(f"/accounts/{account}/links").text
    assert ada.post(f"/accounts/{world.accounts['Ghost Garage']}/links").status_code in {400, 404}


class _Inbox:
    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - its name there
        self.mails.append(message_from_bytes(envelope.content))
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[_Inbox, int]]:
    found = _Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    yield found, port
    controller.stop()


def test_both_sides_get_a_mail_with_the_appointment(
    ada: Browser, roads: Workspace, world: World, inbox: tuple[_Inbox, int]
) -> None:
    found, port = inbox
    account = world.accounts["Berg Hotel"]
    roads.settings = replace(
        roads.settings, mail_host="127.0.0.1", mail_port=port, mail_security="none", mail_from="crm@company.example"
    )
    with roads.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(account), email="guest@berg.example"))
    ada.post("/me/email", {"email": "ada@company.example"})
    path = link(ada, account)
    stranger = Browser(app_on(roads), roads, None)
    page = stranger.get(path).text
    stranger.token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]  # type: ignore[index]
    stranger.post(path, {"time": times(page)[0]})
    assert [mail["To"] for mail in found.mails] == ["guest@berg.example", "ada@company.example"]
    for mail in found.mails:
        (attached,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        (event,) = icalendar.Calendar.from_ical(attached.get_payload(decode=True)).walk("VEVENT")
        assert str(event["status"]) == "CONFIRMED"
    stranger.post(path, {"act": "cancel"})
    (cancelled,) = [part for part in found.mails[-1].walk() if part.get_content_type() == "text/calendar"]
    assert b"METHOD:CANCEL" in cancelled.get_payload(decode=True)


def test_each_side_gets_it_in_a_language_of_theirs(
    ada: Browser, roads: Workspace, world: World, inbox: tuple[_Inbox, int]
) -> None:
    found, port = inbox
    account = world.accounts["Berg Hotel"]
    roads.settings = replace(
        roads.settings, mail_host="127.0.0.1", mail_port=port, mail_security="none", mail_from="crm@company.example"
    )
    with roads.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(account), email="guest@berg.example", languages=("de",)))
        for rep in tx.reps.all():
            tx.reps.update(replace(rep, languages=("de", "en")))
    ada.post("/me/email", {"email": "ada@company.example"})
    path = link(ada, account)
    stranger = Browser(app_on(roads), roads, None)
    page = stranger.get(path).text
    stranger.token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]  # type: ignore[index]
    stranger.post(path, {"time": times(page)[0]})
    said = [str(make_header(decode_header(mail["Subject"]))) for mail in found.mails]
    assert said[0].startswith("Besuch bestätigt: ")
    assert said[1].startswith("Visit confirmed: ")
    (attached,) = [part for part in found.mails[0].walk() if part.get_content_type() == "text/calendar"]
    assert "SUMMARY:Besuch: " in attached.get_payload(decode=True).decode()


def test_an_address_in_which_another_hides_is_none(ada: Browser) -> None:
    for wrong in ("a@b.li,c@d.li", "a@b.li\nBcc: c@d.li", "a b@c.li", "a@b", "@b.li", "<a@b.li>"):
        assert ada.post("/me/email", {"email": wrong}).status_code == 400
