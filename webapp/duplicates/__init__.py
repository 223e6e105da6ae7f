"""Duplicates: accounts that may be one business twice, and making one of two."""
