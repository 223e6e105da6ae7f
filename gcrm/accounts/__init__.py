"""Customers and prospects: who they are, where, and whose."""
