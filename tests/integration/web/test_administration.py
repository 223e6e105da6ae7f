"""Back-ups and areas from the web."""

import io
from pathlib import Path

import pytest
from flask import Flask

from gcrm.backup.archive import read_contents
from gcrm.backup.make_backup import make_backup
from gcrm.jobs.run import run_next
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser


def _job(answer: object) -> int:
    return int(str(answer.headers["Location"]).rsplit("/", 1)[-1])  # type: ignore[attr-defined]


def test_a_backup_is_started_seen_and_taken_along(dee: Browser, pia: Browser, workspace: Workspace) -> None:
    first = dee.post("/health/backups")
    assert dee.post("/health/backups").headers["Location"] == first.headers["Location"]  # one at a time
    run_next(workspace, _job(first))
    with workspace.store.read() as tx:
        name = Path(tx.backups.latest().file).name
    assert name in dee.get("/health/").text
    taken = dee.get(f"/health/backups/{name}")
    assert taken.status_code == 200
    file = workspace.settings.home / "taken.zip"
    file.write_bytes(taken.data)
    taken.close()
    assert read_contents(file).accounts == 9
    assert pia.get(f"/health/backups/{name}").status_code == 403


def test_no_other_file_is_a_backup(dee: Browser, workspace: Workspace, tmp_path: Path) -> None:
    make_backup(workspace, tmp_path / "elsewhere.zip")
    for name in ("elsewhere.zip", "..%2fgcrm.gpkg", "gcrm.gpkg", "..", "%2e%2e%2fsecret_key", "x" * 300):
        assert dee.get(f"/health/backups/{name}").status_code in {404, 308}
    assert "elsewhere.zip" in dee.get("/health/").text


def test_an_area_is_imported_as_a_job_and_what_is_none_is_refused(dee: Browser, workspace: Workspace) -> None:
    sent = dee.post("/areas/", {"file": (io.BytesIO(b"not a map"), "north.osm.pbf"), "name": "North"})
    number = _job(sent)
    with workspace.store.read() as tx:
        job = tx.jobs.get(number)
    assert job.kind == "area import"
    assert job.params["name"] == "North"
    assert Path(job.params["file"]).name == "north.osm.pbf"
    run_next(workspace, number)
    page = dee.get(f"/jobs/{number}").text
    assert "problem" in page
    for wrong in ("north.exe", "north.csv", ""):
        assert dee.post("/areas/", {"file": (io.BytesIO(b"x"), wrong)}).status_code == 400
    assert dee.post("/areas/").status_code == 400


def test_only_administrators_may_send_much(
    dee: Browser, pia: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 2_000)
    large = bytes(20_000)
    assert pia.post("/areas/", {"file": (io.BytesIO(large), "north.osm.pbf")}).status_code == 413
    assert dee.post("/imports/", {"file": (io.BytesIO(large), "north.csv")}).status_code == 413
    assert dee.post("/areas/", {"file": (io.BytesIO(large), "north.osm.pbf")}).status_code == 302
