"""A whole day without a connection, ended by the worst way home: nothing is lost, doubled, or mixed up."""

import contextlib
import itertools
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gcrm.activities.model import Activity, ActivityKind
from tests.e2e.browser_kill import (
    PATIENCE_MS,
    check_in_without_connection,
    kill,
    sign_in,
    start,
    until,
    wait_until_kept,
)
from tests.e2e.phone_site import PhoneSite, serve_phone_site
from tests.fixtures.weather import Weather

pytestmark = pytest.mark.xdist_group("browser")

VISITS = 12
OUTCOMES = ("Order", "Interested", "Follow-up", "Nobody there", "Not interested")
WAY_HOME = [
    *[Weather.REFUSED] * 3,
    Weather.ANSWER_LOST,
    *[Weather.FAULT] * 3,
    Weather.PORTAL,
    Weather.CLEAR,
    Weather.REFUSED,
    Weather.BAD_GATEWAY,
]
"""What becomes of the first that the phone sends once it is connected again."""


@pytest.fixture
def long_day(tmp_path: Path) -> Iterator[PhoneSite]:
    with serve_phone_site(tmp_path / "home", VISITS) as site:
        yield site


def picture(path: Path, shade: int) -> Path:
    """A photo of one shade: a PNG of a few pixels, which no browser makes smaller, so that it arrives as it is."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    rows = (b"\0" + bytes([shade, 255 - shade, 99] * 4)) * 4
    head = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return path


def photos_of(site: PhoneSite, visit: Activity) -> list[bytes]:
    with site.workspace.store.read() as tx:
        found = [tx.photos.with_content(one.id) for one in tx.photos.about([visit.client_id])]
    return [one[1] for one in found if one]


def killed(context: BrowserContext, profile: Path) -> None:
    kill(profile)
    with contextlib.suppress(Exception):  # it is dead already, in whichever way playwright finds out
        context.close()


def test_twelve_visits_without_a_connection_arrive_once_each_with_time_outcome_and_photo(
    tmp_path: Path, browser: Browser, long_day: PhoneSite
) -> None:
    profile = tmp_path / "profile"
    context = start(browser.browser_type, profile, long_day)
    page: Page = context.pages[0]
    sign_in(page)
    stops = list(long_day.accounts.values())
    wait_until_kept(page, ["/day/north/" + long_day.today.isoformat(), *(f"/check-in/{one}" for one in stops)])
    long_day.proxy.weather = Weather.REFUSED
    began: dict[int, datetime] = {}
    photos = {stop: picture(tmp_path / f"{stop}.png", 20 * number) for number, stop in enumerate(stops)}
    outcomes = dict(zip(stops, itertools.cycle(OUTCOMES), strict=False))
    for number, stop in enumerate(stops):
        if number in {4, 8}:  # the phone runs out of power, twice
            killed(context, profile)
            context = start(browser.browser_type, profile, long_day)
            page = context.pages[0]
        began[stop] = datetime.now(UTC)
        check_in_without_connection(page, stop, f"note {number}", outcomes[stop], photos[stop])
    page.goto("/day/")
    expect(page.locator("#visits-done")).to_contain_text(f"{VISITS} of {VISITS}", timeout=PATIENCE_MS)
    page.goto("/me/")
    expect(page.locator("#outbox-list > li")).to_have_count(2 * VISITS, timeout=PATIENCE_MS)
    assert not long_day.told()

    long_day.proxy.showers = list(WAY_HOME)
    long_day.proxy.weather = Weather.CLEAR
    page.goto("/me/")
    if "/log-in" in page.url:  # cookies are written lazily too: who has to sign in anew loses nothing
        sign_in(page)
        page.goto("/me/")
    until(lambda: not long_day.proxy.showers)
    expect(page.locator("#outbox")).to_be_hidden(timeout=PATIENCE_MS)  # by its own timer: nobody touches the phone
    context.close()

    told = long_day.told()
    assert len(told) == VISITS
    assert {one.kind for one in told} == {ActivityKind.VISIT}
    by_account = {one.account_id: one for one in told}
    assert sorted(by_account) == sorted(stops)
    for number, (stop, following) in enumerate(zip(stops, [*stops[1:], None], strict=True)):
        visit = by_account[stop]
        until_then = began[following] if following else datetime.now(UTC)
        assert began[stop] <= visit.at.astimezone(UTC) <= until_then
        assert (visit.note, visit.outcome) == (f"note {number}", outcomes[stop].lower())
        assert photos_of(long_day, visit) == [photos[stop].read_bytes()]
