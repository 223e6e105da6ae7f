"""Whatever number, name, date or sign a request carries: the answer is below 500."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World
from tests.integration.web.test_permissions import PUBLIC, ROUTES

VALUES: dict[str, str | bytes] = {
    "past 64 bits": str(2**63),
    "past 32 bits": str(2**31),
    "minus one": "-1",
    "zero": "0",
    "401 digits": "1" + "0" * 400,
    "5,000 digits": "9" * 5_000,
    "no number": "NaN",
    "infinity": "-inf",
    "1e400": "1e400",
    "NUL": b"a%00b",
    "half a character": b"%ED%A0%80",
    "no UTF-8": b"%FF%FE",
    "5,000 letters": "x" * 5_000,
    "other digits": "\u0661\u0662",
    "year 1": "0001-01-01",
    "year 1 far east": "0001-01-01T00:00:00+14:00",
    "year 9999": "9999-12-31",
    "week date": "2026-W48-2",
    "nothing": "",
    "up": "../../etc/passwd",
    "sql": "' OR 1=1 --",
}

NAMES = (
    "account", "accuracy_m", "active", "address", "answer", "anywhere", "apart", "as", "at", "back", "balance",
    "break", "city", "client_id", "columns", "contact", "count", "date", "day", "days", "days_off", "done", "driving",
    "email", "end", "first", "from", "hours", "import", "in_a_row", "job", "key", "kind", "label", "languages", "last",
    "lat", "level", "locks", "login", "lon", "longer", "look", "lunch", "measure", "minutes", "most_moves", "moved",
    "name", "near", "new", "next", "next_date", "next_step", "night_saves", "nights", "note", "old", "on", "one",
    "open", "opening_hours", "other", "outcome", "overdue", "page", "password", "phone", "poll", "position", "preview",
    "priority", "q", "reason", "region", "rep", "reps", "role", "score", "seconds", "seen", "segment", "set", "skills",
    "sort", "source", "start", "stretch-A", "sure", "target", "territory", "text", "till", "to", "together", "version",
    "visit_every_days", "visit_minutes", "wanted", "weeks", "what", "when", "without", "zone",
)  # fmt: skip
"""What forms and queries are asked for, by name."""


def _quoted(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else quote(value, safe="")


def _requests(world: World, at: int, turn: int, of: int) -> Iterator[tuple[str, str, str]]:
    """Method, address and query or form: the value in each place of the address, and in all else.

    Every route takes its turn with one value of so many; the next route with the value after it.
    """
    fits = {"alpen": world.accounts["Alpen Bakery"], "hotel": world.accounts["Berg Hotel"], "job": 1, "look": 1}
    hostile = _quoted(list(VALUES.values())[at])
    all_names = "&".join(f"{name}={hostile}&{name}=x" for name in NAMES)
    for number, (route, (address, _)) in enumerate(ROUTES.items()):
        method, rule = route.split(" ", 1)
        if "log-out" in rule or "sessions" in rule or (number + at) % of != turn:
            continue
        yield method, address.format(**fits), all_names
        parts = list(re.finditer(r"<[^>]+>", rule))
        plain = re.split(r"<[^>]+>", rule)
        for place in range(len(parts)):
            filled = [hostile if index == place else "1" for index in range(len(parts))]
            yield method, "".join(a + b for a, b in zip(plain, [*filled, ""], strict=True)), ""
    for route in PUBLIC:
        method, rule = route.split(" ", 1)
        yield method, rule.replace("<path:filename>", hostile), all_names


@pytest.mark.parametrize(("login", "turn", "of"), [("dee", 0, 3), ("ada", 1, 9), ("bo", 4, 9), ("pia", 7, 9)])
def test_no_value_in_a_request_is_answered_by_a_failure(
    login: str, turn: int, of: int, browse: Callable[[str | None], Browser], world: World
) -> None:
    # An administrator opens nearly everything and tries a third of the values at each route, the others a ninth.
    browser = browse(login)
    failed = set()
    for at, what in enumerate(VALUES):
        for method, path, given in _requests(world, at, turn, of):
            if method == "GET":
                answer = browser.client.get(f"{path}?{given}")
            else:
                answer = browser.client.post(
                    path, data=f"csrf_token={browser.token}&{given}", content_type="application/x-www-form-urlencoded"
                )
            if answer.status_code >= 500:
                failed.add(f"{what}: {method} {path[:80]} {'with all' if given else ''}: {answer.status_code}")
    assert not failed


JSON_VALUES: tuple[Any, ...] = (
    2**63, -1, 10**400, "NaN", "a\0b", "\ud800", "x" * 5_000, "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31",
    "9999-12-31T23:59:59-14:00", None, True, [], {}, [1], {"a": 1}, 1.5e308,
)  # fmt: skip
CHECK_IN = {
    "client_id": "one", "lon": 9.52, "lat": 47.16, "accuracy_m": 10, "outcome": "order", "note": "n", "next_step": "x",
    "next_date": "2026-12-01", "at": "2026-11-24T09:00:00Z",
}  # fmt: skip


def test_no_json_of_a_phone_is_answered_by_a_failure(ada: Browser, world: World) -> None:
    path = f"/check-in/{world.accounts['Alpen Bakery']}"
    failed = []
    for name in CHECK_IN:
        for value in JSON_VALUES:
            answer = ada.post(path, json=CHECK_IN | {name: value})
            if answer.status_code >= 500 or not answer.is_json:
                failed.append((name, str(value)[:40], answer.status_code))
    assert not failed
    for body in (b"", b"{", b"[]", b"null", b"1", b"[" * 100_000, b'{"a":' * 50_000, b"\xff", b'"\\ud800"'):
        answer = ada.client.post(path, data=body, content_type="application/json", headers={"X-CSRFToken": ada.token})
        assert answer.status_code == 400, body[:20]


@pytest.mark.parametrize("given", ["0001-01-01", "9999-12-31", "1899-12-31"])
def test_a_next_date_far_from_our_time_is_refused(ada: Browser, world: World, given: str) -> None:
    answer = ada.post(f"/check-in/{world.accounts['Alpen Bakery']}", json=CHECK_IN | {"next_date": given})
    assert answer.status_code == 400
    assert "year" in answer.get_json()["error"]


def test_signs_that_cannot_be_kept_are_refused_in_words(ada: Browser, world: World, workspace: Workspace) -> None:
    number = world.accounts["Alpen Bakery"]
    for note in ("a\0b", "a\ud800b"):
        answer = ada.post(f"/check-in/{number}", json=CHECK_IN | {"note": note})
        assert answer.status_code == 400
        assert "cannot be kept" in answer.get_json()["error"]
    answer = ada.post(f"/accounts/{number}/notes", {"note": "a\0b"})
    assert answer.status_code == 400
    assert "cannot be kept" in answer.text
    with workspace.store.read() as tx:
        assert not tx.activities.of_account(number)


def test_a_number_that_nothing_has_leads_nowhere(app: Flask, dee: Browser) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    assert rules
    for number in (2**31, 2**63, 10**400):
        answer = dee.get(f"/accounts/{number}")
        assert answer.status_code == 404
        assert "Page not found" in answer.text
    assert dee.get("/accounts/%FF").status_code == 404
