"""Addresses that are told of changes, for administrators."""
