"""Maps for the pages: what a view draws, and what the map's scripts fetch."""
