"""Libraries that are loaded at their first use, so that a command or page that needs none does not wait for them.

NumPy, SciPy, Shapely and GeoPandas take 0.2 to 1.1 s of processor time and 20 to 80 MB each. A file that
works with one in a few of its functions writes

    if TYPE_CHECKING:
        import numpy as np
    else:
        np = late("numpy")

with `from __future__ import annotations`, because annotations would be a use.
"""

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """A module's stand-in. What was asked for once is kept here, and costs as much as in the module itself."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            # Asked by those who only look at modules, as inspect and doctest do.
            raise AttributeError(name)
        value = getattr(importlib.import_module(self.__name__), name)
        self.__dict__[name] = value
        return value


def late(name: str) -> Any:
    """The module of that name, which is imported when something in it is first used."""
    return _Late(name)


def attribute_of(package: str, name: str, homes: Mapping[str, str]) -> Any:
    """What a package offers under a name, from the module that it lives in, which is loaded now.

    For a package's own `__getattr__` (PEP 562). Raises AttributeError for a name that it does not offer.
    """
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(importlib.import_module(homes[name]), name)
