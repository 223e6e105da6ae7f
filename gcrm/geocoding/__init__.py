"""Addresses to places and back, from the imported area's own data."""

from typing import TYPE_CHECKING, Any

from routing.late import attribute_of

if TYPE_CHECKING:
    from gcrm.geocoding.build import build_index
    from gcrm.geocoding.candidate import ACCEPTED, Candidate, Located
    from gcrm.geocoding.geocoder import Geocoder

__all__ = ["ACCEPTED", "Candidate", "Geocoder", "Located", "build_index"]

_HOMES = {
    "build_index": "gcrm.geocoding.build",
    "ACCEPTED": "gcrm.geocoding.candidate",
    "Candidate": "gcrm.geocoding.candidate",
    "Located": "gcrm.geocoding.candidate",
    "Geocoder": "gcrm.geocoding.geocoder",
}


def __getattr__(name: str) -> Any:
    return attribute_of(__name__, name, _HOMES)
