"""What the two databases do differently, and the tables."""
