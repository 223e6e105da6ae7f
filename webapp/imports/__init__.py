"""Imports of account files."""
