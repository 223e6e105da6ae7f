"""Photos of visits, calls and notes."""
