"""The menu: which pages each role has, and which of them stand at the bottom of a phone."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_login import current_user

from gcrm.people.user import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu. icon names a drawing in templates/pieces.html; also: other blueprints below it."""

    label: str
    endpoint: str
    icon: str
    also: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Its address."""
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the page shown is this one, or one below it."""
        here, mine = request.endpoint or "", self.endpoint
        return (
            here == mine
            or here.split(".")[0] in self.also
            or (here.split(".")[0] == mine.split(".")[0] and here != "accounts.on_map" != mine)
        )


DAY = Entry("Day", "day.mine", "day")
MAP = Entry("Map", "accounts.on_map", "map")
ACCOUNTS = Entry("Accounts", "accounts.list_accounts", "accounts")
WEEK = Entry("Week", "weeks.mine", "day", ("what_ifs",))
TEAM = Entry("Team", "team.show", "team", ("reps",))
REGIONS = Entry("Regions", "regions.show", "regions")
TERRITORIES = Entry("Territories", "territories.show", "territories", ("scenarios",))
CHANGES_AHEAD = Entry("Territory", "scenarios.list_all", "territories")
"""For a rep: what scenarios would change of the own territory."""
POTENTIAL = Entry("Potential", "potential.show", "potential")
CATCHMENT = Entry("Catchment", "catchment.show", "catchment", ("huff",))
CUBE = Entry("Cube", "cube.show", "regions")
INSIGHT = Entry("Insight", "insight.show", "regions")
RECORDS = Entry("Records", "imports.list_imports", "imports", ("previews", "places", "duplicates", "changes", "orders"))
AREAS = Entry("Areas", "areas.list_areas", "areas")
JOBS = Entry("Jobs", "jobs.list_jobs", "jobs")
USERS = Entry("Users", "users.list_all", "users")
HEALTH = Entry("Health", "health.show", "health")
ME = Entry("Me", "me.show", "me")

_DESK = (TEAM, ACCOUNTS, REGIONS, TERRITORIES, CATCHMENT, POTENTIAL, CUBE, INSIGHT, WEEK)

PAGES: dict[Role, tuple[Entry, ...]] = {
    Role.REP: (DAY, MAP, ACCOUNTS, WEEK, CHANGES_AHEAD),
    Role.MANAGER: _DESK,
    Role.PLANNER: (*_DESK, RECORDS, JOBS),
    Role.ADMINISTRATOR: (*_DESK, RECORDS, AREAS, JOBS, USERS, HEALTH),
}

HOME = {Role.REP: "day.mine", Role.MANAGER: "team.show", Role.PLANNER: "team.show", Role.ADMINISTRATOR: "team.show"}
"""Where each role begins."""


def register(app: Flask) -> None:
    """Hand the menu to every template."""

    @app.context_processor
    def menu() -> dict[str, Any]:
        if not current_user.is_authenticated:
            return {"menu": (), "tabs": (), "me_entry": ME, "user": None}
        known = [entry for entry in PAGES[current_user.role] if entry.endpoint in app.view_functions]
        return {"menu": known, "tabs": known[:3], "me_entry": ME, "user": current_user.user}
