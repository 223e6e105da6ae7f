"""What is held of persons: for themselves on Me, for administrators on a page of its own."""
