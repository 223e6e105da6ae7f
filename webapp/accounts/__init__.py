"""Accounts: list, map, one account with its history."""
