"""The map of accounts for a desk."""
