"""What is within reach of a place."""
