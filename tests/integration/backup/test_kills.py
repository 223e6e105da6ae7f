"""A program that is killed at any moment loses nothing that it has answered, and leaves nothing half done."""

from pathlib import Path

from tests.benchmarks.kills import run_kills


def test_nothing_is_lost_or_half_done_after_kills_at_random(tmp_path: Path) -> None:
    answered = run_kills(tmp_path, times=3, seed=7)
    assert len(answered.notes) >= 3
