"""Jobs: long actions, how far they are, and stopping them."""
