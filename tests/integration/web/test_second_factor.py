"""A second factor at sign-in, and a lost phone that is locked out."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import segno

from gcrm.workspace import Workspace
from tests.integration.web.conftest import NOW, PASSWORD, Browser

Browse = Callable[[str | None], Browser]


def token_of(browser: Browser, path: str = "/log-in") -> None:
    found = re.search(r'name="csrf-token" content="([^"]+)"', browser.get(path).text)
    assert found
    browser.token = found[1]


def log_in(browse: Browse, login: str = "ada") -> Browser:
    browser = browse(None)
    token_of(browser)
    answer = browser.post("/log-in", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302
    if answer.headers["Location"].endswith("/log-in/code"):
        token_of(browser, "/log-in/code")
    return browser


def is_in(browser: Browser) -> bool:
    return browser.get("/me/").status_code == 200


@pytest.fixture
def protected(ada: Browser) -> tuple[pyotp.TOTP, list[str]]:
    page = ada.post("/me/second-factor", {"act": "begin", "password": PASSWORD}).text
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found
    assert "otpauth://totp/GCRM:ada" in page
    app = pyotp.TOTP(found[1])
    # Asked for only once a code was right.
    assert (
        "not right" in ada.post("/me/second-factor", {"act": "confirm", "code": "000000"}, follow_redirects=True).text
    )
    shown = ada.post("/me/second-factor", {"act": "confirm", "code": app.at(NOW - timedelta(seconds=30))}).text
    codes = re.findall(r"<code>([0-9a-f]{8}-[0-9a-f]{8})</code>", shown)
    assert len(codes) == 10
    return app, codes


def test_a_right_password_alone_opens_nothing_any_more(protected: tuple[pyotp.TOTP, list[str]], browse: Browse) -> None:
    app, _ = protected
    browser = log_in(browse)
    assert not is_in(browser)
    for wrong in ("", "123", "abcdef", "000000", "\u0661\u0662\u0663\u0664\u0665\u0666"):
        assert browser.post("/log-in/code", {"code": wrong}).status_code == 401
    assert browser.post("/log-in/code", {"code": app.at(NOW)}).status_code == 302
    assert is_in(browser)


def test_the_secret_is_drawn_for_a_camera_on_the_page_itself(ada: Browser) -> None:
    page = ada.post("/me/second-factor", {"act": "begin", "password": PASSWORD}).text
    address = re.search(r'href="(otpauth:[^"]+)"', page)
    drawing = re.search(r'role="img"[^>]*>(<svg .*?</svg>)', page, re.DOTALL)
    assert address
    assert drawing
    assert "QR code for your authenticator app" in page
    modules = [[bool(dark) for dark in row] for row in segno.make(html.unescape(address[1]), error="m").matrix]
    assert drawn_modules(drawing[1], len(modules)) == modules
    assert not re.search(r"<(img|image|use)\b|https?://", drawing[1])


def drawn_modules(svg: str, size: int, border: int = 4) -> list[list[bool]]:
    """The dark squares of the code as the drawing's line passes over them: "M4 4.5h7m1 0h1", row by row."""
    dark = [[False] * size for _ in range(size)]
    line = re.search(r'stroke="#000" d="([^"]+)"', svg)
    assert line
    x = y = 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", line[1]):
        if command == "h":
            for column in range(int(x), int(x + float(first))):
                dark[int(y) - border][column - border] = True
            x += float(first)
        else:
            x, y = (float(first), float(second)) if command == "M" else (x + float(first), y + float(second))
    return dark


def test_a_code_opens_once_and_an_old_one_never(protected: tuple[pyotp.TOTP, list[str]], browse: Browse) -> None:
    app, _ = protected
    assert log_in(browse).post("/log-in/code", {"code": app.at(NOW)}).status_code == 302
    again = log_in(browse)
    for used in (app.at(NOW), app.at(NOW - timedelta(seconds=30)), app.at(NOW - timedelta(minutes=5))):
        assert again.post("/log-in/code", {"code": used}).status_code == 401
    assert again.post("/log-in/code", {"code": app.at(NOW + timedelta(seconds=30))}).status_code == 302


def test_a_recovery_code_opens_once(protected: tuple[pyotp.TOTP, list[str]], browse: Browse) -> None:
    _, codes = protected
    assert log_in(browse).post("/log-in/code", {"code": codes[0].upper()}).status_code == 302
    assert log_in(browse).post("/log-in/code", {"code": codes[0]}).status_code == 401
    assert "8 recovery codes are left" in log_in_with(browse, codes[1]).get("/me/").text


def log_in_with(browse: Browse, code: str) -> Browser:
    browser = log_in(browse)
    assert browser.post("/log-in/code", {"code": code}).status_code == 302
    return browser


def test_codes_cannot_be_guessed_at(protected: tuple[pyotp.TOTP, list[str]], browse: Browse) -> None:
    app, _ = protected
    statuses = []
    for number in range(12):
        browser = log_in(browse)
        statuses.append(browser.post("/log-in/code", {"code": f"{number:06}"}).status_code)
    assert statuses[-1] == 429
    assert log_in(browse).post("/log-in/code", {"code": app.at(NOW)}).status_code == 429


def test_a_password_waits_for_its_code_only_so_long(
    protected: tuple[pyotp.TOTP, list[str]], browse: Browse, workspace: Workspace
) -> None:
    app, _ = protected
    browser = log_in(browse)
    later = NOW + timedelta(minutes=11)
    workspace.clock = lambda: later
    assert browser.post("/log-in/code", {"code": app.at(later)}).headers["Location"].endswith("/log-in")
    assert not is_in(browser)


def test_nobody_begins_with_the_code(browse: Browse) -> None:
    browser = browse(None)
    token_of(browser)
    assert browser.post("/log-in/code", {"code": "123456"}).headers["Location"].endswith("/log-in")


@pytest.mark.usefixtures("protected")
def test_it_is_ended_with_the_password_or_by_an_administrator(ada: Browser, dee: Browser, browse: Browse) -> None:
    assert (
        "not your password"
        in ada.post("/me/second-factor", {"act": "end", "password": "x"}, follow_redirects=True).text
    )
    assert not is_in(log_in(browse))
    assert "A code is asked for" in dee.get("/users/ada").text
    dee.post("/users/ada/second-factor/end")
    assert is_in(log_in(browse))


def test_a_lost_phone_is_locked_out_in_one_click(ada: Browser, dee: Browser, browse: Browse) -> None:
    phone, desk = log_in(browse), log_in(browse)
    ada.post("/me/calendar-feed", {"act": "make", "with_names": "1"})
    page = dee.get("/users/ada").text
    assert page.count('name="session"') == 3
    assert "last seen" in page
    first = re.search(r'name="session" value="(\d+)"', page)
    assert first
    dee.post("/users/ada/lock-out", {"session": first[1]})
    assert [is_in(one) for one in (phone, desk, ada)].count(False) == 1
    assert "Locked out: 3 ways in have ended." in dee.post("/users/ada/lock-out", follow_redirects=True).text
    assert not any(is_in(one) for one in (phone, desk, ada))
    assert is_in(dee)
