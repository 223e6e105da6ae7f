"""Changes of a planned day: why a stop is there, what moving it costs, who is on the way."""
