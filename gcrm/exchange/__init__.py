"""What other programs exchange with this one: what has changed, and who is told of it."""
