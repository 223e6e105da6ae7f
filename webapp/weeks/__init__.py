"""The weeks of one rep."""
