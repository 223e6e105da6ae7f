"""Accounts typed by hand: a new one, and changes of one."""
