"""Whether a position is where an account is: inside, unclear or outside, and why.

How far the two may really be apart is known only within a margin: the accuracy that the phone claims, how far somebody
walks while a fix grows old, and how closely the account itself is placed. Inside means that even the farthest place
within the margin is at the account; outside that even the nearest one is not. All between is unclear, and nobody's
fault. All that is needed to say so again stands in the check-in: an account that is placed anew later changes no word.
"""

from dataclasses import dataclass
from datetime import datetime

from gcrm.accounts.model import Account, Level
from gcrm.activities.model import CheckIn, Verdict
from gcrm.common.language import number, say, to_say
from gcrm.platform.errors import InputRejected
from routing.geodesy import distance_m
from routing.points import LonLat, as_points

INSIDE_M = 150.0
"""At the account: a building's depth and its car park."""

OUTSIDE_M = 400.0
"""Not at the account for sure: beyond a yard, a shopping centre, an address at the wrong end of a block."""

ACCURACY_MOST_M = 1_000.0
"""A claimed accuracy above this says nothing about where the phone is (a mobile mast, an IP address)."""

FRESH_S = 10.0
"""A fix of so few seconds ago is one of now."""

AGE_MOST_S = 120.0
"""Within longer than this a car has been parked and left: the fix says nothing any more."""

WALKED_M_S = 1.5
"""How fast a fix grows uncertain: a brisk walk."""

PLACED_WITHIN_M = {Level.INTERPOLATED: 100.0, Level.STREET: 300.0, Level.POSTCODE: 3_000.0, Level.PLACE: 5_000.0}
"""How far an account's own place may be off by its match level: two houses, half a street, half a postcode or town."""

_PLACED = {
    100.0: to_say("{away}, and the account is placed between two houses"),
    300.0: to_say("{away}, and the account is placed only to its street"),
    3_000.0: to_say("{away}, and the account is placed only to its postcode"),
}
_PLACED_LEAST = to_say("{away}, and the account is placed only to its town")

FAULTLESS = to_say("It is not held against you.")


@dataclass(frozen=True, slots=True)
class Position:
    """What a phone gives: a place, the radius in metres within which it is with 95 % confidence, the fix's age."""

    place: LonLat
    accuracy_m: float
    age_s: float = 0.0

    @property
    def margin_m(self) -> float:
        """How far the phone may be from the place: its accuracy and what is walked while the fix grows old."""
        return self.accuracy_m + max(0.0, abs(self.age_s) - FRESH_S) * WALKED_M_S


def judge(account: Account, position: Position | None, at: datetime, *, refused: bool = False) -> CheckIn:
    """Whether a position is where the account is. refused: there is none, as the phone's owner did not allow it.

    Raises InputRejected for a position that is not on Earth, an accuracy that is no length, an age that is no time.
    """
    if position is None:
        return CheckIn(at, None, None, None, Verdict.REFUSED if refused else Verdict.NO_POSITION)
    position = _checked(position)
    placed_m = PLACED_WITHIN_M.get(account.placement.level, 0.0)
    apart_m = distance_m(position.place, account.place) if account.place is not None else None
    verdict = Verdict.UNCLEAR
    if apart_m is not None and position.accuracy_m <= ACCURACY_MOST_M and abs(position.age_s) <= AGE_MOST_S:
        margin_m = position.margin_m + placed_m
        if apart_m + margin_m <= INSIDE_M:
            verdict = Verdict.INSIDE
        elif apart_m - margin_m > OUTSIDE_M:
            verdict = Verdict.OUTSIDE
    return CheckIn(at, position.place, position.accuracy_m, apart_m, verdict, position.age_s, placed_m)


def is_better(fresh: CheckIn, kept: CheckIn) -> bool:
    """Whether a fix that came after a check-in says more of where it was made than the one that came with it."""
    if fresh.place is None or kept.verdict in {Verdict.INSIDE, Verdict.OUTSIDE}:
        return False
    return kept.place is None or _margin_m(fresh) < _margin_m(kept)


def in_words(judged: CheckIn, *, kept: bool = True) -> str:
    """The verdict as it is said to the rep. kept: whether the check-in was made, or is only about to be."""
    counts = (
        say("The check-in counts all the same; it is marked as made without a position.")
        if kept
        else say("A check-in counts all the same; it is marked as made without a position.")
    )
    if judged.verdict is Verdict.REFUSED:
        return f"{say('Your position is not shared.')} {counts}"
    if judged.verdict is Verdict.NO_POSITION:
        return f"{say('No position was found.')} {counts}"
    if judged.verdict is Verdict.INSIDE:
        return say("You are at the door: {apart}.", apart=_apart(judged))
    if judged.verdict is Verdict.OUTSIDE:
        marked = say("The check-in is kept and marked so.") if kept else say("A check-in from here will be marked so.")
        return f"{say('You are elsewhere: {apart}.', apart=_apart(judged))} {marked}"
    unclear = say("Unclear whether you are at the door: {reason}.", reason=reason(judged))
    return f"{unclear} {say(FAULTLESS)}"


def on_record(judged: CheckIn) -> str:
    """The verdict as it stands in an account's history."""
    match judged.verdict:
        case Verdict.REFUSED:
            return say("position not shared")
        case Verdict.NO_POSITION:
            return say("no position found")
        case Verdict.INSIDE:
            return say("at the door, {apart}", apart=_apart(judged))
        case Verdict.OUTSIDE:
            return say("elsewhere, {apart}", apart=_apart(judged))
    return say("unclear: {reason}", reason=reason(judged))


def reason(judged: CheckIn) -> str:
    """Why a check-in with a position is unclear: what weighs most of all that blurs it."""
    if judged.distance_m is None:
        return say("the account has no place on the map to compare with")
    away, accuracy_m = say("{distance} away", distance=spoken_distance(judged.distance_m)), judged.accuracy_m or 0.0
    rough = spoken_distance(accuracy_m)
    if abs(judged.age_s) > AGE_MOST_S:
        return say("the position was {minutes} min old", minutes=round(abs(judged.age_s) / 60))
    if accuracy_m > ACCURACY_MOST_M:
        return say("the position is too rough to say, give or take {distance}", distance=rough)
    aged_m = max(0.0, abs(judged.age_s) - FRESH_S) * WALKED_M_S
    worst_m = max(judged.placed_m, accuracy_m, aged_m)
    if worst_m and judged.distance_m <= OUTSIDE_M + judged.placed_m + accuracy_m + aged_m:
        if worst_m == judged.placed_m:
            return say(_PLACED.get(judged.placed_m, _PLACED_LEAST), away=away)
        if worst_m == aged_m:
            return say("{away}, by a position that was {seconds} s old", away=away, seconds=f"{abs(judged.age_s):.0f}")
        if accuracy_m > INSIDE_M / 2:
            return say("{away}, and the position is rough, give or take {distance}", away=away, distance=rough)
    return say(
        "{away}, give or take {distance}: near, as in a car park or the wrong end of a block",
        away=away,
        distance=rough,
    )


def spoken_distance(metres: float) -> str:
    """Metres as a person says them: "12 m", "350 m", "1.4 km", "23 km"."""
    if metres < 100:
        return f"{metres:.0f} m"
    if metres < 1_000:
        return f"{round(metres, -1):.0f} m"
    return f"{number(metres / 1_000, 1 if metres < 10_000 else 0)} km"


def _apart(judged: CheckIn) -> str:
    if judged.distance_m is None:
        return say("distance not known")
    return say(
        "{distance} away, give or take {accuracy}",
        distance=spoken_distance(judged.distance_m),
        accuracy=spoken_distance(judged.accuracy_m or 0),
    )


def _margin_m(judged: CheckIn) -> float:
    if judged.place is None or judged.accuracy_m is None:
        return float("inf")
    return Position(judged.place, judged.accuracy_m, judged.age_s).margin_m


def _checked(position: Position) -> Position:
    try:
        lon, lat = as_points([position.place])[0]
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    if not 0 <= position.accuracy_m < 41_000_000:
        raise InputRejected(
            say("An accuracy of {accuracy} m is not possible.", accuracy=position.accuracy_m),
            say("Send metres, 0 or more."),
        )
    if not abs(position.age_s) < 1e9:
        raise InputRejected(
            say("A position that is {age} s old is not possible.", age=position.age_s), say("Send seconds.")
        )
    return Position(LonLat(float(lon), float(lat)), float(position.accuracy_m), float(position.age_s))
