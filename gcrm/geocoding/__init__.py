"""Addresses to places and back, from the imported area's own data."""

from gcrm.geocoding.build import build_index
from gcrm.geocoding.candidate import ACCEPTED, Candidate, Located
from gcrm.geocoding.geocoder import Geocoder

__all__ = ["ACCEPTED", "Candidate", "Geocoder", "Located", "build_index"]
