"""Statistics of regions."""
