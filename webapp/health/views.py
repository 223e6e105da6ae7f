"""Health in one page: database, area, router, geocoder, jobs; what is missing and the command that mends it."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from gcrm.accounts.queries import number_of_accounts
from gcrm.areas.area import Area
from gcrm.backup.last_backup import is_old, last_backup
from gcrm.jobs.queries import jobs_under_way
from gcrm.jobs.workers import NOBODY, living_workers
from gcrm.planning.queries import plans_of_day
from gcrm.platform.errors import GcrmError
from gcrm.platform.storage_fault import cannot_write, storage_fault
from webapp.access import ADMINISTRATORS, allow, public
from webapp.context import snapshot, workspace
from webapp.formats import ago, counted, number, size
from webapp.zones import today, zone_of_user

blueprint = Blueprint("health", __name__, url_prefix="/health", template_folder="templates")

OLD = timedelta(days=120)
"""Street data older than this misses new roads and houses."""

SILENT = timedelta(seconds=90)
"""A running job that says nothing for this long has lost its worker."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: whether it works, what it is, and how to mend it."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


@blueprint.get("/")
@allow(*ADMINISTRATORS)
def show() -> ResponseReturnValue:
    """Every part in one table."""
    parts = [_database(), _backup(), *_area(), _workers(), _jobs(), _disk()]
    return render_template("health/show.html", parts=parts)


@blueprint.get("/alive")
@public
def alive() -> ResponseReturnValue:
    """Whether the app answers at all; says nothing more, since anybody may ask."""
    return jsonify({"alive": True})


def _database() -> Part:
    settings = workspace().settings
    accounts = number_of_accounts(snapshot())
    what = counted(accounts, "account", "accounts")
    if settings.database_url:
        return Part("Database", ok=True, found=f"PostGIS, {what}")
    return Part("Database", ok=True, found=f"GeoPackage, {size(settings.database_file.stat().st_size)}, {what}")


def _backup() -> Part:
    made, now = last_backup(workspace()), workspace().clock()
    command = "Make one with `gcrm backup`; the app may go on running."
    if made is None:
        return Part("Back-up", ok=False, found="there is none", remedy=command)
    age = (now - made.made_at).days
    found = f"made {ago(age)}, {size(made.size_bytes)}, {counted(made.accounts, 'account', 'accounts')}: {made.file}"
    return Part("Back-up", ok=not is_old(made, now), found=found, remedy=command if is_old(made, now) else "")


def _area() -> list[Part]:
    try:
        area = workspace().areas.current()
    except GcrmError as missing:
        found = [Part("Area", ok=False, found=missing.fault, remedy=missing.remedy)]
        return found + [Part(name, ok=False, found="waits for an area") for name in ("Router", "Geocoder")]
    age = workspace().clock() - area.info.imported_at
    parts = [
        Part(
            "Area",
            ok=age < OLD,
            found=f"{area.info.name}, imported {ago(age.days)}, {number(area.info.junctions)} junctions",
            remedy="" if age < OLD else "Get a newer extract and run `gcrm area import FILE`.",
        )
    ]
    parts.append(_router(area))
    known = area.info.addresses
    parts.append(
        Part(
            "Geocoder",
            ok=known > 0,
            found=f"{counted(known, 'address', 'addresses')} of the extract",
            remedy="" if known else "This extract holds no addresses; import one that does.",
        )
    )
    return parts


def _workers() -> Part:
    found = living_workers(workspace())
    if not found:
        return Part("Workers", ok=False, found="none", remedy=f"{NOBODY} `gcrm serve` starts one too.")
    said = ", ".join(f"process {one.pid} on {one.host} since {one.started_at:%Y-%m-%d %H:%M} UTC" for one in found)
    return Part("Workers", ok=True, found=said)


def _router(area: Area) -> Part:
    """The router, and how many of its answers for the plans of today were not sound and have been mended."""
    settings = workspace().settings
    try:
        about = area.travel_times(settings.router, settings.osrm_url).about
    except GcrmError as missing:
        return Part("Router", ok=False, found=missing.fault, remedy=missing.remedy)
    plans = plans_of_day(snapshot(), today(zone_of_user())).values()
    mended = sum(plan.mended.cells for plan in plans)
    said = (
        f"{about}; {counted(mended, 'travel time', 'travel times')} mended in the plans of today" if mended else about
    )
    return Part("Router", ok=True, found=said)


def _jobs() -> Part:
    running = jobs_under_way(snapshot())
    now = workspace().clock()
    stuck = [job for job in running if (seen := job.heartbeat_at or job.created_at) is not None and now - seen > SILENT]
    where = "Redis" if workspace().settings.redis_url else "SQLite"
    return Part(
        "Jobs",
        ok=not stuck,
        found=f"{where}, {len(running)} under way" + (f", {len(stuck)} without a sign of life" if stuck else ""),
        remedy="Start a worker: `gcrm worker` (`gcrm serve` starts one too)." if stuck else "",
    )


def _disk() -> Part:
    home = workspace().settings.home
    free = shutil.disk_usage(home).free
    try:
        with tempfile.TemporaryFile(dir=home) as trial:
            trial.write(bytes(65_536))
            trial.flush()
    except OSError as error:
        fault = storage_fault(error, home) or cannot_write(home, error.errno)
        return Part("Disk", ok=False, found=fault.fault, remedy=fault.remedy)
    enough = free > 2_000_000_000
    return Part("Disk", ok=enough, found=f"{size(free)} free", remedy="" if enough else "Make room: 2 GB or more.")
