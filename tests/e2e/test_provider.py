"""The company's own sign-in in a real browser, to the provider and back, with the service worker in control."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gcrm.people.user import Role
from gcrm.people.users import add_user
from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace
from tests.e2e.conftest import Site, Watched, running
from tests.fixtures.oidc_provider import CLIENT, SECRET, provider_running

pytestmark = pytest.mark.xdist_group("browser")


def test_the_provider_signs_in_and_the_browser_comes_back(browser: Browser, tmp_path: Path) -> None:
    workspace = open_workspace(Settings(tmp_path))
    add_user(workspace, "ada@company.example", "Ada", Role.MANAGER)
    workspace.close()
    with provider_running() as provider:
        named = {"GCRM_OIDC_ISSUER": provider.issuer, "GCRM_OIDC_CLIENT_ID": CLIENT, "GCRM_OIDC_CLIENT_SECRET": SECRET}
        with running(tmp_path, GCRM_OIDC_LABEL="Company", GCRM_PASSWORDS="no", **named) as (url, _):
            watched = Watched(browser, Site(url, "", tmp_path, 0), 1280)
            page = watched.page
            watched.open("/log-in")
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            watched.open("/log-in?next=/me/")
            assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
            assert not watched.violations()
            page.get_by_role("link", name="Sign in with Company").click()
            expect(page.get_by_role("heading", name="Ada")).to_be_visible()
            assert [path for path, _ in provider.asked].count("/authorize") == 1
            page.locator("#sign-out button").click()
            expect(page.get_by_role("link", name="Sign out there, too")).to_be_visible()
            assert not [fault for fault in watched.faults if not re.match(r"another host: http://127.0.0.1", fault)]
            watched.close()
