"""Users and reps."""
