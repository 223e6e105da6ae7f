"""Help: the guide in docs/guide, opened at the part that belongs to the page."""
