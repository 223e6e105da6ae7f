"""How long actions say where they are, and how they are stopped."""

from typing import Protocol


class Progress(Protocol):
    """Called by a use-case between two pieces of work."""

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done, and how far it is; total 0 where it is not known.

        Raises Cancelled if the person has asked for the action to stop.
        """


def quiet(message: str, done: int = 0, total: int = 0) -> None:
    """Say nothing and never stop."""
