"""`gcrm serve`: the web app behind waitress, and one job worker beside it.

The app itself is loaded once it is to be served: `gcrm --help` looks at this file too.
"""

import contextlib
import json
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import json_option
from gcrm.platform.errors import GcrmError, NotReady
from gcrm.platform.in_use import using
from gcrm.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from flask import Flask

    from webapp.connections import Server

THREADS = 8
"""Requests at a time: pages are short, and SQLite lets readers through while one writes."""


class PortTaken(GcrmError, OSError):
    """Another program listens there already."""


@click.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 (this machine only) unless GCRM_HOST says otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; 8000 unless GCRM_PORT says otherwise.")
@click.option("--worker/--no-worker", default=True, help="Start a job worker beside the app (the default).")
@click.option("--trusted-proxy", metavar="ADDRESS", help="The proxy in front, whose X-Forwarded headers are believed.")
@click.option(
    "--proxies", "hops", type=click.IntRange(1, 20), default=1, show_default=True,
    help="How many proxies a request passes, each of which adds to X-Forwarded-For.",
)  # fmt: skip
@json_option
def serve(
    host: str | None, port: int | None, worker: bool, trusted_proxy: str | None, hops: int, as_json: bool
) -> None:
    """Serve the web app until interrupted."""
    workspace = open_workspace()
    settings = workspace.settings
    serve_forever(
        workspace,
        host or settings.host,
        port or settings.port,
        worker=worker,
        proxy=trusted_proxy,
        hops=hops,
        hello=(lambda url: json.dumps({"address": url})) if as_json else greet,
    )


def greet(url: str) -> str:
    """What is said once the app listens."""
    return f"GCRM is at {url}"


def serve_forever(
    workspace: Workspace,
    host: str,
    port: int,
    *,
    worker: bool = True,
    proxy: str | None = None,
    hops: int = 1,
    hello: Callable[[str], str] = greet,
) -> None:
    """Listen, say the address, and answer until a signal comes; then let running requests end and stop the worker.

    proxy: the address of the proxy in front; hops: how many proxies there are, that one included.
    hello: from the address to what is said on standard output once the app listens.
    Raises PortTaken, and NotReady where the browser's files have not been installed.
    """
    from webapp import assets
    from webapp.app import create_app
    from webapp.worker_child import job_worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if not assets.bring_up_to_date():
        raise NotReady("The scripts of the pages are not installed.", "Run `python -m webapp.assets`.")
    listener = _listen(host, port)
    app = create_app(workspace)
    with using(workspace.settings.home), job_worker() if worker else contextlib.nullcontext():
        server = _server(app, listener, proxy, hops)
        click.echo(hello(address(host, port)))
        click.echo("Stop it with Ctrl+C.", err=True)
        _stop_on_signals()
        try:
            server.run()
        except (KeyboardInterrupt, SystemExit):
            click.echo("Stopping.", err=True)
        finally:
            server.close()
            workspace.close()


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{shown}:{port}"


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"{host}:{port} cannot be listened on ({error.strerror or error}).",
            "Stop what runs there, or choose another port with --port or GCRM_PORT.",
        ) from error
    return listener


def _server(app: "Flask", listener: socket.socket, proxy: str | None, hops: int) -> "Server":
    from webapp.connections import make_server

    trusted: dict[str, Any] = {
        "trusted_proxy": proxy,
        "trusted_proxy_count": hops,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }
    return make_server(
        app, sockets=[listener], threads=THREADS, ident="GCRM", max_request_body_size=64 * 1024 * 1024,
        **(trusted if proxy else {}),
    )  # fmt: skip


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
