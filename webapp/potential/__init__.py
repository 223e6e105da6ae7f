"""Potential: where businesses stand that do not buy yet, and who they are."""
