"""Every page on an empty workspace and on a filled one."""

import os
import re
from collections.abc import Callable

import pytest

from gcrm.backup.make_backup import make_backup
from gcrm.jobs.model import Job
from gcrm.jobs.workers import sign_of_life
from gcrm.workspace import Workspace
from tests.integration.web.conftest import PEOPLE, Browser, app_on
from webapp.navigation import PAGES

MORE = ("/me/", "/day/", "/accounts/map")
EMPTY_SAYS = {
    "/accounts/": "There are no accounts",
    "/team/": "There are no reps yet",
    "/regions/": "There are no regions yet",
    "/territories/": "There are no regions yet",
    "/catchment/": "No area",
    "/imports/": "No imports yet",
    "/areas/": "No street data",
    "/jobs/": "No jobs yet",
    "/day/": "not linked to a rep",
}


def _paths(app: object, login: str) -> list[str]:
    role = PEOPLE[login][0]
    with app.test_request_context():
        menu = [entry.url for entry in PAGES[role]]
    return [*dict.fromkeys([*menu, *MORE])]


@pytest.mark.parametrize("login", ["ada", "bo", "pia", "dee"])
def test_every_page_of_the_menu_is_whole(login: str, browse: Callable[[str | None], Browser], app: object) -> None:
    browser = browse(login)
    for path in _paths(app, login):
        page = browser.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        assert len(re.findall(r"<h1\b", page.text)) == 1, path
        assert "</html>" in page.text
        assert "<title>" in page.text
        assert not re.search(
            r"\bNone\b|Undefined|\{\{|nan\b",
            re.sub(r"<script.*?</script>|<option.*?</option>", "", page.text, flags=re.DOTALL),
        ), path


@pytest.mark.parametrize("login", ["ada", "bo", "pia", "dee"])
def test_an_empty_workspace_says_what_to_do_next(login: str, empty_workspace: Workspace) -> None:
    app = app_on(empty_workspace)
    browser = Browser(app, empty_workspace, login)
    for path in _paths(app, login):
        page = browser.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        if path in EMPTY_SAYS and page.request.path == path:
            assert EMPTY_SAYS[path] in page.text, path


def test_the_menu_has_what_the_role_may_open_and_marks_where_one_is(bo: Browser, ada: Browser) -> None:
    page = bo.get("/regions/").text
    assert 'href="/regions/" aria-current="page"' in page
    assert "/users/" not in page
    assert "/imports/" not in page
    assert "/team/" not in ada.get("/accounts/").text


def test_a_day_is_told_in_one_line_and_then_in_order(ada: Browser) -> None:
    page = ada.get("/day/").text
    heading = re.sub(r"\s+", " ", re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL).group(1))
    assert heading.strip() == "Tue 24 Nov, 2 visits, 45 min driving, home 16:48"
    assert (
        page.index("Alpen Bakery")
        < page.index("Break")
        < page.index("Berg Hotel")
        < page.index("The day is too short.")
    )
    assert "3 weeks overdue" in page


def test_only_a_rep_s_own_next_stop_has_things_to_do(ada: Browser, bo: Browser) -> None:
    own = ada.get("/day/north/2026-11-24").text
    assert own.count("data-stop-actions") == 2
    assert "geo:47.16" in own
    others = bo.get("/day/north/2026-11-24").text
    assert "data-stop-actions" not in others
    assert "Plan again" not in others


def test_a_day_that_is_over_cannot_be_planned(ada: Browser) -> None:
    assert ada.post("/day/north/2026-11-23/plan").status_code == 400
    assert "The day is over." in ada.get("/day/north/2026-11-23").text


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "2026-11-24T00:00"])
def test_a_day_that_cannot_be_is_refused(ada: Browser, day: str) -> None:
    assert ada.get(f"/day/north/{day}").status_code == 400
    assert ada.get(f"/map/day/north/{day}").status_code == 400


def test_the_team_s_day_has_a_row_a_rep(bo: Browser) -> None:
    page = bo.get("/team/").text
    assert "North team" in page
    assert "0 of 2" in page
    assert "South team" in page
    assert "not planned" in page


def test_the_regions_finding_is_a_sentence_about_what_matters(bo: Browser) -> None:
    page = bo.get("/regions/").text
    finding = re.search(r'<p class="finding">(.*?)</p>', page, re.DOTALL).group(1)
    assert re.search(r"(Nordhausen|Suedhausen) has 1 prospect and no visit in 60 days", finding)


def test_health_says_what_is_missing_and_how_to_mend_it(dee: Browser) -> None:
    page = dee.get("/health/").text
    assert "gcrm area import" in page
    assert "GeoPackage" in page


def test_health_says_who_works_and_how_old_the_backup_is(dee: Browser, workspace: Workspace) -> None:
    page = dee.get("/health/").text
    assert "there is none" in page
    assert "gcrm worker" in page
    make_backup(workspace)
    sign_of_life(workspace, workspace.clock())
    page = dee.get("/health/").text
    assert "made today" in page
    assert f"process {os.getpid()}" in page


def test_a_job_that_nobody_does_says_so(pia: Browser, workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        pia_id = tx.users.get_by_login("pia").id
        job = tx.jobs.add(Job("duplicates", {}, user_id=pia_id, created_at=workspace.clock()))
    for page in (f"/jobs/{job.id}", f"/jobs/{job.id}/piece", "/jobs/"):
        assert "No worker is running" in pia.get(page).text
    sign_of_life(workspace, workspace.clock())
    for page in (f"/jobs/{job.id}", f"/jobs/{job.id}/piece", "/jobs/"):
        assert "No worker is running" not in pia.get(page).text
