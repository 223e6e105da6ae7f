"""The last net under every reader of files from outside."""

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.errors import GcrmError, InputRejected

log = logging.getLogger("gcrm.files")


@contextmanager
def parsing(path: Path, again: str) -> Iterator[None]:
    """Say in a sentence that a file is damaged, whatever a library's reader stumbles over inside the block.

    again: what to do then. The libraries that read files name no complete list of what they raise for damaged ones;
    the log gets the cause, the person the sentence. Errors of ours pass as they are, and so does a full disk.
    """
    try:
        yield
    except GcrmError:
        raise
    except (MemoryError, RecursionError) as error:
        raise InputRejected(
            say("{path} is nested too deeply, or too large for this machine.", path=path.name), again
        ) from error
    except OSError as error:
        if error.errno is None:
            raise InputRejected(say("{path} is damaged and cannot be read.", path=path.name), again) from error
        raise
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError, RuntimeError,
            SyntaxError, AssertionError, zlib.error) as error:  # fmt: skip
        log.warning("A file could not be read", exc_info=error)
        raise InputRejected(say("{path} is damaged and cannot be read.", path=path.name), again) from error
