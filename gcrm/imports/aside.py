"""Remarks on what no field of an account takes: they go to its note too."""


class Aside(str):
    """A remark that is kept in the note of the account, in the words in which it was said."""

    __slots__ = ()
