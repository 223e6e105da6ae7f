"""Why nobody near a planned day's route fits into it any more, and what would make room."""

from collections import Counter
from collections.abc import Sequence

from gcrm.common.wording import listed
from gcrm.planning.candidates import LeftOut
from gcrm.planning.day_plan import OmissionCode

MOST = 5
"""So many of those who nearly fit are named."""

_WORDS = {
    OmissionCode.LESS_VALUABLE: "worth less for their time",
    OmissionCode.NOT_DUE: "not due yet",
    OmissionCode.OTHER_DAY: "planned on another day, or by another rep",
    OmissionCode.CLOSED: "closed that day",
    OmissionCode.BY_APPOINTMENT: "visited by appointment only",
    OmissionCode.OUTSIDE_HOURS: "not open while the rep works",
    OmissionCode.WINDOW_TOO_SHORT: "open too briefly",
    OmissionCode.TOO_FAR: "too far",
    OmissionCode.DRIVING_LIMIT: "too far for the driving limit",
    OmissionCode.NO_ROOM_FOR_BREAK: "without room for the break",
    OmissionCode.CLASH: "in conflict with an appointment",
    OmissionCode.IN_THE_WAY: "kept out by what is promised to others",
    OmissionCode.VISITED: "visited that day already",
    OmissionCode.GONE: "closed down",
    OmissionCode.PINNED_ELSEWHERE: "waited for on another day",
    OmissionCode.FORBIDDEN: "not to be visited",
    OmissionCode.NOT_ABLE: "in need of other skills or languages",
    OmissionCode.DAY_OFF: "left alone on a day off",
    OmissionCode.NOT_PLACED: "not on the map",
    OmissionCode.OFF_NETWORK: "away from any road",
    OmissionCode.UNREACHABLE: "out of reach",
    OmissionCode.CANCELLED: "cancelled",
    OmissionCode.BY_HAND: "taken out by hand",
    OmissionCode.FITS: "not tried in the time",
    OmissionCode.NOTHING_TO_GAIN: "not worth a visit that day",
}


def in_words(code: OmissionCode | str) -> str:
    """A kind of reason as it is said of several accounts."""
    return _WORDS.get(OmissionCode(code), "left out for other reasons")


def why_empty(looked_at: int, out: Sequence[LeftOut], possible: int, *, holds: bool) -> tuple[str, str]:
    """In a sentence why nothing fits, and the remedy.

    out: who may not be visited that day at all; possible: how many may; holds: whether the plan itself can be driven.
    """
    if not looked_at:
        return "there is nobody else near the route who is on the map", "import accounts, or place those that are not"
    if not possible:
        counted = Counter(in_words(one.code) for one in out)
        said = listed([f"{number:,} {'is' if number == 1 else 'are'} {what}" for what, number in counted.most_common()])
        return f"of {looked_at:,} near the route none may be visited that day: {said}", "look at another day"
    if not holds:
        return "the day's plan no longer works", "plan the day again"
    return (
        f"the day is full: {possible:,} near the route may be visited, and none fits between the visits",
        "see who nearly fits, or take a visit out",
    )


def nearly(out: Sequence[LeftOut]) -> list[LeftOut]:
    """Those who miss fitting by least first, as far as there is something that would let them in."""
    helped = [one for one in out if one.remedy]
    return sorted(helped, key=lambda one: (one.lacking_s == 0, one.lacking_s, one.account.id))[:MOST]
