"""Layers of a map, one a file. Each names a script of ours and the addresses that it fetches from."""
