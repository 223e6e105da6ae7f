"""Whose job is next."""

from datetime import UTC, datetime, timedelta

from gcrm.jobs.fair import fair_order
from gcrm.jobs.model import Job, JobState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADA, BO, CY = 1, 2, 3


def _job(number: int, user: int | None, kind: str = "plan day", *, runs: bool = False) -> Job:
    return Job(kind, {}, JobState.RUNNING if runs else JobState.QUEUED, user_id=user, id=number)


def _order(*jobs: Job, starts: dict[int | None, datetime] | None = None) -> list[int]:
    return [job.id for job in fair_order(jobs, starts or {})]


def test_one_persons_thirty_do_not_hold_up_anothers_one() -> None:
    thirty = [_job(number, ADA) for number in range(1, 31)]
    assert _order(*thirty, _job(31, BO))[:3] == [1, 31, 2]
    # Two of them run already.
    running = [_job(1, ADA, runs=True), _job(2, ADA, runs=True)]
    assert _order(*running, *thirty[2:], _job(31, BO), _job(32, CY))[:2] == [31, 32]


def test_turns_go_round() -> None:
    jobs = [_job(1, ADA), _job(2, ADA), _job(3, ADA), _job(4, BO), _job(5, BO), _job(6, CY)]
    assert _order(*jobs) == [1, 4, 6, 2, 5, 3]


def test_who_had_a_turn_last_waits_for_those_who_had_none() -> None:
    starts: dict[int | None, datetime] = {ADA: NOON, BO: NOON - timedelta(hours=1)}
    assert _order(_job(1, ADA), _job(2, BO), _job(3, CY), starts=starts) == [3, 2, 1]


def test_what_somebody_waits_for_at_a_page_goes_before_what_takes_long() -> None:
    jobs = [_job(1, ADA, "area import"), _job(2, ADA, "plan week"), _job(3, ADA), _job(4, BO, "accounts import")]
    assert _order(*jobs) == [3, 4, 1, 2]


def test_the_command_line_is_a_person_too() -> None:
    assert _order(_job(1, ADA), _job(2, ADA), _job(3, None)) == [1, 3, 2]


def test_nothing_waits() -> None:
    assert _order() == []
    assert _order(_job(1, ADA, runs=True)) == []
