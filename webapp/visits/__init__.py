"""Links with which customers choose the time of a visit: made at a desk, used without a log-in."""
