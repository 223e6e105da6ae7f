"""One box over everything: the records that a few typed words may mean."""
