"""The cube: what was done, sold and looked after, rolled up by place, time, and who."""
