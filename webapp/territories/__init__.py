"""Territories: who looks after what."""
