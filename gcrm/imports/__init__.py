"""A file to accounts: read, understood, matched, shown, applied."""
