"""One rep of `tests.benchmarks.reps_at_once`, as locust runs it: opens the day and its map, and checks in.

What to ask for stands in the file named by GCRM_BENCH_REPS; what was answered is written to the file GCRM_BENCH_TOLD.
"""

import itertools
import json
import os
import random
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locust import HttpUser, constant_pacing, events, task

REPS = json.loads(Path(os.environ["GCRM_BENCH_REPS"]).read_text(encoding="utf-8"))
TOLD = Path(os.environ["GCRM_BENCH_TOLD"]).open("a", encoding="utf-8")  # noqa: SIM115 - open as long as the run lasts
NUMBERS = itertools.count()
LATER = {429, 502, 503}


@events.request.add_listener
def note(name: str, response: Any, exception: BaseException | None, **_: Any) -> None:
    """Write down what was not answered well."""
    if exception is not None or not response.ok:
        said = f"{response.status_code} {response.text[:200]}" if response is not None else ""
        TOLD.write(f"failed {name}: {said or exception!r}\n".replace("\n", " ").rstrip() + "\n")
        TOLD.flush()


class Rep(HttpUser):
    """A rep with a phone."""

    wait_time = constant_pacing(float(os.environ["GCRM_BENCH_PACE"]))

    def on_start(self) -> None:
        """Sign in."""
        self.own = REPS["reps"][next(NUMBERS) % len(REPS["reps"])]
        self.dice = random.Random(self.own["login"])
        page = self.client.get("/log-in", name="sign in").text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        fields = {"login": self.own["login"], "password": REPS["password"], "csrf_token": found[1] if found else ""}
        self.client.post("/log-in", data=fields, name="sign in", headers={"Referer": f"{self.host}/log-in"})
        self.token = ""

    @task
    def visit(self) -> None:
        """My day, its map, and a check-in."""
        self.client.get("/day/", name="my day")
        self.client.get(self.own["map"], name="map data")
        here = f"/check-in/{self.dice.choice(self.own['accounts'])}"
        page = self.client.get(here, name="check-in page").text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        self.token = found[1] if found else self.token
        sent = {"client_id": secrets.token_hex(16), "at": datetime.now(UTC).isoformat(), "outcome": "order"}
        headers = {"Referer": f"{self.host}{here}", "X-CSRFToken": self.token}
        for _ in range(100):
            answer = self.client.post(here, json=sent, headers=headers, name="check-in")
            if answer.ok:
                TOLD.write(f"{sent['client_id']}\n")
                TOLD.flush()
            if answer.status_code not in LATER:
                return
