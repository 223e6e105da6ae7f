"""What an import would do, before it is done: columns that a person can change, rows, and where they land."""

import io
import re

import pytest

from gcrm.jobs.model import JobState
from gcrm.jobs.run import run_job
from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, Browser, scripts_of

FILE = "Name;Street;Kind;Lon;Lat\nKäserei;Weg 1;prospect;9.52;47.16\n;Weg 2;;;\nUnplaced Ltd;Weg 3;customer;;\n"


def send(browser: Browser, content: str | bytes = FILE, name: str = "new.csv") -> str:
    raw = content if isinstance(content, bytes) else content.encode("cp1252")
    answer = browser.post("/imports/", {"file": (io.BytesIO(raw), name), "preview": "1"})
    assert answer.status_code == 302
    return answer.headers["Location"]


def work(workspace: Workspace, path: str) -> None:
    job = run_job(workspace, int(path.rsplit("/", 1)[1]))
    assert job is not None
    assert job.state is JobState.DONE, job.error


def words(page: str) -> str:
    return re.sub(r"\s+", " ", page)


def test_a_preview_is_followed_while_it_works_and_then_tells_all(pia: Browser, workspace: Workspace) -> None:
    path = send(pia)
    assert "Queued" in pia.get(path).text
    work(workspace, path)
    page = words(pia.get(path).text)
    assert "3 rows: 2 new, 0 changed, 0 as before" in page
    assert "1 rejected" in page
    assert "Has no name." in page
    assert "Käserei" in page
    assert "cells apart by semicolons" in page
    with workspace.store.read() as tx:
        assert not tx.accounts.find(text="Käserei")
        assert {job.kind for job in tx.jobs.list(5)} == {"accounts look"}
    assert "No imports yet" in pia.get("/imports/").text


def test_what_was_looked_at_is_imported_from_the_same_file_with_the_same_columns(
    pia: Browser, workspace: Workspace
) -> None:
    path = send(pia)
    work(workspace, path)
    number = path.rsplit("/", 1)[1]
    imported = pia.post("/imports/", {"look": number}).headers["Location"]
    job = run_job(workspace, int(imported.rsplit("/", 1)[1]))
    assert job is not None
    assert job.result is not None
    assert (job.state, job.result["created"]) == (JobState.DONE, 2)
    assert "imported or discarded" in pia.get(path).text
    assert pia.post("/imports/", {"look": number}).status_code == 404
    assert "Undo this import" in pia.get(imported).text


def test_columns_are_changed_read_again_and_remembered_for_the_next_file(pia: Browser, workspace: Workspace) -> None:
    content = "Name;Was macht er;Ort\nAlpha;Baker;Vaduz\n"
    path = send(pia, content)
    work(workspace, path)
    assert '<option value="city" selected>' in pia.get(path).text
    again = pia.post(path, {"field-0": "name", "field-1": "segment", "field-2": ""}).headers["Location"]
    assert again != path
    work(workspace, again)
    page = pia.get(again).text
    assert '<option value="segment" selected>' in page
    assert '<option value="city" selected>' not in page
    imported = pia.post("/imports/", {"look": again.rsplit("/", 1)[1]}).headers["Location"]
    assert run_job(workspace, int(imported.rsplit("/", 1)[1]))
    with workspace.store.read() as tx:
        (account,) = tx.accounts.find(text="Alpha")
    assert account.segment == "Baker"
    assert not account.address.city
    next_one = send(pia, "Name;Was macht er;Ort\nBeta;Cook;Balzers\n")
    work(workspace, next_one)
    assert "As you chose for an earlier file like this" in pia.get(next_one).text


def test_a_file_without_a_known_name_still_shows_its_columns_to_choose_from(pia: Browser, workspace: Workspace) -> None:
    path = send(pia, "Wer;Ort\nAlpha;Vaduz\n")
    work(workspace, path)
    page = pia.get(path).text
    assert "No column holds the name" in page
    assert "Say below which column" in page
    assert 'name="look"' not in page
    again = pia.post(path, {"field-0": "name", "field-1": "city"}).headers["Location"]
    work(workspace, again)
    assert "1 row: 1 new" in words(pia.get(again).text)


def test_two_columns_cannot_be_the_same_field(pia: Browser, workspace: Workspace) -> None:
    path = send(pia)
    work(workspace, path)
    page = pia.post(path, {"field-0": "name", "field-1": "name"}, follow_redirects=True).text
    assert "Name and Street cannot both be name. Choose one." in page


def test_the_map_of_a_preview_shows_each_row_that_has_a_place(pia: Browser, workspace: Workspace) -> None:
    path = send(pia)
    work(workspace, path)
    assert pia.get(f"{path}/points").data[4:8] == (1).to_bytes(4, "little")
    card = pia.get(f"{path}/rows/2").get_json()
    assert card["name"] == "Käserei"
    assert card["summary"] == "Row 2. New."
    assert pia.get(f"{path}/rows/99").status_code == 404


def test_rows_are_text_and_never_code(pia: Browser, workspace: Workspace) -> None:
    path = send(pia, f'Name,{HOSTILE}\n"{HOSTILE}",x\n')
    work(workspace, path)
    page = pia.get(path).text
    assert HOSTILE not in page
    assert "alert(" not in scripts_of(page)
    assert "&lt;script&gt;" in page


def test_a_file_that_cannot_be_read_says_why(pia: Browser, workspace: Workspace) -> None:
    path = send(pia, b"Name\nA\x00B\n")
    run_job(workspace, int(path.rsplit("/", 1)[1]))
    page = pia.get(path).text
    assert "NUL byte" in page
    assert "Choose another file" in page


@pytest.mark.parametrize("number", ["../secret", "0", "999999", "", "1e3"])
def test_nothing_is_imported_but_what_was_looked_at(pia: Browser, number: str) -> None:
    answer = pia.post("/imports/", {"look": number})
    assert answer.status_code in {302, 404}
    assert answer.headers.get("Location", "/imports/") == "/imports/"
