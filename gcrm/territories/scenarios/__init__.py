"""Scenarios: how territories could be, worked on and compared before anybody is moved."""
