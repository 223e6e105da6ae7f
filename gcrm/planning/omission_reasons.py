"""Why nobody near a planned day's route fits into it any more, and what would make room."""

from collections import Counter
from collections.abc import Sequence

from gcrm.common.wording import listed
from gcrm.planning.candidates import LeftOut

MOST = 5
"""So many of those who nearly fit are named."""

_WORDS = {
    "not due": "not due yet",
    "closed": "closed that day",
    "by appointment": "visited by appointment only",
    "outside hours": "not open while the rep works",
    "visited": "visited that day already",
    "gone": "closed down",
    "pinned elsewhere": "waited for on another day",
    "forbidden": "not to be visited",
    "not able": "in need of somebody with other skills or languages",
    "day off": "left alone on a day off",
}


def why_empty(looked_at: int, out: Sequence[LeftOut], possible: int, *, holds: bool) -> tuple[str, str]:
    """In a sentence why nothing fits, and the remedy.

    out: who may not be visited that day at all; possible: how many may; holds: whether the plan itself can be driven.
    """
    if not looked_at:
        return "there is nobody else near the route who is on the map", "import accounts, or place those that are not"
    if not possible:
        counted = Counter(_WORDS.get(one.code, one.code) for one in out)
        said = listed([f"{number:,} {'is' if number == 1 else 'are'} {what}" for what, number in counted.most_common()])
        return f"of {looked_at:,} near the route none may be visited that day: {said}", "look at another day"
    if not holds:
        return "the plan of the day cannot be kept as it is any more", "plan the day again"
    return (
        f"the day is full: {possible:,} near the route may be visited, and none fits between the visits",
        "see who nearly fits, or take a visit out",
    )


def nearly(out: Sequence[LeftOut]) -> list[LeftOut]:
    """Those who miss fitting by least first, as far as there is something that would let them in."""
    helped = [one for one in out if one.remedy]
    return sorted(helped, key=lambda one: (one.lacking_s == 0, one.lacking_s, one.account.id))[:MOST]
