"""Background actions. The row is the truth about a job; the queue only carries its number."""

import builtins
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, or_, select, update

from gcrm.jobs.model import Job, JobState, Worker
from gcrm.platform.database.repository import Repository, not_found
from gcrm.platform.database.schema import job, job_queue, worker


class Jobs(Repository):
    """Jobs."""

    def add(self, new: Job) -> Job:
        """Add one; returned with its id."""
        return replace(new, id=self._insert(job, _row_of(new)))

    def get(self, job_id: int) -> Job:
        """One job. Raises NotFound."""
        found = self._found(job.c.id == job_id)
        if not found:
            raise not_found("job", job_id)
        return found[0]

    def list(self, limit: int = 50) -> builtins.list[Job]:
        """The last ones, newest first."""
        return self._found(limit=limit)

    def latest(self, limit: int, *, kind: str = "", with_results: bool = False) -> builtins.list[Job]:
        """The last ones, newest first, of one kind where one is named.

        with_results: a result may be a plan of weeks; a list that only names jobs does not read them.
        """
        wanted = [job.c.kind == kind] if kind else []
        if with_results:
            return self._found(*wanted, limit=limit)
        columns = [column for column in job.c if column is not job.c.result]
        rows = self._connection.execute(select(*columns).where(*wanted).order_by(job.c.id.desc()).limit(limit))
        return [_job_of(row) for row in rows.mappings()]

    def in_state(self, *states: JobState) -> builtins.list[Job]:
        """All jobs in one of the states, newest first."""
        return self._found(job.c.state.in_([state.value for state in states]))

    def last_starts(self) -> dict[int | None, datetime]:
        """When a job of each user was last begun, by the user's id; None for those of the command line."""
        rows = self._connection.execute(
            select(job.c.user_id, func.max(job.c.started_at))
            .where(job.c.started_at.is_not(None))
            .group_by(job.c.user_id)
        )
        return {row[0]: row[1] for row in rows}

    def update(self, changed: Job) -> Job:
        """Change one: all its columns. Raises NotFound.

        A wish to cancel that came in meanwhile stays, unless the job goes back to the queue.
        """
        values = _row_of(changed)
        if changed.state is not JobState.QUEUED and not changed.cancel_requested:
            del values["cancel_requested"]
        self._update(job, changed.id, values, "job")
        return self.get(changed.id)

    def request_cancel(self, job_id: int) -> Job:
        """Ask for a job to stop; a worker sees it at its next report, one that waits is cancelled. Raises NotFound."""
        self._update(job, job_id, {"cancel_requested": True}, "job")
        self._connection.execute(
            update(job)
            .where(job.c.id == job_id, job.c.state == JobState.QUEUED.value)
            .values(state=JobState.CANCELLED.value)
        )
        return self.get(job_id)

    def claim(self, job_id: int, at: datetime, stale_before: datetime) -> Job | None:
        """Take a job that is queued, or whose worker was last heard of before `stale_before`; None if taken."""
        taken = self._connection.execute(
            update(job)
            .where(
                job.c.id == job_id,
                or_(
                    job.c.state == JobState.QUEUED.value,
                    (job.c.state == JobState.RUNNING.value)
                    & or_(job.c.heartbeat_at.is_(None), job.c.heartbeat_at < stale_before),
                ),
            )
            .values(
                state=JobState.RUNNING.value,
                started_at=at,
                heartbeat_at=at,
                finished_at=None,
                error="",
                remedy="",
                result=None,
                attempts=job.c.attempts + 1,
            )
        )
        return self.get(job_id) if taken.rowcount else None

    def beat(
        self,
        job_id: int,
        at: datetime,
        message: str,
        done: int,
        total: int,
        *,
        attempt: int | None = None,
        found: dict[str, Any] | None = None,
    ) -> bool | None:
        """Say that a running job lives and how far it is; whether somebody asked for it to stop. Raises NotFound.

        found: the best so far, None to leave what stands there.

        attempt: which one this is, as claimed; None is answered, and nothing written, where the job has ended or is at
        another attempt by now: another worker has it then.
        """
        values: dict[str, Any] = {"heartbeat_at": at, "message": message, "done": done, "total": total}
        if found is not None:
            values["result"] = found
        if attempt is None:
            self._update(job, job_id, values, "job")
        elif not self._change_own(job_id, attempt, values):
            return None
        return bool(self._connection.execute(select(job.c.cancel_requested).where(job.c.id == job_id)).scalar())

    def say_enough(self, job_id: int) -> None:
        """Let a search end with the best that it has found. Raises NotFound."""
        self._update(job, job_id, {"enough": True}, "job")

    def take_enough(self, job_id: int) -> bool:
        """Whether somebody has said so; it is said once."""
        is_said = job.c.id == job_id, job.c.enough
        return bool(self._connection.execute(update(job).where(*is_said).values(enough=False)).rowcount)

    def queue_name(self, new: str) -> str:
        """The name of the queue on a server that others use too: the one that was kept first, else the new one."""
        known = self._connection.execute(select(job_queue.c.name).order_by(job_queue.c.name).limit(1)).scalar()
        if known is None:
            self._connection.execute(insert(job_queue).values(name=new))
        return known or new

    def end(self, ended: Job) -> Job | None:
        """Write how a running job ended; None, and nothing is written, where another worker has it by now."""
        values = _row_of(ended)
        # Both were written since by others: the beats of the worker, and a wish to cancel that came too late.
        del values["heartbeat_at"], values["cancel_requested"]
        return self.get(ended.id) if self._change_own(ended.id, ended.attempts, values) else None

    def put_back(self, running: Job, *, counts: bool = False) -> Job | None:
        """Let a running job wait again; None where another worker has it by now. counts: this attempt was one."""
        values = {
            "state": JobState.QUEUED.value,
            "attempts": running.attempts if counts else running.attempts - 1,
            "message": "",
            "done": 0,
            "total": 0,
            "result": None,
        }
        return self.get(running.id) if self._change_own(running.id, running.attempts, values) else None

    def _change_own(self, job_id: int, attempt: int, values: dict[str, Any]) -> bool:
        mine = (job.c.id == job_id) & (job.c.state == JobState.RUNNING.value) & (job.c.attempts == attempt)
        return bool(self._connection.execute(update(job).where(mine).values(values)).rowcount)

    def _found(self, *wanted: ColumnElement[bool], limit: int | None = None) -> builtins.list[Job]:
        rows = self._connection.execute(select(job).where(*wanted).order_by(job.c.id.desc()).limit(limit)).mappings()
        return [_job_of(row) for row in rows]


class Workers(Repository):
    """Programs that do jobs. Each notes itself, again and again, and takes its row away when it ends."""

    def all(self) -> builtins.list[Worker]:
        """All that are noted, the dead among them."""
        rows = self._connection.execute(select(worker).order_by(worker.c.id))
        return [Worker(row.host, row.pid, row.started_at, row.seen_at, row.id) for row in rows]

    def sign(self, me: Worker) -> None:
        """Note that a worker lives; a process of that machine and number that was noted before is another one now."""
        mine = (worker.c.host == me.host) & (worker.c.pid == me.pid)
        values = {"started_at": me.started_at, "seen_at": me.seen_at}
        if not self._connection.execute(update(worker).where(mine).values(values)).rowcount:
            self._insert(worker, {"host": me.host, "pid": me.pid, **values})

    def remove(self, host: str, pid: int) -> None:
        """Forget one."""
        self._connection.execute(delete(worker).where(worker.c.host == host, worker.c.pid == pid))

    def forget_silent(self, before: datetime) -> None:
        """Forget those last heard of before an instant."""
        self._connection.execute(delete(worker).where(worker.c.seen_at < before))


def _row_of(one: Job) -> dict[str, Any]:
    values = asdict(one) | {"state": one.state.value}
    del values["id"]
    return values


def _job_of(row: RowMapping) -> Job:
    values = {name: value for name, value in row.items() if name != "enough"}
    return Job(**values | {"state": JobState(row["state"])})
