"""Have the planner at hand before somebody changes a day: its compiled search takes seconds to load."""

import logging
import threading

from flask import current_app

log = logging.getLogger("gcrm.web")

_begun = threading.Event()


def make_ready() -> None:
    """Load the planner in a thread beside, once for this process; not in tests, which pay for it only if they plan."""
    if _begun.is_set() or current_app.testing:
        return
    _begun.set()
    threading.Thread(target=_warm, name="warming", daemon=True).start()


def _warm() -> None:
    try:
        from routing.planner import precompile

        precompile(weeks=False)
    except Exception:
        # The first change of a day will meet the same fault, and has a person to tell it to.
        log.exception("The planner could not be made ready.")
