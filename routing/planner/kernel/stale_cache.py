"""Compiled code on disk that is older than the source it was made from is thrown away.

Numba looks at the file of the function itself, not at those that it calls: after an upgrade of one file, code compiled
into another would go on living with the old.
"""

from pathlib import Path

HERE = Path(__file__).parent


def discard_stale(folder: Path = HERE) -> int:
    """Delete compiled code older than the newest source beside it; how many files went.

    Where the folder cannot be written to, nothing was compiled into it either.
    """
    newest = max(source.stat().st_mtime for source in folder.glob("*.py"))
    gone = 0
    for compiled in (folder / "__pycache__").glob("*.nb[ic]"):
        try:
            if compiled.stat().st_mtime < newest:
                compiled.unlink()
                gone += 1
        except FileNotFoundError:  # another process was quicker
            continue
        except PermissionError:
            return gone
    return gone
