"""Any process of a company at work is killed, on one machine and on many: nothing is lost, doubled or half applied."""

import shutil
from pathlib import Path

import pytest

from tests.benchmarks.company_kills import run_company_kills
from tests.fixtures.requires import missing
from webapp import assets


@pytest.mark.parametrize("shape", ["one", "many"])
def test_nothing_is_lost_when_any_process_is_killed(shape: str, request: pytest.FixtureRequest) -> None:
    if not assets.is_current():
        missing("the scripts of the pages are not installed (python -m webapp.assets)")
    if not Path("/proc/self/task").is_dir():
        missing("this system lists no processes under /proc")
    url = ""
    if shape == "many":
        if shutil.which("redis-server") is None:
            missing("Redis is not installed: there is no redis-server in PATH")
        url = request.getfixturevalue("postgis_url")
    # The server of PostgreSQL is that of all tests here, and keeps nothing for long: it is left alone.
    found = run_company_kills(shape, 3, 7, lambda _: None, database_url=url, database_too=False)
    assert found["faults"] == []
    assert sum(found["kills"].values()) == 3
    assert found["check_ins"] > 0
