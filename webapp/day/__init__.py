"""The day of one rep."""
