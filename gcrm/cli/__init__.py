"""The command line: one file a noun, each a thin door to the use-cases in `gcrm.planning`."""

from gcrm.cli.main import main

__all__ = ["main"]
