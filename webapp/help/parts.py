"""Which part of the guide belongs to which page."""

from gcrm.people.user import Role

OF_EVERYBODY = {
    "search": ("manager", "find-anything"),
    "regions": ("manager", "regions"),
    "statistics": ("manager", "regions"),
    "catchment": ("manager", "catchments"),
    "huff": ("manager", "market-shares"),
    "potential": ("manager", "potential"),
    "cube": ("manager", "the-cube"),
    "insight": ("manager", "key-figures"),
    "team": ("manager", "the-teams-day"),
    "accounts": ("manager", "accounts"),
    "accounts_map": ("manager", "accounts"),
    "cases": ("manager", "cases"),
    "imports": ("planner", "bring-in-accounts"),
    "moving_in": ("planner", "move-in"),
    "record": ("manager", "people-and-deals"),
    "previews": ("planner", "bring-in-accounts"),
    "edits": ("planner", "changes"),
    "changes": ("planner", "changes"),
    "places": ("planner", "places-to-check"),
    "duplicates": ("planner", "duplicates"),
    "orders": ("planner", "orders"),
    "activities": ("planner", "unfiled-visits"),
    "reps": ("planner", "reps"),
    "day": ("planner", "plans"),
    "weeks": ("planner", "plans"),
    "what_ifs": ("planner", "plans"),
    "territories": ("planner", "territories"),
    "scenarios": ("planner", "scenarios"),
    "scenarios.homes": ("planner", "hiring"),
    "jobs": ("planner", "jobs"),
    "areas": ("administrator", "areas"),
    "audit": ("administrator", "audit-log"),
    "webhooks": ("administrator", "webhooks"),
    "tokens": ("administrator", "tokens-for-other-programs"),
    "privacy": ("administrator", "privacy"),
    "users": ("administrator", "users"),
    "health": ("administrator", "health"),
}
OF_REPS = {
    "day": ("rep", "your-day"),
    "check_in": ("rep", "check-in"),
    "weeks": ("rep", "your-week"),
    "accounts": ("rep", "accounts"),
    "accounts.on_map": ("rep", "map"),
    "record": ("rep", "people-and-deals"),
    "activities": ("rep", "check-in"),
    "cases": ("rep", "cases"),
    "calendars": ("rep", "calendars"),
    "photos": ("rep", "check-in"),
    "visits": ("rep", "accounts"),
    "privacy": ("rep", "what-is-known-of-you"),
    "scenarios": ("rep", "your-territory"),
    "search": ("rep", "find-anything"),
    "offline": ("rep", "with-no-signal"),
}
"""For a rep, before `OF_EVERYBODY`. A page is named by its blueprint, or by its endpoint where it differs from that."""


def part_of(endpoint: str, role: Role) -> tuple[str, str]:
    """The guide and the part of it for a page; the beginning of the role's own guide where there is none."""
    known = {**OF_EVERYBODY, **OF_REPS} if role is Role.REP else OF_EVERYBODY
    return known.get(endpoint) or known.get(endpoint.split(".", maxsplit=1)[0]) or (role.value, "")
