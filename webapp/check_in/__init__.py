"""Check-in at an account, on a phone."""
