"""Driving times, routes and reach on real streets: one protocol, two routers behind it."""

from typing import TYPE_CHECKING, Any

from routing.late import attribute_of

if TYPE_CHECKING:
    from routing.travel_times.protocol import Isochrone, Leg, OdMatrix, Snapped, TravelTimes

__all__ = ["Isochrone", "Leg", "OdMatrix", "Snapped", "TravelTimes"]


def __getattr__(name: str) -> Any:
    return attribute_of(__name__, name, dict.fromkeys(__all__, "routing.travel_times.protocol"))
