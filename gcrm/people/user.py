"""Who may log in, and as what."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a user may do; each role is a job in the company, not a rank."""

    REP = "rep"
    MANAGER = "manager"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class User:
    """A log-in. password_hash is never a password. rep_id ties a rep's log-in to the rep.

    email: for news of the own appointments, "" for none. language: what pages are written in, one of
    `gcrm.common.language.LANGUAGES`; "" for that of the browser.
    """

    login: str
    name: str
    role: Role
    password_hash: str
    rep_id: int | None = None
    active: bool = True
    id: int = 0
    email: str = ""
    language: str = ""
