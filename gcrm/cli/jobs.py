"""`gcrm jobs` and `gcrm worker`: long actions in the background."""

import logging
from typing import Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.jobs.model import Job, JobState
from gcrm.platform.in_use import using
from gcrm.workspace import open_workspace

UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


@click.group()
def jobs() -> None:
    """Long actions that run in the background: imports and plans started in the web app."""


@jobs.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@json_option
def list_(limit: int, as_json: bool) -> None:
    """List jobs, newest first."""
    workspace = open_workspace()
    with workspace.store.read() as tx:
        found = tx.jobs.list(limit)
    workspace.close()
    answer(
        [_document(job) for job in found],
        as_json,
        lambda: "\n".join(_line(job) for job in found) or "There are no jobs.",
    )


@jobs.command()
@click.argument("job_id", metavar="ID", type=int)
@json_option
def show(job_id: int, as_json: bool) -> None:
    """Show one job: how far it is, what came of it or why it failed."""
    workspace = open_workspace()
    with workspace.store.read() as tx:
        job = tx.jobs.get(job_id)
    workspace.close()
    answer(_document(job), as_json, lambda: _long(job))


@jobs.command()
@click.argument("job_id", metavar="ID", type=int)
@json_option
def cancel(job_id: int, as_json: bool) -> None:
    """Stop a job; it keeps nothing of what it has done."""
    workspace = open_workspace()
    with workspace.store.write() as tx:
        tx.jobs.request_cancel(job_id)
        job = tx.jobs.get(job_id)
    workspace.close()
    answer(_document(job), as_json, lambda: _stopped(job))


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="Jobs at a time.")
@click.option("--parent", type=click.IntRange(1), hidden=True, help="Stop when the process of this number ends.")
@click.option("--warm/--no-warm", default=True, help="Make the planner ready at the start, or at the first plan.")
@json_option
def worker(threads: int, parent: int | None, warm: bool, as_json: bool) -> None:
    """Do jobs until interrupted.

    `gcrm serve` starts one worker by itself; more may run on any machine with the same settings.
    """
    from gcrm.jobs.worker import run_worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    workspace = open_workspace()
    with using(workspace.settings.home):
        run_worker(workspace, threads=threads, parent=parent, warm=warm)
    workspace.close()
    answer({"stopped": True}, as_json, lambda: "Stopped.")


def _document(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "params": job.params,
        "state": job.state,
        "message": job.message,
        "done": job.done,
        "total": job.total,
        "result": job.result,
        "error": job.error,
        "remedy": job.remedy,
        "cancel_requested": job.cancel_requested,
        "user_id": job.user_id,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "heartbeat_at": job.heartbeat_at,
        "finished_at": job.finished_at,
    }


def _line(job: Job) -> str:
    share = f" {job.done:,} of {job.total:,}" if job.total else ""
    said = job.error if job.state is JobState.FAILED else f"{job.message}{share}" if job.state in UNDER_WAY else ""
    return f"{job.id:>6}  {job.kind:<16} {job.state.value:<10} {said}".rstrip()


def _long(job: Job) -> str:
    lines = [_line(job)]
    if job.remedy:
        lines.append(job.remedy)
    for name, value in (job.result or {}).items():
        if isinstance(value, (str, int, float)):
            lines.append(f"        {name}: {value}")
    return "\n".join(lines)


def _stopped(job: Job) -> str:
    if job.state is JobState.CANCELLED:
        return f"Job {job.id} is cancelled."
    if job.state in UNDER_WAY:
        return f"Job {job.id} has been asked to stop; it does so after the piece of work it is at."
    return f"Job {job.id} has ended already: {job.state.value}."
