"""Driving times, routes and reach on real streets: one protocol, two routers behind it."""

from routing.travel_times.protocol import Isochrone, Leg, OdMatrix, Snapped, TravelTimes

__all__ = ["Isochrone", "Leg", "OdMatrix", "Snapped", "TravelTimes"]
