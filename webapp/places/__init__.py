"""Places: where accounts are on the map, how sure that is, and putting it right."""
