"""`gcrm serve`: the web app behind waitress and one job worker, as children that are started again when they die.

The app itself is loaded once it is to be served: `gcrm --help` looks at this file too.
"""

import contextlib
import json
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING

import click

from gcrm.cli.output import json_option
from gcrm.platform.errors import GcrmError, NotReady
from gcrm.platform.in_use import using
from gcrm.platform.settings import MOST_WEB_PROCESSES
from gcrm.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from webapp.children import KeptChild

BACKLOG = 1_024
"""Callers that may wait while the web app is started again."""


class PortTaken(GcrmError, OSError):
    """Another program listens there already."""


@click.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 (this machine only) unless GCRM_HOST says otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; 8000 unless GCRM_PORT says otherwise.")
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_WEB_PROCESSES),
    help="How many processes answer; one a core and at most 2 unless GCRM_WEB_PROCESSES says otherwise.",
)
@click.option("--worker/--no-worker", default=True, help="Start a job worker beside the app (the default).")
@click.option("--trusted-proxy", metavar="ADDRESS", help="The proxy in front, whose X-Forwarded headers are believed.")
@click.option(
    "--proxies", "hops", type=click.IntRange(1, 20), default=1, show_default=True,
    help="How many proxies a request passes, each of which adds to X-Forwarded-For.",
)  # fmt: skip
@json_option
def serve(
    host: str | None,
    port: int | None,
    processes: int | None,
    worker: bool,
    trusted_proxy: str | None,
    hops: int,
    as_json: bool,
) -> None:
    """Serve the web app until interrupted."""
    workspace = open_workspace()
    settings = workspace.settings
    serve_forever(
        workspace,
        host or settings.host,
        port or settings.port,
        processes=processes,
        worker=worker,
        proxy=trusted_proxy,
        hops=hops,
        hello=(lambda url: json.dumps({"address": url})) if as_json else greet,
        as_json=as_json,
    )


def greet(url: str) -> str:
    """What is said once the app listens."""
    return f"GCRM is at {url}"


def serve_forever(
    workspace: Workspace,
    host: str,
    port: int,
    *,
    processes: int | None = None,
    worker: bool = True,
    proxy: str | None = None,
    hops: int = 1,
    hello: Callable[[str], str] = greet,
    as_json: bool = False,
) -> None:
    """Listen, say the address, and keep the app and a worker running until a signal comes; then let requests end.

    All are processes of their own: one that dies is told in the log and started again.

    processes: how many answer; as the settings say, or one a core and at most two, where not given.
    proxy: the address of the proxy in front; hops: how many proxies there are, that one included.
    hello: from the address to what is said on standard output once the app listens.
    Raises PortTaken, and NotReady where the browser's files have not been installed.
    """
    from webapp import assets
    from webapp.children import WebApp, cores, job_worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if not assets.bring_up_to_date():
        raise NotReady("The scripts of the pages are not installed.", "Run `python -m webapp.assets`.")
    with using(workspace.settings.home), _listen(host, port) as listener, _told_to_stop() as stopping:
        processes = processes or workspace.settings.web_processes or min(cores(), 2)
        web = WebApp(listener, processes, proxy=proxy, hops=hops, as_json=as_json)
        workers = [job_worker()] if worker else []
        children = [*web.children, *workers]
        try:
            for each in workers:
                each.start()
            if web.start(stopping):
                click.echo(hello(address(host, port)))
                click.echo("Stop it with Ctrl+C.", err=True)
                stopping.wait()
            if stopping.is_set():
                click.echo("Stopping.", err=True)
        finally:
            _end(children)
            web.close()
            workspace.close()
    if web.failed is not None:
        sys.exit(web.failed if web.failed > 0 else 1)


def _end(children: "Sequence[KeptChild]") -> None:
    """Ask all of them to stop, and wait for it; whoever wants it at once has them killed."""
    try:
        for child in children:
            child.ask()
        for child in children:
            child.stop()
    except SystemExit:
        for child in children:
            child.kill()
        raise


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{shown}:{port}"


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"{host}:{port} cannot be listened on ({error.strerror or error}).",
            "Stop what runs there, or choose another port with --port or GCRM_PORT.",
        ) from error
    return listener


@contextlib.contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that is set when somebody wants the app to stop; saying so twice raises SystemExit."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise SystemExit(1)
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
