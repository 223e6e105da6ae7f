"""Regions: one measure as colours and as a table."""
