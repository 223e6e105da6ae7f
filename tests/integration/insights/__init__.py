"""Insights on a store."""
