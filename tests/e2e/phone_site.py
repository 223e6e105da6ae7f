"""A small company whose rep has planned days, behind a proxy that plays bad connections: what a phone is tried on.

It is made without the planner and served in this process, so that a test of the phone waits for nothing else.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from waitress.server import create_server
from werkzeug.security import generate_password_hash

from gcrm.accounts.model import Account, Address, Kind, Level, Placement
from gcrm.activities.model import Activity
from gcrm.people.model import Break, Rep, Shift
from gcrm.people.user import Role, User
from gcrm.planning.day_json import read_day
from gcrm.platform.settings import Settings
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace, open_workspace
from routing.points import LonLat
from tests.fixtures.weather import Proxy, proxy_to
from webapp.app import create_app

PASSWORD = "correct horse battery"  # noqa: S105 - of a person who does not exist
ZONE = "Europe/Vaduz"
STOPS = 6


@dataclass(frozen=True)
class PhoneSite:
    """The app behind its proxy, its workspace, and Ada's stops by name, in the order of her days."""

    workspace: Workspace
    proxy: Proxy
    accounts: dict[str, int]
    today: date

    @property
    def url(self) -> str:
        return self.proxy.url

    def told(self) -> list[Activity]:
        """Everything that was told, oldest first."""
        with self.workspace.store.read() as tx:
            return [
                one
                for account_id in self.accounts.values()
                for one in tx.activities.of_account(account_id, limit=None, withdrawn=True)
            ]


def today() -> date:
    return datetime.now(ZoneInfo(ZONE)).date()


def fill(workspace: Workspace, stops: int = STOPS) -> dict[str, int]:
    """Ada with a territory, accounts, a plan for today and one for each of the next two days; Cy beside her."""
    day = today()
    hashed = generate_password_hash(PASSWORD)
    week = tuple(Shift(time(0, 15), time(23, 45)) for _ in range(7))
    with workspace.store.write() as tx:
        north = tx.reps.add(Rep("north", "North", "", LonLat(9.52, 47.15), week, ZONE, Break(45, time(11), time(14))))
        south = tx.reps.add(Rep("south", "South", "", LonLat(9.52, 47.05), week, ZONE, Break(45, time(11), time(14))))
        mine = tx.territories.add(Territory("North", north.id, ()))
        tx.territories.add(Territory("South", south.id, ()))
        accounts = [
            tx.accounts.add(
                Account(
                    f"Stop {number} Bakery",
                    Kind.CUSTOMER,
                    address=Address(line=f"Road {number}"),
                    place=LonLat(9.52 + number / 100, 47.15),
                    placement=Placement(Level.HOUSE, 1.0, "found"),
                    territory_id=mine.id,
                    territory_locked=True,
                )
            )
            for number in range(1, stops + 1)
        ]
        for ahead in range(3):
            on = day + timedelta(days=ahead)
            tx.plans.save(north.id, read_day(plan(on, accounts if ahead == 0 else accounts[2:4])))
        for login, role, rep in (("ada", Role.REP, north), ("cy", Role.REP, south), ("pia", Role.PLANNER, None)):
            tx.users.add(User(login, login.capitalize(), role, hashed, rep.id if rep else None))
    return {account.name: account.id for account in accounts}


def plan(day: date, accounts: list[Account]) -> dict[str, Any]:
    """A plan as the planner writes it, from 8:00 on: a visit every hour and a half, or as often as a long day needs."""
    every = min(90, 720 // max(len(accounts), 1))

    def at(minutes: int) -> str:
        return (datetime.combine(day, time(8), ZoneInfo(ZONE)) + timedelta(minutes=minutes)).isoformat()

    stops = [
        {
            "account": account.id,
            "name": account.name,
            "lon": account.place.lon,
            "lat": account.place.lat,
            "arrive": at(every * number),
            "start": at(every * number),
            "leave": at(every * number + 30),
            "travel_s": 900,
            "distance_m": 6200,
            "why": "due",
        }
        for number, account in enumerate(accounts)
        if account.place
    ]
    places = [[9.52, 47.15], *([stop["lon"], stop["lat"]] for stop in stops)]
    ends = [*places, places[0]]
    return {
        "rep": "north", "date": day.isoformat(), "seed": 1, "router": "streets", "stops": stops, "break": None,
        "dropped": [], "travel_s": 900 * len(stops), "service_s": 1800 * len(stops), "distance_m": 18_000, "prize": 160,
        "home": {"lon": 9.52, "lat": 47.15}, "home_arrive": at(every * len(stops)), "home_travel_s": 900,
        "home_distance_m": 5600, "planned_at": at(-180), "first_answer_s": 0.1, "seconds": 1.0, "bound": None,
        "proven": False,
        "legs": [{"seconds": 900, "metres": 6000, "line": ends[i : i + 2]} for i in range(len(ends) - 1)],
    }  # fmt: skip


@contextmanager
def serve_phone_site(home: Path, stops: int = STOPS) -> Iterator[PhoneSite]:
    """Fill a workspace in `home` and serve it, through the proxy, until the block ends."""
    workspace = open_workspace(Settings(home))
    accounts = fill(workspace, stops)
    app = create_app(workspace)
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with proxy_to(int(server.effective_port)) as proxy:
            yield PhoneSite(workspace, proxy, accounts, today())
    finally:
        server.close()
        thread.join(timeout=10)
        workspace.close()
