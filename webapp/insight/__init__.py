"""Insight: key figures."""
