"""Whose job is next: each person has a turn, and what somebody waits for at a page goes before what takes long."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from gcrm.jobs.model import Job, JobState

SHORT = frozenset({"plan day", "accounts look", "geocode"})
"""Kinds that a person usually waits for in front of the page: seconds, where the others take minutes."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def fair_order(jobs: Iterable[Job], last_starts: Mapping[int | None, datetime]) -> list[Job]:
    """The jobs that wait, the one to be done next first.

    jobs: those that wait or run; last_starts: when each user had a job begun last. Round robin over the users: who has
    fewest jobs running is next, then short ones, then who has waited longest for a turn; a user's own in their order.
    """
    jobs = list(jobs)
    running = Counter(job.user_id for job in jobs if job.state is JobState.RUNNING)
    waiting = sorted((job for job in jobs if job.state is JobState.QUEUED), key=lambda job: job.id)
    # A user's second job stands behind everybody's first, whether that one runs already or waits.
    turns, order = Counter(running), []
    while waiting:
        chosen = min(
            waiting,
            key=lambda job: (
                turns[job.user_id],
                job.kind not in SHORT,
                last_starts.get(job.user_id, _NEVER),
                job.id,
            ),
        )
        waiting.remove(chosen)
        turns[chosen.user_id] += 1
        order.append(chosen)
    return order
