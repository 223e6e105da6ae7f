"""Cases: what customers report, and what becomes of it."""
