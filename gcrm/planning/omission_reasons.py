"""Why nobody near a planned day's route fits into it any more, and what would make room."""

from collections import Counter
from collections.abc import Sequence

from gcrm.common.language import number, say, say_n, to_say
from gcrm.common.wording import listed
from gcrm.planning.candidates import LeftOut
from gcrm.planning.day_plan import OmissionCode

MOST = 5
"""So many of those who nearly fit are named."""

_WORDS = {
    OmissionCode.LESS_VALUABLE: to_say("worth less for their time"),
    OmissionCode.NOT_DUE: to_say("not due yet"),
    OmissionCode.OTHER_DAY: to_say("planned on another day, or by another rep"),
    OmissionCode.CLOSED: to_say("closed that day"),
    OmissionCode.BY_APPOINTMENT: to_say("visited by appointment only"),
    OmissionCode.OUTSIDE_HOURS: to_say("not open while the rep works"),
    OmissionCode.WINDOW_TOO_SHORT: to_say("open too briefly"),
    OmissionCode.TOO_FAR: to_say("too far"),
    OmissionCode.DRIVING_LIMIT: to_say("too far for the driving limit"),
    OmissionCode.NO_ROOM_FOR_BREAK: to_say("without room for the break"),
    OmissionCode.CLASH: to_say("in conflict with an appointment"),
    OmissionCode.IN_THE_WAY: to_say("kept out by what is promised to others"),
    OmissionCode.VISITED: to_say("visited that day already"),
    OmissionCode.GONE: to_say("closed down"),
    OmissionCode.PINNED_ELSEWHERE: to_say("waited for on another day"),
    OmissionCode.FORBIDDEN: to_say("not to be visited"),
    OmissionCode.NOT_ABLE: to_say("in need of other skills or languages"),
    OmissionCode.DAY_OFF: to_say("left alone on a day off"),
    OmissionCode.NOT_PLACED: to_say("not on the map"),
    OmissionCode.OFF_NETWORK: to_say("away from any road"),
    OmissionCode.UNREACHABLE: to_say("out of reach"),
    OmissionCode.CANCELLED: to_say("cancelled"),
    OmissionCode.BY_HAND: to_say("taken out by hand"),
    OmissionCode.FITS: to_say("not tried in the time"),
    OmissionCode.NOTHING_TO_GAIN: to_say("not worth a visit that day"),
}
_OTHERS = to_say("left out for other reasons")


def in_words(code: OmissionCode | str) -> str:
    """A kind of reason as it is said of several accounts."""
    return say(_WORDS.get(OmissionCode(code), _OTHERS))


def why_empty(looked_at: int, out: Sequence[LeftOut], possible: int, *, holds: bool) -> tuple[str, str]:
    """In a sentence why nothing fits, and the remedy.

    out: who may not be visited that day at all; possible: how many may; holds: whether the plan itself can be driven.
    """
    if not looked_at:
        nobody = say("there is nobody else near the route who is on the map")
        return nobody, say("import accounts, or place those that are not")
    if not possible:
        counted = Counter(in_words(one.code) for one in out)
        said = listed(
            [say_n("{n} is {what}", "{n} are {what}", count, what=what) for what, count in counted.most_common()]
        )
        none = say(
            "of {looked_at} near the route none may be visited that day: {reasons}",
            looked_at=number(looked_at),
            reasons=said,
        )
        return none, say("look at another day")
    if not holds:
        return say("the day's plan no longer works"), say("plan the day again")
    return (
        say(
            "the day is full: {possible} near the route may be visited, and none fits between the visits",
            possible=number(possible),
        ),
        say("see who nearly fits, or take a visit out"),
    )


def nearly(out: Sequence[LeftOut]) -> list[LeftOut]:
    """Those who miss fitting by least first, as far as there is something that would let them in."""
    helped = [one for one in out if one.remedy]
    return sorted(helped, key=lambda one: (one.lacking_s == 0, one.lacking_s, one.account.id))[:MOST]
