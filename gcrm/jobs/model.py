"""Long actions that run in the background."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from gcrm.common.language import to_say


class JobState(StrEnum):
    """Where a job is in its life."""

    QUEUED = to_say("queued")
    RUNNING = to_say("running")
    DONE = to_say("done")
    FAILED = to_say("failed")
    CANCELLED = to_say("cancelled")


@dataclass(frozen=True, slots=True)
class Worker:
    """A program that does jobs: on which machine, under which process number, and when it was last heard of."""

    host: str
    pid: int
    started_at: datetime
    seen_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One background action.

    result is the same document that the command line prints with --json; while the job runs it is the best found so
    far, where its kind shows that.
    """

    kind: str
    params: dict[str, Any]
    state: JobState = JobState.QUEUED
    message: str = ""
    done: int = 0
    total: int = 0
    result: dict[str, Any] | None = None
    error: str = ""
    remedy: str = ""
    user_id: int | None = None
    cancel_requested: bool = False
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    heartbeat_at: datetime | None = None
    attempts: int = 0
    id: int = 0
