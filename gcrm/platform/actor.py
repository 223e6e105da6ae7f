"""Who is acting: set once where a request, a command or a job begins, and noted by whatever is audited."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """user_id: None for the command line, and where nobody is signed in. via: "web", "api" or "command line"."""

    user_id: int | None = None
    address: str = ""
    via: str = "command line"


_actor: ContextVar[Callable[[], Actor]] = ContextVar("actor", default=Actor)


def actor() -> Actor:
    """Who is acting here."""
    return _actor.get()()


@contextmanager
def acting(who: Callable[[], Actor]) -> Iterator[None]:
    """Let somebody act inside; who: asked only where something is noted, as it may take a look into the database."""
    before = _actor.set(who)
    try:
        yield
    finally:
        _actor.reset(before)
