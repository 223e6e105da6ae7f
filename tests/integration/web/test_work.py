"""Work that goes on in the background, and territories that are moved."""

import io
import re
from dataclasses import replace
from pathlib import Path

from gcrm.imports.import_accounts import import_accounts
from gcrm.jobs.model import Job, JobState
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World


def upload(browser: Browser, name: str = "accounts.csv", content: bytes = b"name,street\nNew Shop,Weg 1\n") -> str:
    answer = browser.post("/imports/", {"file": (io.BytesIO(content), name)})
    return answer.headers.get("Location", "")


def finish(workspace: Workspace, job_id: int, **changes: object) -> None:
    with workspace.store.write() as tx:
        tx.jobs.update(replace(tx.jobs.get(job_id), **changes))


def number_in(path: str) -> int:
    return int(re.findall(r"\d+", path)[0])


def test_a_file_that_was_sent_waits_as_a_job_of_its_sender(pia: Browser, workspace: Workspace) -> None:
    path = upload(pia)
    with workspace.store.read() as tx:
        job = tx.jobs.get(number_in(path))
    assert (job.kind, job.state) == ("accounts import", JobState.QUEUED)
    assert "Queued" in pia.get(path).text
    assert "accounts.csv" in pia.get("/imports/").text


def test_a_name_that_climbs_out_of_the_folder_stays_inside(pia: Browser, workspace: Workspace) -> None:
    path = upload(pia, "../../../etc/passwd.csv")
    with workspace.store.read() as tx:
        file = tx.jobs.get(number_in(path)).params["file"]
    assert ".." not in file
    assert file.startswith(str(workspace.settings.home))


def test_only_csv_is_taken(pia: Browser) -> None:
    answer = pia.post("/imports/", {"file": (io.BytesIO(b"MZ"), "setup.exe")})
    assert answer.status_code == 400
    assert "Save it as CSV" in answer.text
    assert pia.post("/imports/", {}).headers["Location"] == "/imports/"


def test_what_came_of_an_import_is_told_with_its_rejects_as_a_file(pia: Browser, workspace: Workspace) -> None:
    path = upload(pia)
    rejected = workspace.settings.home / "imports" / "rejected.csv"
    rejected.parent.mkdir(exist_ok=True)
    rejected.write_text("name,reason\n,Has no name\n", encoding="utf-8")
    result = {
        "read": 3, "created": 1, "updated": 1, "unchanged": 0, "rejected": 1, "rejects_file": str(rejected),
        "rejects": [{"row": 3, "reason": "Has no name."}], "placed": {"house": 1, "street": 0, "place": 0, "none": 1},
    }  # fmt: skip
    finish(workspace, number_in(path), state=JobState.DONE, result=result)
    page = pia.get(path).text
    assert "3 rows read: 1 new, 1 changed" in re.sub(r"\s+", " ", page)
    assert "Has no name." in page
    with pia.get(f"{path}/rejects") as sent:
        assert sent.data == rejected.read_bytes()


def test_no_file_outside_the_workspace_is_handed_out(pia: Browser, workspace: Workspace) -> None:
    path = upload(pia)
    finish(workspace, number_in(path), state=JobState.DONE, result={"rejects_file": "/etc/hostname", "read": 0})
    assert pia.get(f"{path}/rejects").status_code == 404


def test_a_failed_job_names_its_remedy(pia: Browser, workspace: Workspace) -> None:
    path = upload(pia)
    finish(workspace, number_in(path), state=JobState.FAILED, error="No column is a name.", remedy="Name one.")
    page = pia.get(path).text
    assert "No column is a name." in page
    assert "Name one." in page


def test_an_import_is_taken_back_as_a_whole(pia: Browser, workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text("name,street\nNew Shop,Weg 1\n", encoding="utf-8")
    path = upload(pia)
    done = import_accounts(workspace, file)
    finish(workspace, number_in(path), state=JobState.DONE, result={"read": 1, "created": 1, "batch": done.batch})
    assert "Undo this import" in pia.get(path).text
    page = pia.post(f"{path}/undo", follow_redirects=True).text
    assert "1 account is gone" in page
    assert "Undo this import" not in page
    with workspace.store.read() as tx:
        assert not tx.accounts.find(text="New Shop")
    assert pia.post(f"{path}/undo").status_code == 409
    assert "<td>undone</td>" in pia.get("/imports/").text


def test_planning_is_a_job_that_the_page_follows_until_it_is_done(ada: Browser, workspace: Workspace) -> None:
    ada.post("/day/north/2026-11-25/plan")
    with workspace.store.read() as tx:
        (job,) = tx.jobs.list(10)
    piece = f"/jobs/{job.id}/piece?done=/day/north/2026-11-25"
    assert "Stop" in ada.get(piece).text
    finish(workspace, number_in(piece), state=JobState.RUNNING, message="Choosing visits", done=3, total=10)
    running = ada.get(piece).text
    assert "Choosing visits" in running
    assert 'value="3" max="10"' in running
    finish(workspace, number_in(piece), state=JobState.DONE)
    assert ada.get(piece).headers["HX-Redirect"] == "/day/north/2026-11-25"


def test_a_job_is_stopped_by_whoever_started_it(ada: Browser, cy: Browser, workspace: Workspace) -> None:
    ada.post("/day/north/2026-11-25/plan")
    with workspace.store.read() as tx:
        (job,) = tx.jobs.list(10)
    assert cy.post(f"/jobs/{job.id}/cancel").status_code == 404
    ada.post(f"/jobs/{job.id}/cancel")
    with workspace.store.read() as tx:
        assert tx.jobs.get(job.id).cancel_requested


def test_a_planner_s_jobs_are_not_another_s(pia: Browser, dee: Browser, workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        job = tx.jobs.add(Job("plan team", {"date": "2026-11-25"}, user_id=tx.users.get_by_login("dee").id))
    assert pia.get(f"/jobs/{job.id}").status_code == 404
    assert dee.get(f"/jobs/{job.id}").status_code == 200
    assert f"/jobs/{job.id}" not in pia.get("/jobs/").text


def test_the_piece_of_a_job_never_leads_to_another_site(pia: Browser, workspace: Workspace) -> None:
    number = number_in(upload(pia))
    finish(workspace, number, state=JobState.DONE)
    answer = pia.get(f"/jobs/{number}/piece?done=//evil.example")
    assert answer.headers["HX-Redirect"] == f"/jobs/{number}"


def test_moving_a_region_moves_its_accounts(pia: Browser, workspace: Workspace, world: World) -> None:
    answer = pia.post("/territories/assign", {"region": str(world.regions["Nordhausen"]), "rep": "south"})
    assert answer.status_code == 302
    with workspace.store.read() as tx:
        assert tx.accounts.get(world.accounts["Alpen Bakery"]).territory_id == world.territories["South"]
        assert world.regions["Nordhausen"] not in tx.territories.get(world.territories["North"]).region_ids


def test_a_shared_region_given_to_one_is_shared_no_more(pia: Browser, world: World) -> None:
    assert "1 account lies in the regions of two reps" in pia.get("/territories/").text
    pia.post("/territories/assign", {"region": str(world.regions["Mittelhausen"]), "rep": "north"})
    assert "regions of two reps" not in pia.get("/territories/").text


def test_a_region_given_to_nobody_leaves_its_accounts_unowned(pia: Browser, world: World) -> None:
    pia.post("/territories/assign", {"region": str(world.regions["Suedhausen"]), "rep": ""})
    page = pia.get("/territories/").text
    assert "Unowned: 4 accounts" in page


def test_assigning_what_is_not_there_is_refused(pia: Browser, world: World) -> None:
    region = str(world.regions["Nordhausen"])
    assert pia.post("/territories/assign", {"rep": "north"}).status_code == 400
    assert pia.post("/territories/assign", {"rep": "north", "region": "x"}).status_code == 400
    assert pia.post("/territories/assign", {"rep": "north", "region": "99999"}).status_code == 404
    assert pia.post("/territories/assign", {"rep": "nobody-like-that", "region": region}).status_code == 404


def test_a_manager_sees_territories_and_cannot_move_them(bo: Browser) -> None:
    page = bo.get("/territories/").text
    assert "North team" in page
    assert "Assign to" not in page


def test_the_worker_of_pages_without_a_connection_names_only_our_files(nobody: Browser) -> None:
    answer = nobody.get("/service-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert re.search(r"/static/[0-9a-f]{16}/app\.js", answer.text)
    assert re.search(r"/static/[0-9a-f]{16}/offline/outbox\.js", answer.text)
    assert "http" not in answer.text.split("\n", 1)[0]
    manifest = nobody.get("/manifest.webmanifest").get_json()
    assert manifest["start_url"] == "/"
    for icon in manifest["icons"]:
        with nobody.get(icon["src"]) as drawn:
            assert drawn.mimetype == icon["type"]
    assert {(icon["sizes"], icon.get("purpose")) for icon in manifest["icons"]} >= {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip


def test_a_rep_has_a_bounded_number_of_plans_waiting(ada: Browser, pia: Browser) -> None:
    answers = [ada.post("/day/north/2026-11-24/plan") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2
    assert "You have 5 jobs waiting already." in answers[-1].text
    assert pia.post("/day/north/2026-11-24/plan").status_code == 302
