"""Scenarios: territories as they could be, worked on, compared, tried and applied."""
