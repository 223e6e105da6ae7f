"""Passkeys in a real browser with a virtual device: added under Me, then used to sign in and as the second factor."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from gcrm.people.user import Role
from gcrm.people.users import add_user
from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace
from tests.e2e.conftest import Site, Watched

pytestmark = pytest.mark.xdist_group("browser")

DESK = 1280


LOGIN = "petra"
"""Somebody whom no other test signs in as: whoever asks for a second factor would keep the others out."""


@pytest.fixture
def watched(browser: Browser, site: Site) -> Iterator[Watched]:
    """At a name, as a number in the address can have no passkeys."""
    workspace = open_workspace(Settings(home=site.home))
    add_user(workspace, LOGIN, "Petra", Role.PLANNER, password=site.password)
    workspace.close()
    named = replace(site, url=site.url.replace("127.0.0.1", "localhost"))
    opened = Watched(browser, named, DESK)
    yield opened
    opened.close()


def test_a_passkey_is_added_and_signs_in_without_a_name(watched: Watched) -> None:
    page = watched.page
    device = watched.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    watched.log_in(LOGIN)
    watched.open("/me/")
    page.get_by_label("Name of this device").fill("Desk")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").filter(has_text="Desk is added.")).to_be_visible()
    assert not watched.violations()

    # The same device cannot hold a second one for the same person; the page says so.
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This device holds a passkey of yours already.")).to_be_visible()

    page.locator("#sign-out button").click()
    page.wait_for_url("**/log-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"/team/$"))
    watched.open("/me/")
    expect(page.get_by_text(re.compile("last used"))).to_be_visible()

    page.get_by_role("button", name="Ask for a passkey after the password").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    watched.open("/me/")
    page.locator("#sign-out button").click()
    page.wait_for_url("**/log-in")
    watched.log_in(LOGIN)
    expect(page.get_by_label("Recovery code")).to_be_visible()
    assert not watched.violations()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"/team/$"))
    assert not watched.faults


def test_a_number_in_the_address_is_said_to_have_no_passkeys(browser: Browser, site: Site) -> None:
    opened = Watched(browser, site, DESK)
    opened.open("/log-in")
    expect(opened.page.get_by_text("Passkeys need a name in the address, not a number.")).to_be_visible()
    expect(opened.page.get_by_role("button", name="Use a passkey")).to_be_disabled()
    assert not opened.violations()
    opened.close()
