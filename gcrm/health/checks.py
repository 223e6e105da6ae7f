"""Every part of a workspace: whether it works, what it is, and the command that mends it.

The page Health and `gcrm doctor` say the same. A part that cannot be looked at is one that does not work: no check
ever ends the others.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from gcrm.areas.area import Area
from gcrm.backup.last_backup import is_old, last_backup
from gcrm.common.language import number, say, say_n, to_say
from gcrm.common.today import desk_today
from gcrm.common.wording import ago_in_words
from gcrm.jobs.model import JobState
from gcrm.jobs.workers import NOBODY, living_workers
from gcrm.planning.routing_words import fault_and_remedy
from gcrm.platform.errors import GcrmError
from gcrm.platform.storage_fault import cannot_write, storage_fault
from gcrm.workspace import Workspace

OLD = timedelta(days=120)
"""Street data older than this misses new roads and houses."""

SILENT = timedelta(seconds=90)
"""A running job that says nothing for this long has lost its worker."""

AHEAD = timedelta(minutes=5)
"""What was written so far in the future was written by a clock that is right, or this one is."""

ENOUGH_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """One part: whether it works, what it is, and how to mend it."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine(workspace: Workspace) -> list[Part]:
    """Look at every part."""
    return [part for name, check in CHECKS for part in _looked_at(name, check, workspace)]


def _looked_at(name: str, check: Callable[[Workspace], Iterator[Part]], workspace: Workspace) -> list[Part]:
    try:
        return list(check(workspace))
    except GcrmError as broken:
        return [_broken(name, broken)]
    except OSError as broken:
        fault = storage_fault(broken, workspace.settings.home)
        found = fault.fault if fault else str(broken)
        return [Part(say(name), ok=False, found=found, remedy=fault.remedy if fault else say("See the message."))]


def _broken(name: str, error: GcrmError) -> Part:
    fault, remedy = fault_and_remedy(error)
    return Part(say(name), ok=False, found=fault, remedy=remedy)


def _database(workspace: Workspace) -> Iterator[Part]:
    settings = workspace.settings
    with workspace.store.read() as tx:
        what = _accounts(sum(tx.accounts.counts().values()))
    kind = "PostGIS" if settings.database_url else f"GeoPackage, {_size(settings.database_file.stat().st_size)}"
    yield Part(say("Database"), ok=True, found=f"{kind}, {what}")


def _backup(workspace: Workspace) -> Iterator[Part]:
    made, now = last_backup(workspace), workspace.clock()
    command = say("Make one with `gcrm backup`; the app may go on running.")
    if made is None:
        yield Part(say("Back-up"), ok=False, found=say("there is none"), remedy=command)
        return
    found = say(
        "made {ago}, {size}, {accounts}: {file}",
        ago=ago_in_words((now - made.made_at).days),
        size=_size(made.size_bytes),
        accounts=_accounts(made.accounts),
        file=made.file,
    )
    yield Part(say("Back-up"), ok=not is_old(made, now), found=found, remedy=command if is_old(made, now) else "")


def _area(workspace: Workspace) -> Iterator[Part]:
    try:
        area = workspace.areas.current()
    except GcrmError as missing:
        yield _broken(to_say("Area"), missing)
        for name in (to_say("Router"), to_say("Geocoder")):
            yield Part(say(name), ok=False, found=say("waits for an area"))
        return
    age = workspace.clock() - area.info.imported_at
    yield Part(
        say("Area"),
        ok=age < OLD,
        found=say(
            "{area}, imported {ago}, {junctions} junctions",
            area=area.info.name,
            ago=ago_in_words(age.days),
            junctions=number(area.info.junctions),
        ),
        remedy="" if age < OLD else say("Get a newer extract and run `gcrm area import FILE`."),
    )
    yield _router(workspace, area)
    known = area.info.addresses
    yield Part(
        say("Geocoder"),
        ok=known > 0,
        found=say_n("{n} address of the extract", "{n} addresses of the extract", known),
        remedy="" if known else say("This extract holds no addresses; import one that does."),
    )


def _router(workspace: Workspace, area: Area) -> Part:
    """The router, and how many of its answers for the plans of today were not sound and have been mended."""
    settings = workspace.settings
    try:
        router = area.travel_times(settings.router, settings.osrm_url)
        router.check()
    except GcrmError as missing:
        return _broken(to_say("Router"), missing)
    with workspace.store.read() as tx:
        today = desk_today(tx.reps.all(), workspace.clock())
        mended = sum(plan.mended.cells for plan in tx.plans.of_day(today).values())
    about = router.about
    if mended:
        about += "; " + say_n(
            "{n} travel time mended in the plans of today", "{n} travel times mended in the plans of today", mended
        )
    return Part(say("Router"), ok=True, found=about)


def _workers(workspace: Workspace) -> Iterator[Part]:
    found = living_workers(workspace)
    if not found:
        yield Part(
            say("Workers"), ok=False, found=say("none"), remedy=f"{say(NOBODY)} {say('`gcrm serve` starts one too.')}"
        )
        return
    said = ", ".join(
        say(
            "process {pid} on {host} since {when} UTC",
            pid=one.pid,
            host=one.host,
            when=f"{one.started_at:%Y-%m-%d %H:%M}",
        )
        for one in found
    )
    yield Part(say("Workers"), ok=True, found=said)


def _jobs(workspace: Workspace) -> Iterator[Part]:
    now = workspace.clock()
    with workspace.store.read() as tx:
        running = tx.jobs.in_state(JobState.QUEUED, JobState.RUNNING)
    stuck = [job for job in running if (seen := job.heartbeat_at or job.created_at) is not None and now - seen > SILENT]
    told = say(
        "{queue}, {running} under way",
        queue="Redis" if workspace.settings.redis_url else "SQLite",
        running=len(running),
    )
    if stuck:
        told = say("{jobs}, {stuck} without a sign of life", jobs=told, stuck=len(stuck))
    yield Part(
        say("Jobs"),
        ok=not stuck,
        found=told,
        remedy=say("Start a worker: `gcrm worker` (`gcrm serve` starts one too).") if stuck else "",
    )


def _redis(workspace: Workspace) -> Iterator[Part]:
    from gcrm.jobs.redis_answers import redis_answers

    url = workspace.settings.redis_url
    if not url:
        return
    try:
        yield Part(say("Redis"), ok=True, found=redis_answers(url))
    except (OSError, ValueError) as silent:
        yield Part(
            say("Redis"),
            ok=False,
            found=say("it does not answer: {why}", why=silent),
            remedy=say("Start the server that GCRM_REDIS_URL names, or unset it to keep jobs in SQLite."),
        )


def _disk(workspace: Workspace) -> Iterator[Part]:
    home = workspace.settings.home
    free = shutil.disk_usage(home).free
    try:
        with tempfile.TemporaryFile(dir=home) as trial:
            trial.write(bytes(65_536))
            trial.flush()
    except OSError as error:
        fault = storage_fault(error, home) or cannot_write(home, error.errno)
        yield Part(say("Disk"), ok=False, found=fault.fault, remedy=fault.remedy)
        return
    enough = free > ENOUGH_BYTES
    remedy = "" if enough else say("Make room: 2 GB or more.")
    yield Part(say("Disk"), ok=enough, found=say("{size} free", size=_size(free)), remedy=remedy)


def _clock(workspace: Workspace) -> Iterator[Part]:
    now = workspace.clock()
    made = last_backup(workspace)
    with workspace.store.read() as tx:
        written = [job.created_at for job in tx.jobs.latest(1)] + [one.seen_at for one in tx.workers.all()]
    latest = max([*(one for one in written if one is not None), *([made.made_at] if made else [])], default=now)
    ok = latest - now <= AHEAD
    found = f"{now:%Y-%m-%d %H:%M} UTC"
    if not ok:
        found = say("{now}, but something was written at {latest} UTC", now=found, latest=f"{latest:%Y-%m-%d %H:%M}")
    remedy = "" if ok else say("Set the clock of this machine by the network: `timedatectl set-ntp true`.")
    yield Part(say("Clock"), ok=ok, found=found, remedy=remedy)


CHECKS: tuple[tuple[str, Callable[[Workspace], Iterator[Part]]], ...] = (
    (to_say("Database"), _database),
    (to_say("Back-up"), _backup),
    (to_say("Area"), _area),
    (to_say("Workers"), _workers),
    (to_say("Jobs"), _jobs),
    (to_say("Redis"), _redis),
    (to_say("Disk"), _disk),
    (to_say("Clock"), _clock),
)
"""What a part is called where its check fails, and the check."""


def _accounts(count: int) -> str:
    return say_n("{n} account", "{n} accounts", count)


def _size(n_bytes: int) -> str:
    return f"{number(n_bytes / 1e6)} MB" if n_bytes >= 1e6 else f"{number(max(n_bytes, 1) / 1e3)} kB"
