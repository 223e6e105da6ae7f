"""The compiled search never reads or writes beside its arrays, however rough the travel times are."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import routing.planner.kernel

ROOT = Path(routing.planner.kernel.__file__).parents[3]
SEEDS = 12


def test_a_long_run_of_each_solver_stays_within_its_arrays(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Compiled with checks of every index, which takes a minute, so that the compiled code is kept for the next run."""
    sources = sorted(Path(routing.planner.kernel.__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    cache = getattr(request.config, "cache", None)
    compiled = tmp_path if cache is None else cache.mkdir(f"bounds-{digest}")
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(compiled)}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.unit.routing.planner.long_run", str(SEEDS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
