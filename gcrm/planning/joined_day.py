"""One document of a day from its two parts: what is done already, and what was planned anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gcrm.planning.day_document import Document
from gcrm.planning.optimality_gap import optimality_gap


def joined_day(done: Sequence[Document], done_legs: Sequence[Document], rest: Document, pause: Any) -> Document:
    """The whole day. done: stops that stay; done_legs: the drive to each of them; pause: a break that is behind."""
    stops = [*({**stop, "done": True} for stop in done), *rest["stops"]]
    known = {one["account"] for one in stops}
    return rest | {
        "stops": stops,
        "legs": [*done_legs, *rest["legs"]],
        "break": pause or rest["break"],
        "dropped": [one for one in rest["dropped"] if one["account"] not in known],
        "travel_s": sum(stop["travel_s"] for stop in done) + rest["travel_s"],
        "distance_m": sum(stop["distance_m"] for stop in done) + rest["distance_m"],
        "service_s": sum(_service_s(stop) for stop in done) + rest["service_s"],
        "prize": sum(stop["prize"] for stop in stops),
        # What was proven holds for the rest alone.
        **optimality_gap(0, None, proven=False),
    }


def _service_s(stop: Document) -> int:
    return int((datetime.fromisoformat(stop["leave"]) - datetime.fromisoformat(stop["start"])).total_seconds())
