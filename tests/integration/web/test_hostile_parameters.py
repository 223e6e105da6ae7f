"""Each parameter that a page reads, one at a time and beside sound ones, is given what nothing can be.

Which parameters there are is read from the source of the pages, so that a new page is walked as soon as it is written.
"""

import io
import re
from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from gcrm.territories.scenarios.model import Wish
from gcrm.territories.scenarios.propose import propose
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World, app_on
from tests.integration.web.test_hostile_requests import JSON_VALUES, NAMES, VALUES
from tests.integration.web.test_permissions import ROUTES

PAGES = Path(__file__).parents[3] / "webapp"
_READ = (
    re.compile(r"\.(?:get|getlist)\(\s*\"([A-Za-z_][\w-]*)\""),
    re.compile(r"(?:args|form|given|query|sent|values)\[\"([A-Za-z_][\w-]*)\"\]"),
    re.compile(r"^ +(\w+) = \w*(?:Field|Times|Choice)\w*\(", re.MULTILINE),
    re.compile(r"\bname=\"([A-Za-z_][\w-]*)\""),
)
"""How views, forms and templates name a parameter."""
SOUND = {
    "account": "1", "address": "Street 1", "as": "csv", "at": "9.52,47.16", "by": "rep", "classes": "equal",
    "columns": "rep",
    "count": "2", "date": "2026-11-25", "day": "2026-11-25", "end": "17:00", "kind": "customer", "lat": "47.16",
    "level": "municipalities", "lon": "9.52", "measure": "visits", "minutes": "10", "name": "A", "note": "n",
    "one": "today", "outcome": "order", "page": "1", "period": "month", "position": "0", "priority": "A", "reason": "r",
    "rep": "north", "reps": "north", "role": "rep", "rows": "rep", "seconds": "5",
    "set": "municipalities", "start": "current",
    "text": "a", "to": "0", "wanted": "south", "weeks": "2", "what": "sick", "when": "10:00", "zone": "Europe/Vaduz",
}  # fmt: skip
"""What goes beside the hostile value, so that a page comes as far as reading it."""
ENDS = ("/delete", "/log-out", "sessions", "/take-back", "/withdraw", "/apply")
"""Routes after which there is less to ask for: walked last, or not at all."""


@cache
def parameters_of(package: str, method: str = "POST") -> tuple[str, ...]:
    """The names of all that a package of pages reads, of a form also those in its template."""
    views = _text_of(package, "*.py")
    text = views + (_text_of(package, "*.html") if method == "POST" else "")
    names = {name for pattern in _READ for name in pattern.findall(text)}
    names |= {name for name in NAMES if f'"{name}"' in views}
    return tuple(sorted(names - {"csrf_token", "viewport", "description"}))


def _text_of(package: str, kind: str) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted((PAGES / package).rglob(kind)))


def package_of(app: Flask, route: str) -> str:
    method, rule = route.split(" ", 1)
    for one in app.url_map.iter_rules():
        if one.rule == rule and method in (one.methods or ()):
            module = app.view_functions[one.endpoint].__module__
            return module.split(".")[1] if module.startswith("webapp.") and module.count(".") > 1 else ""
    return ""


def _requests(app: Flask, numbers: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Method and address of each route, once for each parameter that its package reads."""
    routes = sorted(ROUTES, key=lambda route: any(end in route for end in ENDS))
    for route in routes:
        if "log-out" in route or "sessions" in route:
            continue
        method = route.split(" ", 1)[0]
        address = ROUTES[route][0].replace("scenarios/99", "scenarios/{scenario}").format(**numbers)
        for name in parameters_of(package_of(app, route), method):
            yield method, address, name


def _pair(name: str, value: str | bytes) -> str:
    return f"{name}={value.decode() if isinstance(value, bytes) else quote(value, safe='')}"


@pytest.fixture
def numbers(workspace: Workspace, world: World, liechtenstein: Path) -> dict[str, Any]:
    """What addresses ask for, and is there: a scenario too."""
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    scenario = propose(workspace, wish=Wish(steps=20, most_moves=0, start="current"))
    return {
        "alpen": world.accounts["Alpen Bakery"], "hotel": world.accounts["Berg Hotel"], "job": 1, "look": 1,
        "scenario": scenario.id,
    }  # fmt: skip


@pytest.mark.parametrize(("login", "turn", "share"), [("dee", 0, 4), ("pia", 7, 10), ("bo", 13, 12), ("ada", 17, 12)])
def test_no_parameter_alone_is_answered_by_a_failure(
    login: str, turn: int, share: int, workspace: Workspace, numbers: dict[str, Any]
) -> None:
    # An administrator opens nearly everything and walks a quarter of it; the others a share, with other values.
    app = app_on(workspace)
    browser = Browser(app, workspace, login)
    values = cycle(VALUES.items())
    for _ in range(turn):
        next(values)
    failed, asked = set(), 0
    for method, address, name in islice(_requests(app, numbers), turn % share, None, share):
        what, value = next(values)
        beside = [_pair(other, sound) for other, sound in SOUND.items() if other != name]
        given = "&".join([_pair(name, value), *beside])
        path, _, own = address.partition("?")
        if method == "GET":
            own = "&".join(part for part in own.split("&") if part and not part.startswith(f"{name}="))
            answer = browser.client.get(f"{path}?{given}&{own}")
        else:
            answer = browser.client.post(
                path, data=f"csrf_token={browser.token}&{given}", content_type="application/x-www-form-urlencoded"
            )
        asked += 1
        if answer.status_code >= 500:
            failed.add(f"{method} {path} {name} = {what}: {answer.status_code}")
    assert not failed
    assert asked > len(ROUTES) / share


def test_no_json_is_answered_by_a_failure_on_any_page_that_takes_it(
    workspace: Workspace, numbers: dict[str, Any]
) -> None:
    app = app_on(workspace)
    browser = Browser(app, workspace, "dee")
    values = cycle(JSON_VALUES)
    failed = set()
    forms = (one for one in _requests(app, numbers) if one[0] == "POST")
    for _, address, name in islice(forms, 0, None, 2):
        value = next(values)
        answer = browser.post(address, json=SOUND | {"version": None, "accounts": [1], name: value})
        if answer.status_code >= 500:
            failed.add(f"{address} {name} = {str(value)[:40]}: {answer.status_code}")
    assert not failed


VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="user"><SrcDataSource>{home}/gcrm.gpkg</SrcDataSource></OGRVRTLayer>
</OGRVRTDataSource>"""
ENDINGS = ("csv", "xlsx", "geojson", "gpkg", "shp", "kml", "vrt", "zip", "vcf")
UPLOADS = [(f"list.{ending}", VRT) for ending in ENDINGS] + [
    ("a\0b.csv", b"name\nA\n"),
    ("a.c\0sv", b"name\nA\n"),
    ("x" * 5_000 + ".csv", b"name\nA\n"),
    ("." + "y" * 5_000, b"name\nA\n"),
    ("../../gcrm.gpkg", b"name,street\nA,B 1\n"),
    ("\u202efdp.csv", b"\xff\xfe\x00\x00"),
    ("none", b""),
    ("list.csv", b"name,lon,lat\nA,NaN,inf\nB,1e400,-1\n"),
    ("list.csv", b"\x00" * 10_000),
    ("list.json", b"[" * 100_000),
    ("list.xlsx", b"PK\x03\x04" + b"\x00" * 500),
]  # fmt: skip


def test_no_upload_is_answered_by_a_failure_or_read_as_what_it_does_not_say_it_is(
    workspace: Workspace, numbers: dict[str, Any]
) -> None:
    app = app_on(workspace)
    browser = Browser(app, workspace, "dee")
    with workspace.store.read() as tx:
        secret = tx.users.get_by_login("dee").password_hash
    takes = [
        route for route in ROUTES if "POST" in route and "request.files" in _text_of(package_of(app, route), "*.py")
    ]
    assert {"POST /imports/", "POST /orders/"} <= set(takes)
    for route in takes:
        address = ROUTES[route][0].format(**numbers)
        for name, content in UPLOADS:
            sent = content.replace(b"{home}", str(workspace.settings.home).encode())
            answer = browser.post(address, {"file": (io.BytesIO(sent), name)}, follow_redirects=True)
            assert answer.status_code < 500, (route, name[:40])
            assert secret not in answer.text


def test_every_route_is_walked_and_every_package_reads_something(app: Flask) -> None:
    for route in ROUTES:
        assert package_of(app, route) or route == "GET /", route
    assert {"version", "accounts", "to", "rep", "weeks"} <= set(parameters_of("scenarios"))
    assert {"lon", "lat", "note", "outcome"} <= set(parameters_of("check_in"))
