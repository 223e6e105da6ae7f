"""Key figures of a period, each with the records that it is made of."""
