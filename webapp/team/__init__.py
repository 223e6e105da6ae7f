"""The day of the whole team."""
