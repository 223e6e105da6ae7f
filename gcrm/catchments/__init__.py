"""Catchments: what is within reach of a place."""
