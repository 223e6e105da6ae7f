"""The web app itself, as the child that `gcrm serve` starts: `python -m webapp.web_child SETTINGS`, not for people."""

import json
import logging
import os
import signal
import socket
import sys
import threading
from types import FrameType
from typing import Any

from gcrm.cli.output import fail
from gcrm.platform.errors import GcrmError
from gcrm.platform.in_use import using
from gcrm.workspace import open_workspace
from webapp.app import create_app
from webapp.connections import Server, make_server

THREADS = 8
"""Requests at a time: pages are short, and SQLite lets readers through while one writes. More would only wait for each
other, and keep whoever writes from it: see `HAND_OVER_S`."""
HAND_OVER_S = 0.0005
"""After so long a thread that computes lets another one have Python's lock, instead of 5 ms. A check-in gives it away
some twenty times while others wait for it to have written, and has to get it back each time."""
MOST_BODY_BYTES = 64 * 1024 * 1024


def main(given: dict[str, Any]) -> None:
    """Answer on the socket until told to stop, or until the parent is gone.

    given: descriptors of the `listener`, of the pipe on which to tell that the app is `ready`, and of one that is at
    its end when the parent has died (`life`); `proxy`, `hops` as for `serve_forever`; `as_json` for failures.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _stop)
    sys.setswitchinterval(HAND_OVER_S)
    threading.Thread(target=_end_with_parent, args=(given["life"],), name="parent", daemon=True).start()
    try:
        _answer(given)
    except GcrmError as error:
        fail(error, as_json=bool(given.get("as_json")))
    except (KeyboardInterrupt, SystemExit):
        logging.getLogger(__name__).info("The web app has stopped.")


def _answer(given: dict[str, Any]) -> None:
    workspace = open_workspace(keeps_connections=THREADS)
    app = create_app(workspace)
    listener = socket.socket(fileno=os.dup(given["listener"]))
    with using(workspace.settings.home):
        server = _server(app, listener, given.get("proxy"), given.get("hops", 1))
        os.write(given["ready"], b"1")
        try:
            server.run()
        finally:
            server.close()
            workspace.close()


def _server(app: Any, listener: socket.socket, proxy: str | None, hops: int) -> Server:
    trusted: dict[str, Any] = {
        "trusted_proxy": proxy,
        "trusted_proxy_count": hops,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }
    return make_server(
        app, sockets=[listener], threads=THREADS, ident="GCRM", max_request_body_size=MOST_BODY_BYTES,
        **(trusted if proxy else {}),
    )  # fmt: skip


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _end_with_parent(life: int) -> None:
    """Wait for the end of a pipe whose other end only the parent holds; then stop as if told to."""
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
