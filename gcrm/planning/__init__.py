"""Who is to be seen, when and why."""
