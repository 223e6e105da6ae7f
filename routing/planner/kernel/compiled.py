"""How the search is compiled."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def compiled(function: Function) -> Function:
    """Compile a function that writes to arrays it is given and makes none of its own.

    Without numba's memory management (`_nrt`), which only new arrays need: it counts references to every array that is
    taken out of a tuple or handed on, by instructions that lock memory. They took more than half of the time of a
    search.
    """
    made: Function = njit(**OPTIONS)(function)
    return made
