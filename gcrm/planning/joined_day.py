"""One plan of a day from its two parts: what is done already, and what was planned anew."""

from collections.abc import Sequence
from dataclasses import replace

from gcrm.planning.day_plan import Break, DayPlan, Leg, Stop
from gcrm.planning.optimality_gap import optimality_gap


def joined_day(done: Sequence[Stop], done_legs: Sequence[Leg], rest: DayPlan, pause: Break | None) -> DayPlan:
    """The whole day. done: stops that stay; done_legs: the drive to each of them; pause: a break that is behind."""
    stops = (*(replace(stop, done=True) for stop in done), *rest.stops)
    known = {stop.account_id for stop in stops}
    return replace(
        rest,
        stops=stops,
        legs=(*done_legs, *rest.legs),
        break_=pause or rest.break_,
        omissions=tuple(one for one in rest.omissions if one.account_id not in known),
        travel_s=sum(stop.travel_s for stop in done) + rest.travel_s,
        distance_m=sum(stop.distance_m for stop in done) + rest.distance_m,
        service_s=sum(stop.service_s for stop in done) + rest.service_s,
        prize=sum(stop.prize for stop in stops),
        # What was proven holds for the rest alone.
        quality=optimality_gap(0, None, proven=False),
    )
