"""Tokens that let other programs use the API."""
