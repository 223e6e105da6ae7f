"""Territories: regions out of files, who looks after them, and which accounts fall into them."""

from gcrm.territories.fill import Filled, fill

__all__ = ["Filled", "fill"]
