"""The compiled search: one code base for a day, several routes, a fleet and a period. See ../README.md."""

from routing.planner.kernel.stale_cache import discard_stale

discard_stale()
