"""Territories: regions out of files, who looks after them, and which accounts fall into them."""

from gcrm.accounts.ownership import Filled, fill

__all__ = ["Filled", "fill"]
