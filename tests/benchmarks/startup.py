"""How long commands take to begin, and what the programs hold at rest: `python -m tests.benchmarks.startup`.

Processor time (user and system) of a command on an empty workspace, the least of five runs, and as a ratio to
`python -c pass` in the same run; the most memory that each held. Machines differ, and a busy one doubles the seconds:
compare the ratios.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--help",),
    ("accounts", "list"),
    ("users", "list"),
    ("reps", "list"),
    ("territories", "list"),
    ("jobs", "list"),
    ("imports", "list"),
    ("backup", "--help"),
    ("plan", "--help"),
)


def processor_s(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of processor time that a command took, and the megabytes that it held at most."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used.ru_maxrss / 1024


def main() -> None:
    """Measure, and print one JSON document a command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"GCRM_HOME": home, "GCRM_DATABASE_URL": "", "GCRM_REDIS_URL": ""}
        gcrm = [sys.executable, "-m", "gcrm.cli"]
        # The first makes the database.
        processor_s([*gcrm, "accounts", "list"], environment)
        baseline, _ = min(processor_s([sys.executable, "-c", "pass"], environment) for _ in range(runs))
        for words in COMMANDS:
            seconds, megabytes = min(processor_s([*gcrm, *words], environment) for _ in range(runs))
            print(  # noqa: T201
                json.dumps(
                    {
                        "command": " ".join(["gcrm", *words]),
                        "processor_s": round(seconds, 2),
                        "to_python_c_pass": round(seconds / baseline, 1),
                        "most_mb": round(megabytes),
                    }
                ),
                flush=True,
            )


if __name__ == "__main__":
    main()
