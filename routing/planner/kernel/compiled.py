"""How the search is compiled."""

from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
"""For functions that write to arrays they are given and make none of their own.

Without numba's memory management (`_nrt`), which only new arrays need: it counts references to every array that is
taken out of a tuple or handed on, by instructions that lock memory. They took more than half of the time of a search.
"""
