"""Settings, read once from the environment. gcrm/README.md lists them; a test holds the two together."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected

MOST_WEB_PROCESSES = 64


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the workspace lives and which parts it runs on.

    home: the folder of the workspace (database, areas, jobs, secrets). Environment: GCRM_HOME; default ~/.gcrm.
    database_url: SQLAlchemy address of a PostGIS database, or "" for the GeoPackage inside `home`. GCRM_DATABASE_URL.
    redis_url: address of a Redis server for jobs, or "" for SQLite inside `home`. GCRM_REDIS_URL.
    router: "auto", "osrm" or "streets". GCRM_ROUTER.
    osrm_url: where an `osrm-routed` of the area listens, "" for none; used unless `router` is "streets". GCRM_OSRM_URL.
    outside_geocoders: geocoders on other machines that may be asked, "" for none. GCRM_OUTSIDE_GEOCODERS.
    host, port: where the web app listens. GCRM_HOST (default 127.0.0.1), GCRM_PORT (default 8000).
    mail_host, mail_port, mail_security ("starttls", "tls" or "none"), mail_user, mail_password, mail_from: the server
    that takes mail, and who sends it; none is sent without host and sender. GCRM_MAIL_HOST and so on.
    position_days: so many days positions of check-ins are held. GCRM_POSITION_DAYS.
    private_hosts: hosts in a private network that may be asked for calendars, with commas. GCRM_PRIVATE_HOSTS.
    web_processes: so many processes answer for the web app, 0 for as many as there are cores, at most two.
    GCRM_WEB_PROCESSES.
    oidc_issuer: an OpenID Connect provider that people may sign in with, "" for none; oidc_client_id,
    oidc_client_secret: what this app is registered as there; oidc_label: what the button calls it. GCRM_OIDC_ISSUER
    and so on. passwords: "yes", or "no" where only the provider and passkeys sign people in. GCRM_PASSWORDS.
    files_dir: a folder that several machines share, for what each needs of the others: areas, uploads, rejected rows,
    the cube, the key of the sessions; None for `home`. GCRM_FILES.
    """

    home: Path
    database_url: str = ""
    redis_url: str = ""
    router: str = "auto"
    host: str = "127.0.0.1"
    port: int = 8000
    outside_geocoders: str = ""
    osrm_url: str = ""
    web_processes: int = 0
    private_hosts: str = ""
    position_days: int = 90
    mail_host: str = ""
    mail_port: int = 587
    mail_security: str = "starttls"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = ""
    files_dir: Path | None = None
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_label: str = ""
    passwords: str = "yes"

    @property
    def private_host_names(self) -> frozenset[str]:
        """The hosts that may be asked though they are in a private network."""
        return frozenset(name.strip().lower() for name in self.private_hosts.split(",") if name.strip())

    @property
    def files(self) -> Path:
        """Where files are that all machines need."""
        return self.files_dir or self.home

    @property
    def database_file(self) -> Path:
        """The GeoPackage used when no `database_url` is given."""
        return self.home / "gcrm.gpkg"

    @property
    def areas_dir(self) -> Path:
        """One folder an imported area."""
        return self.files / "areas"

    @property
    def jobs_file(self) -> Path:
        """The SQLite file of the job queue when no `redis_url` is given."""
        return self.home / "jobs.sqlite"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings. Raises InputRejected naming the variable that cannot be understood."""
        router = environment.get("GCRM_ROUTER", "auto")
        if router not in {"auto", "osrm", "streets"}:
            raise InputRejected(
                say("GCRM_ROUTER is {router!r}.", router=router), say("Set it to auto, osrm or streets.")
            )
        port = environment.get("GCRM_PORT", "8000")
        if not port.isdecimal() or not 0 < int(port) < 65_536:
            raise InputRejected(say("GCRM_PORT is {port!r}.", port=port), say("Set it to a free port from 1 to 65535."))
        processes = environment.get("GCRM_WEB_PROCESSES") or "0"
        if not processes.isdecimal() or int(processes) > MOST_WEB_PROCESSES:
            raise InputRejected(
                say("GCRM_WEB_PROCESSES is {processes!r}.", processes=processes),
                say("Set it to a number from 1 to {most}.", most=MOST_WEB_PROCESSES),
            )
        return cls(
            home=Path(environment.get("GCRM_HOME") or "~/.gcrm").expanduser().absolute(),
            database_url=environment.get("GCRM_DATABASE_URL", ""),
            redis_url=environment.get("GCRM_REDIS_URL", ""),
            router=router,
            host=environment.get("GCRM_HOST", "127.0.0.1"),
            port=int(port),
            outside_geocoders=environment.get("GCRM_OUTSIDE_GEOCODERS", ""),
            osrm_url=_checked_url(environment.get("GCRM_OSRM_URL", "").strip()),
            web_processes=int(processes),
            private_hosts=environment.get("GCRM_PRIVATE_HOSTS", ""),
            position_days=_days(environment.get("GCRM_POSITION_DAYS") or "90"),
            files_dir=Path(files).expanduser().absolute() if (files := environment.get("GCRM_FILES")) else None,
            **_mail(environment),
            **_provider(environment),
        )


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3_650:
        raise InputRejected(
            say("GCRM_POSITION_DAYS is {value!r}.", value=text), say("Set it to a number of days from 1 to 3650.")
        )
    return int(text)


def _mail(environment: Mapping[str, str]) -> dict[str, Any]:
    security = environment.get("GCRM_MAIL_SECURITY", "starttls")
    if security not in {"starttls", "tls", "none"}:
        raise InputRejected(
            say("GCRM_MAIL_SECURITY is {security!r}.", security=security), say("Set it to starttls, tls or none.")
        )
    port = environment.get("GCRM_MAIL_PORT") or ("465" if security == "tls" else "587")
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise InputRejected(say("GCRM_MAIL_PORT is {port!r}.", port=port), say("Set it to the server's port, as 587."))
    return {
        "mail_host": environment.get("GCRM_MAIL_HOST", ""),
        "mail_port": int(port),
        "mail_security": security,
        "mail_user": environment.get("GCRM_MAIL_USER", ""),
        "mail_password": environment.get("GCRM_MAIL_PASSWORD", ""),
        "mail_from": environment.get("GCRM_MAIL_FROM", ""),
    }


def _provider(environment: Mapping[str, str]) -> dict[str, Any]:
    issuer = environment.get("GCRM_OIDC_ISSUER", "").strip()
    client = environment.get("GCRM_OIDC_CLIENT_ID", "").strip()
    try:
        parts = urlsplit(issuer)
        is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        is_one = bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))
        is_one = is_one and (parts.port or 1) > 0 and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        is_one = False
    if issuer and not is_one:
        raise InputRejected(
            say("GCRM_OIDC_ISSUER is {issuer!r}.", issuer=issuer),
            say("Set it to the provider's name as it says it: https://login.company.example"),
        )
    if issuer and not client:
        raise InputRejected(
            say("GCRM_OIDC_CLIENT_ID is not set."), say("Set it to what GCRM is registered as at the provider.")
        )
    passwords = environment.get("GCRM_PASSWORDS") or "yes"
    if passwords not in {"yes", "no"}:
        raise InputRejected(say("GCRM_PASSWORDS is {passwords!r}.", passwords=passwords), say("Set it to yes or no."))
    return {
        "oidc_issuer": issuer,
        "oidc_client_id": client,
        "oidc_client_secret": environment.get("GCRM_OIDC_CLIENT_SECRET", ""),
        "oidc_label": environment.get("GCRM_OIDC_LABEL", "").strip()[:60],
        "passwords": passwords,
    }


def _checked_url(url: str) -> str:
    """The address of a server. Raises InputRejected for what is none."""
    try:
        parts = urlsplit(url)
        is_one = not url or (parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0)
        is_one = is_one and not parts.query and not parts.fragment
    except ValueError:
        is_one = False
    if not is_one:
        raise InputRejected(
            say("GCRM_OSRM_URL is {url!r}.", url=url), say("Set it to the server's address: http://HOST:5000")
        )
    return url
