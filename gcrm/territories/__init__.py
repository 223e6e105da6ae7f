"""Regions, and who looks after them."""
