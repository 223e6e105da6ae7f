"""How long actions say where they are, how they are stopped, and how they show what they have found so far."""

from typing import Any, Protocol, runtime_checkable


class Progress(Protocol):
    """Called by a use-case between two pieces of work."""

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done, and how far it is; total 0 where it is not known.

        Raises Cancelled if the person has asked for the action to stop.
        """


@runtime_checkable
class Watched(Progress, Protocol):
    """Progress that somebody looks on at: a search shows what it has found, and ends when that is good enough."""

    @property
    def enough(self) -> bool:
        """Whether the person takes the best so far instead of waiting for better."""

    def show(self, found: dict[str, Any]) -> None:
        """Show what has been found so far; the next replaces it. Only what JSON can say."""


def quiet(message: str, done: int = 0, total: int = 0) -> None:
    """Say nothing and never stop."""
