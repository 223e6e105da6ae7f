"""Nights away from home, as they are typed and said."""

from typing import Protocol

from gcrm.common.language import say
from gcrm.people.model import Hotel, Nights
from gcrm.platform.errors import InputRejected
from routing.points import LonLat, as_points

MOST_IN_WEEK = 7
USUAL_SAVING_MIN = 60
"""A night that saves less driving than this is not worth a hotel."""


class Wish(Protocol):
    """What is asked of nights away; None leaves it as it is."""

    @property
    def nights(self) -> int | None:
        """The most in a week, 0 for none."""

    @property
    def in_a_row(self) -> int | None:
        """The most without a night at home between."""

    @property
    def night_saves(self) -> int | None:
        """Minutes of driving that each has to save."""


def changed_nights(known: Nights | None, wish: Wish) -> Nights | None:
    """The nights away after a wish. Raises InputRejected for what cannot be."""
    if wish.nights is None and wish.in_a_row is None and wish.night_saves is None:
        return known
    most = wish.nights if wish.nights is not None else known.most if known else 0
    if most == 0:
        if wish.nights is None:
            raise InputRejected(
                say("The rep sleeps at home."), say("Say how many nights away a week may have: --nights 2.")
            )
        return None
    in_a_row = wish.in_a_row if wish.in_a_row is not None else known.in_a_row if known else 1
    saves = wish.night_saves if wish.night_saves is not None else known.saves_minutes if known else USUAL_SAVING_MIN
    if not 0 < most <= MOST_IN_WEEK or not 0 < in_a_row <= MOST_IN_WEEK:
        raise InputRejected(
            say("{most} nights a week, {in_a_row} in a row, is not possible.", most=most, in_a_row=in_a_row),
            say("Enter 1 to {most}.", most=MOST_IN_WEEK),
        )
    if not 0 <= saves <= 24 * 60:
        raise InputRejected(
            say("A night that saves {saves} min of driving is not possible.", saves=saves), say("Enter 0 to 1440.")
        )
    return Nights(most, in_a_row, saves)


def read_hotel(text: str) -> Hotel:
    """A place to sleep from "Hotel Post=9.52,47.14". Raises InputRejected."""
    name, _, at = text.rpartition("=")
    remedy = say('Write it as "Hotel Post=9.52,47.14", longitude first.')
    try:
        east, north = (float(part) for part in at.split(","))
        ((lon, lat),) = as_points([(east, north)])
    except ValueError as wrong:
        raise InputRejected(say("The hotel {value!r} cannot be read.", value=text[:80]), remedy) from wrong
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise InputRejected(say("The hotel {value!r} needs a name of up to 200 characters.", value=text[:80]), remedy)
    return Hotel(name, LonLat(float(lon), float(lat)))


def nights_words(nights: Nights | None) -> str:
    """Nights away in a sentence."""
    if nights is None:
        return say("none")
    return say(
        "{most} a week, {in_a_row} in a row, each to save {minutes} min of driving",
        most=nights.most,
        in_a_row=nights.in_a_row,
        minutes=nights.saves_minutes,
    )
