"""What the audit log holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gcrm.common.language import to_say


class Event(StrEnum):
    """What happened."""

    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    TOO_OFTEN = "too many attempts"
    SIGNED_OUT = "signed out"
    LOCKED_OUT = "locked out"
    LINK_MADE = "sign-in link made"
    USER_ADDED = "user added"
    USER_CHANGED = "user changed"
    PASSWORD_SET = "password set"  # noqa: S105 - what happened
    FACTOR_SET = "second factor set up"
    FACTOR_ENDED = "second factor ended"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    TOKEN_MADE = "token made"  # noqa: S105
    TOKEN_REVOKED = "token revoked"  # noqa: S105
    WEBHOOK_CHANGED = "webhook changed"
    SETTINGS_CHANGED = "settings changed"
    AREA_CHOSEN = "area chosen"
    EXPORTED = "data exported"
    BACKUP_TAKEN = "back-up downloaded"
    AREA_IMPORTED = "area imported"
    BACKED_UP = "back-up made"
    POSITIONS_SEEN = "positions looked at"
    ERASED = "person erased"


WORDS = {
    Event.SIGNED_IN: to_say("signed in"),
    Event.SIGN_IN_FAILED: to_say("sign-in failed"),
    Event.TOO_OFTEN: to_say("too many attempts"),
    Event.SIGNED_OUT: to_say("signed out"),
    Event.LOCKED_OUT: to_say("locked out"),
    Event.LINK_MADE: to_say("sign-in link made"),
    Event.USER_ADDED: to_say("user added"),
    Event.USER_CHANGED: to_say("user changed"),
    Event.PASSWORD_SET: to_say("password set"),
    Event.FACTOR_SET: to_say("second factor set up"),
    Event.FACTOR_ENDED: to_say("second factor ended"),
    Event.PASSKEY_ADDED: to_say("passkey added"),
    Event.PASSKEY_REMOVED: to_say("passkey removed"),
    Event.TOKEN_MADE: to_say("token made"),
    Event.TOKEN_REVOKED: to_say("token revoked"),
    Event.WEBHOOK_CHANGED: to_say("webhook changed"),
    Event.SETTINGS_CHANGED: to_say("settings changed"),
    Event.AREA_CHOSEN: to_say("area chosen"),
    Event.EXPORTED: to_say("data exported"),
    Event.BACKUP_TAKEN: to_say("back-up downloaded"),
    Event.AREA_IMPORTED: to_say("area imported"),
    Event.BACKED_UP: to_say("back-up made"),
    Event.POSITIONS_SEEN: to_say("positions looked at"),
    Event.ERASED: to_say("person erased"),
}


@dataclass(frozen=True, slots=True)
class Noted:
    """One entry. by, about: numbers of users, None where it is nobody who is one; what: particulars, as they were then.

    address, via: from where, and by which door ("web", "api", "command line").
    """

    at: datetime
    event: Event
    by: int | None = None
    about: int | None = None
    what: str = ""
    address: str = ""
    via: str = ""
    id: int = 0
