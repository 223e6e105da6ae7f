"""Road networks, travel times and the visit planner. Knows points, seconds, metres and ids; never a customer."""
