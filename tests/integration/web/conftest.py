"""The web app on a small world: two reps, three regions, a dozen accounts, and four personae.

Ada is the rep of the north, Bo the manager, Pia the planner, Dee the administrator; Cy, the rep of the south, is the
stranger to everything of Ada's. It is Tuesday, 24 November 2026, 10:00 in Vaduz.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from shapely import MultiPolygon, box
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from gcrm.accounts.model import Account, Address, Kind, Level, Placement, Priority
from gcrm.people.model import Break, Rep, Shift
from gcrm.people.sign_in import Visitor, open_session
from gcrm.people.user import Role, User
from gcrm.planning.day_json import read_day
from gcrm.platform.settings import Settings
from gcrm.territories.model import Region, Territory
from gcrm.workspace import Workspace, open_workspace
from routing.points import LonLat
from webapp.app import create_app
from webapp.context import KEY

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PASSWORD = "correct horse battery"  # noqa: S105 - of a person who does not exist
HOSTILE = "<script>alert('x')</script>"
WEEK = (*(Shift(time(8, 30), time(17)) for _ in range(5)), None, None)
PEOPLE = {
    "ada": (Role.REP, "north"),
    "bo": (Role.MANAGER, None),
    "pia": (Role.PLANNER, None),
    "cy": (Role.REP, "south"),
    "dee": (Role.ADMINISTRATOR, None),
}


@dataclass(frozen=True)
class World:
    """What there is, by name."""

    accounts: dict[str, int]
    territories: dict[str, int]
    regions: dict[str, int]


def _account(name: str, lon: float | None, lat: float = 0.0, **more: Any) -> Account:
    place = LonLat(lon, lat) if lon is not None else None
    placement = Placement(Level.HOUSE, 1.0, "found") if place else Placement(reason="No such street.")
    return Account(
        name, **{"place": place, "placement": placement, "address": Address(line=f"Street of {name}"), **more}
    )


def _accounts() -> list[Account]:
    return [
        _account("Alpen Bakery", 9.52, 47.16, last_visit=date(2026, 9, 1), phone="+423 232 00 01", contact="Mr. Alp"),
        _account("Berg Hotel", 9.53, 47.17, kind=Kind.PROSPECT, priority=Priority.A),
        _account(HOSTILE, 9.521, 47.165, note=HOSTILE, email="a@b.li?subject=x", website="javascript:alert(1)"),
        _account("Calanda Cafe", 9.525, 47.162, last_visit=date(2026, 11, 20), opening_hours="Mo-Fr 08:00-12:00"),
        _account("Dorf Shop", 9.52, 47.06, priority=Priority.C),
        _account("Eschen Kiosk", 9.53, 47.05, kind=Kind.PROSPECT),
        _account("Far Away Farm", 9.80, 47.30),
        _account("Ghost Garage", None),
        _account("Shared Spa", 9.62, 47.11),
    ]


def _fill(workspace: Workspace) -> World:
    with workspace.store.write() as tx:
        north = tx.reps.add(
            Rep("north", "North team", "Landstrasse 1", LonLat(9.52, 47.15), WEEK, "Europe/Vaduz",
                Break(45, time(11, 30), time(13, 30)))
        )  # fmt: skip
        south = tx.reps.add(Rep("south", "South team", "Feldstrasse 1", LonLat(9.52, 47.05), WEEK, "Europe/Vaduz"))
        squares = {
            "Nordhausen": box(9.5, 47.1, 9.6, 47.2),
            "Suedhausen": box(9.5, 47.0, 9.6, 47.1),
            "Mittelhausen": box(9.6, 47.1, 9.7, 47.2),
            HOSTILE: box(9.7, 47.1, 9.8, 47.2),
        }
        regions = tx.regions.replace_set(
            "municipalities", [Region("municipalities", name, MultiPolygon([it]), 100) for name, it in squares.items()]
        )
        by_name = {region.name: region.id for region in regions}
        one = tx.territories.add(Territory("North", north.id, (by_name["Nordhausen"], by_name["Mittelhausen"])))
        two = tx.territories.add(Territory("South", south.id, (by_name["Suedhausen"], by_name["Mittelhausen"])))
        accounts = tx.accounts.add_many(_accounts())
        owner = {
            account.id: one.id if account.place.lat > 47.1 else two.id
            for account in accounts
            if account.place and account.place.lon < 9.6
        }
        tx.accounts.set_territories(owner)
        tx.plans.save(
            north.id, read_day(plan_document([account for account in accounts if owner.get(account.id) == one.id]))
        )
        hashed = generate_password_hash(PASSWORD)
        for login, (role, rep) in PEOPLE.items():
            rep_id = tx.reps.get(rep).id if rep else None
            tx.users.add(User(login, login.capitalize(), role, hashed, rep_id))
    return World({account.name: account.id for account in accounts}, {"North": one.id, "South": two.id}, by_name)


def shown_proposal(page: str) -> dict[str, str]:
    """What a form of a shown change sends along: which one it is."""
    found = re.search(r'name="proposal" value="(\d+)"', page)
    assert found, page
    return {"proposal": found[1]}


def plan_document(accounts: list[Account]) -> dict[str, Any]:
    """A plan as the planner writes it: the first two accounts visited, the third left out."""
    places = [[9.52, 47.15], *([account.place.lon, account.place.lat] for account in accounts[:2] if account.place)]
    stops = [
        {
            "account": account.id,
            "name": account.name,
            "lon": account.place.lon,
            "lat": account.place.lat,
            "arrive": f"2026-11-24T{hour:02}:00:00+01:00",
            "start": f"2026-11-24T{hour:02}:05:00+01:00",
            "leave": f"2026-11-24T{hour:02}:35:00+01:00",
            "travel_s": 900,
            "distance_m": 6200,
            "why": "3 weeks overdue, A account",
        }
        for hour, account in ((9, accounts[0]), (14, accounts[1]))
        if account.place
    ]
    ends = [*places, places[0]]
    return {
        "rep": "north",
        "date": "2026-11-24",
        "seed": 1,
        "router": "streets",
        "stops": stops,
        "break": {"start": "2026-11-24T12:00:00+01:00", "end": "2026-11-24T12:45:00+01:00"},
        "dropped": [{"account": accounts[2].id, "reason": "The day is too short."}],
        "travel_s": 2700,
        "service_s": 3600,
        "distance_m": 18_000,
        "prize": 160,
        "home": {"lon": 9.52, "lat": 47.15},
        "home_arrive": "2026-11-24T16:48:00+01:00",
        "home_travel_s": 900,
        "home_distance_m": 5600,
        "legs": [{"seconds": 900, "metres": 6000, "line": ends[i : i + 2]} for i in range(len(ends) - 1)],
        "planned_at": "2026-11-24T05:00:00+00:00",
        "first_answer_s": 0.1,
        "seconds": 1.0,
        "bound": None,
        "proven": False,
    }


def open_at(folder: Path) -> Workspace:
    return open_workspace(Settings(folder), lambda: NOW)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A filled workspace, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("world") / "home"
    workspace = open_at(folder)
    world = _fill(workspace)
    workspace.close()
    return folder, world


@pytest.fixture(scope="session")
def world(templates: tuple[Path, World]) -> World:
    return templates[1]


@pytest.fixture
def workspace(templates: tuple[Path, World], tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(templates[0], tmp_path / "home")
    opened = open_at(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def empty_workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The same people, and nothing else."""
    opened = open_at(tmp_path / "empty")
    with opened.store.write() as tx:
        for login, (role, _) in PEOPLE.items():
            tx.users.add(User(login, login.capitalize(), role, "no password fits this"))
    yield opened
    opened.close()


_apps: list[Flask] = []


def app_on(workspace: Workspace) -> Flask:
    """The app, made once for all tests, on this workspace."""
    if not _apps:
        _apps.append(create_app(workspace, {"TESTING": True, "PROPAGATE_EXCEPTIONS": False}))
    (app,) = _apps
    app.extensions[KEY] = workspace
    return app


class Browser:
    """A person's browser: signed in, sends the token of its session with every form unless told not to."""

    def __init__(self, app: Flask, workspace: Workspace, login: str | None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.token = ""
        if login:
            with workspace.store.read() as tx:
                user = tx.users.get_by_login(login)
            raw = "0" * 40
            with self.client.session_transaction() as session:
                session["_user_id"] = open_session(workspace, user.id, Visitor("127.0.0.1"))
                session["_fresh"] = True
                session["csrf_token"] = raw
            signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
            self.token = signer.dumps(raw)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        if "json" in more:
            headers = {"X-CSRFToken": self.token, **more.pop("headers", {})}
            return self.client.post(path, headers=headers, **more)
        return self.client.post(path, data={"csrf_token": self.token, **(data or {})}, **more)


@pytest.fixture
def app(workspace: Workspace) -> Flask:
    return app_on(workspace)


@pytest.fixture
def browse(app: Flask, workspace: Workspace) -> Callable[[str | None], Browser]:
    return lambda login: Browser(app, workspace, login)


@pytest.fixture
def ada(browse: Callable[[str | None], Browser]) -> Browser:
    return browse("ada")


@pytest.fixture
def bo(browse: Callable[[str | None], Browser]) -> Browser:
    return browse("bo")


@pytest.fixture
def pia(browse: Callable[[str | None], Browser]) -> Browser:
    return browse("pia")


@pytest.fixture
def cy(browse: Callable[[str | None], Browser]) -> Browser:
    return browse("cy")


@pytest.fixture
def dee(browse: Callable[[str | None], Browser]) -> Browser:
    return browse("dee")


@pytest.fixture
def nobody(browse: Callable[[str | None], Browser]) -> Browser:
    return browse(None)


def scripts_of(page: str) -> str:
    """All that stands inside a page's inline scripts."""
    return "\n".join(re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL))


def rename(workspace: Workspace, account_id: int, **changes: Any) -> None:
    with workspace.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(account_id), **changes))
