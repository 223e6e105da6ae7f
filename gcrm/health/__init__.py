"""Whether every part of a workspace works."""
