"""The menu: what each role has, grouped by what a person comes for, and what stands at the bottom of a phone."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_login import current_user

from gcrm.common.language import say, to_say
from gcrm.people.user import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu. icon names a drawing in templates/pieces.html; also: other blueprints below it."""

    english: str
    endpoint: str
    icon: str
    also: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What it is called."""
        return say(self.english)

    @property
    def url(self) -> str:
        """Its address."""
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the page shown is this one, or one below it."""
        here = request.endpoint or ""
        if here in _EVERY_ENDPOINT:
            return here == self.endpoint
        room = here.split(".")[0]
        return (room == self.endpoint.split(".")[0] and self.endpoint not in _ALONE) or room in self.also


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together, one place in the top row; they have a row of their own where one of them is open."""

    english: str
    icon: str
    entries: tuple[Entry, ...]

    @property
    def label(self) -> str:
        """What they are called together."""
        return say(self.english)

    @property
    def url(self) -> str:
        """The address of its first page."""
        return self.entries[0].url

    @property
    def is_here(self) -> bool:
        """Whether one of its pages is shown."""
        return any(entry.is_here for entry in self.entries)


DAY = Entry(to_say("Day"), "day.mine", "day")
MAP = Entry(to_say("Map"), "accounts.on_map", "map")
FIELD_MAP = Entry(to_say("Map"), "accounts_map.show", "map")
"""For a desk: coloured and chosen by any field."""
ACCOUNTS = Entry(
    to_say("Accounts"), "accounts.list_accounts", "accounts", ("edits", "activities", "check_in", "promises")
)
PEOPLE = Entry(to_say("People"), "record.list_people", "users")
DEALS = Entry(to_say("Deals"), "record.list_deals", "accounts")
CASES = Entry(to_say("Cases"), "cases.list_all", "call")
WEEK = Entry(to_say("Week"), "weeks.mine", "day", ("what_ifs",))
TEAM = Entry(to_say("Team"), "team.show", "team", ("day",))
REGIONS = Entry(to_say("Regions"), "regions.show", "regions", ("statistics",))
TERRITORIES = Entry(to_say("Territories"), "territories.show", "territories")
SCENARIOS = Entry(to_say("Scenarios"), "scenarios.list_all", "territories")
CHANGES_AHEAD = Entry(to_say("Territory"), "scenarios.list_all", "territories")
"""For a rep: what scenarios would change of the own territory."""
CATCHMENT = Entry(to_say("Catchments"), "catchment.show", "catchment")
SHARES = Entry(to_say("Market shares"), "huff.show", "catchment")
POTENTIAL = Entry(to_say("Potential"), "potential.show", "potential")
CUBE = Entry(to_say("Cube"), "cube.show", "regions")
INSIGHT = Entry(to_say("Insight"), "insight.show", "potential")
REPS = Entry(to_say("Reps"), "reps.list_all", "team")
RECORDS = Entry(
    to_say("Records"),
    "imports.list_imports",
    "imports",
    ("previews", "places", "duplicates", "changes", "orders", "moving_in"),
)
AREAS = Entry(to_say("Areas"), "areas.list_areas", "areas")
JOBS = Entry(to_say("Jobs"), "jobs.list_jobs", "jobs")
USERS = Entry(to_say("Users"), "users.list_all", "users", ("tokens", "webhooks"))
HEALTH = Entry(to_say("Health"), "health.show", "health")
PRIVACY = Entry(to_say("Privacy"), "privacy.show", "users")
AUDIT = Entry(to_say("Audit log"), "audit.show", "users")
ME = Entry(to_say("Me"), "me.show", "me")

_DESK = (
    Group(to_say("Today"), "team", (TEAM, WEEK)),
    Group(to_say("Accounts"), "accounts", (ACCOUNTS, FIELD_MAP, PEOPLE, DEALS, CASES)),
    Group(to_say("Territories"), "territories", (TERRITORIES, SCENARIOS)),
    Group(to_say("Markets"), "regions", (REGIONS, CATCHMENT, SHARES, POTENTIAL, CUBE)),
    Group(to_say("Insight"), "potential", (INSIGHT,)),
)
_OF_REPS = (DAY, MAP, ACCOUNTS, CASES, WEEK, CHANGES_AHEAD)
_DESK_TABS = (TEAM, FIELD_MAP, ACCOUNTS)

MENU: dict[Role, tuple[Group, ...]] = {
    Role.REP: tuple(Group(entry.english, entry.icon, (entry,)) for entry in _OF_REPS),
    Role.MANAGER: _DESK,
    Role.PLANNER: (*_DESK, Group(to_say("Set-up"), "gear", (REPS, RECORDS, JOBS))),
    Role.ADMINISTRATOR: (
        *_DESK,
        Group(to_say("Set-up"), "gear", (REPS, RECORDS, AREAS, JOBS, USERS, PRIVACY, AUDIT, HEALTH)),
    ),
}

TABS: dict[Role, tuple[Entry, ...]] = {
    Role.REP: (DAY, MAP, ACCOUNTS),
    Role.MANAGER: _DESK_TABS,
    Role.PLANNER: _DESK_TABS,
    Role.ADMINISTRATOR: _DESK_TABS,
}

PAGES: dict[Role, tuple[Entry, ...]] = {
    role: tuple(entry for group in groups for entry in group.entries) for role, groups in MENU.items()
}
"""Every page that a role has in the menu."""

_OF_PLANNERS = (
    Entry(to_say("Propose territories"), "scenarios.list_all", "territories"),
    Entry(to_say("If we hire, where?"), "scenarios.homes", "territories"),
    Entry(to_say("Places to check"), "places.list_all", "imports"),
    Entry(to_say("Duplicates"), "duplicates.list_all", "imports"),
    Entry(to_say("Changes of accounts"), "changes.list_all", "imports"),
    Entry(to_say("Orders"), "orders.list_imports", "imports"),
    Entry(to_say("Move in from an old CRM"), "moving_in.begin", "imports"),
    Entry(to_say("Statistics of regions"), "statistics.show", "regions"),
    Entry(to_say("Tokens for other programs"), "tokens.list_all", "users"),
    Entry(to_say("Unfiled visits"), "activities.list_handed_in", "imports"),
)
_OF_DESKS = (
    Entry(to_say("Compare places"), "catchment.compare", "catchment"),
    Entry(to_say("Coverage of the team"), "catchment.team", "catchment"),
)

FURTHER_PAGES: dict[Role, tuple[Entry, ...]] = {
    Role.REP: (PEOPLE, DEALS),
    Role.MANAGER: _OF_DESKS,
    Role.PLANNER: (*_OF_DESKS, *_OF_PLANNERS),
    Role.ADMINISTRATOR: (*_OF_DESKS, *_OF_PLANNERS, Entry(to_say("Webhooks"), "webhooks.list_all", "users")),
}
"""Pages below those of the menu that the search box finds as well."""

_EVERY_ENDPOINT = frozenset(entry.endpoint for pages in PAGES.values() for entry in pages)
_ALONE = frozenset({MAP.endpoint})
"""Pages of a blueprint whose other pages belong to another entry."""

HOME = {Role.REP: "day.mine", Role.MANAGER: "team.show", Role.PLANNER: "team.show", Role.ADMINISTRATOR: "team.show"}
"""Where each role begins."""


def register(app: Flask) -> None:
    """Hand the menu to every template."""

    @app.context_processor
    def menu() -> dict[str, Any]:
        if not current_user.is_authenticated:
            return {"menu": (), "group": None, "tabs": (), "me_entry": ME, "user": None}
        groups = MENU[current_user.role]
        here = next((one for one in groups if one.is_here), None)
        return {
            "menu": groups,
            "group": here if here and len(here.entries) > 1 else None,
            "tabs": TABS[current_user.role],
            "me_entry": ME,
            "user": current_user.user,
        }
