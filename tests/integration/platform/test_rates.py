"""What is asked within a minute is counted by all processes together, and by each alone where they cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from gcrm.platform import rates
from gcrm.platform.rates import OwnCounter, Rates, RedisCounter, rates_of

OTHER = """
import sys
from pathlib import Path
from gcrm.platform.rates import rates_of
counts = rates_of(Path(sys.argv[1]), sys.argv[2])
print(sum(counts.wait_s("token", 5) == 0 for _ in range(4)))
"""


@pytest.fixture(params=["file", "redis"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """The home and the address of Redis, "" for none."""
    return tmp_path, request.getfixturevalue("redis_url") if request.param == "redis" else ""


@pytest.fixture(autouse=True)
def _nothing_asked_before(where: tuple[Path, str]) -> None:
    if where[1]:
        import redis

        with redis.Redis.from_url(where[1]) as server:
            server.delete("gcrm.asked.token", "gcrm.asked.other")


def test_two_processes_count_as_one(where: tuple[Path, str]) -> None:
    counts = rates_of(*where)
    assert [counts.wait_s("token", 5) for _ in range(3)] == [0, 0, 0]
    words = [sys.executable, "-c", OTHER, str(where[0]), where[1]]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip() == "2"
    assert 1 <= counts.wait_s("token", 5) <= rates.WITHIN_S
    assert counts.wait_s("other", 5) == 0


def test_there_is_room_again_after_the_minute(where: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    counts = rates_of(*where)
    assert [counts.wait_s("token", 2) for _ in range(2)] == [0, 0]
    assert counts.wait_s("token", 2) > 0
    # The minute is over at once.
    monkeypatch.setattr(rates, "WITHIN_S", 0)
    assert counts.wait_s("token", 2) == 0


def test_a_file_that_cannot_be_is_no_reason_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "asked.sqlite").mkdir()
    counts = rates_of(tmp_path, "")
    assert [counts.wait_s("token", 2) == 0 for _ in range(3)] == [True, True, False]


def test_a_server_that_is_down_is_asked_again_only_later() -> None:
    down = RedisCounter("redis://127.0.0.1:1/0")
    asked: list[str] = []

    class Watched:
        def asked(self, key: str, most: int) -> float:
            asked.append(key)
            return down.asked(key, most)

    counts = Rates(Watched())
    assert [counts.wait_s("token", 2) == 0 for _ in range(3)] == [True, True, False]
    assert asked == ["token"]


def test_one_process_forgets_what_is_older_than_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    own = OwnCounter()
    assert own.asked("token", 1) == 0
    assert own.asked("token", 1) > 0
    monkeypatch.setattr(rates, "WITHIN_S", 0)
    assert own.asked("token", 1) == 0
