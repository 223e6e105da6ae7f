"""Which accounts are the same business twice, with a probability and the reasons.

rapidfuzz with blocks of H3 cells, phones, addresses and rare words, rather than splink on DuckDB: on Chicago's labelled
sites its fixed weights find more (tests/benchmarks/linkage.py), a file of twenty rows is judged like one of a hundred
thousand, as nothing has to be estimated from the data first, and every pair can say why in a person's words.
"""
