"""Prospects that reps find on their way."""
