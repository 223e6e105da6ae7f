"""The versioned JSON API: what other programs read and do, with the same rights as the pages."""
