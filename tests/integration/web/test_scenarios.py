"""Scenarios on pages: asked for, worked on, commented, objected to, applied and undone, each role within its bounds."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcrm.jobs.model import JobState
from gcrm.jobs.run import run_job
from gcrm.territories.scenarios.apply import approve
from gcrm.territories.scenarios.change_by_hand import move_accounts, open_for_comment
from gcrm.territories.scenarios.model import Scenario, Wish
from gcrm.territories.scenarios.propose import propose
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World, app_on

GIVEN: dict[str, Any] = {
    "reps": ["north", "south"], "start": "current", "level": "accounts", "balance": ["work"], "seconds": "5",
}  # fmt: skip
Browse = Callable[[str], Browser]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def here(workspace: Workspace, liechtenstein: Path) -> Browse:
    """Browsers of people on a workspace with streets."""
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    app = app_on(workspace)
    return lambda login: Browser(app, workspace, login)


@pytest.fixture
def made(here: Browse, workspace: Workspace, world: World) -> Scenario:  # noqa: ARG001 - `here` brings the streets
    """A scenario in which North would give Alpen Bakery to South, and nothing else changes hands."""
    scenario = propose(workspace, wish=Wish(steps=50, most_moves=0, start="current"))
    south = next(one.position for one in scenario.territories if one.rep == "south")
    return move_accounts(workspace, scenario.id, [world.accounts["Alpen Bakery"]], south)


def address(scenario: Scenario, more: str = "") -> str:
    return f"/territories/scenarios/{scenario.id}{more}"


def position(scenario: Scenario, key: str) -> int:
    return next(one.position for one in scenario.territories if one.rep == key)


def state(browser: Browser, scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = browser.get(address(scenario, "/drawing")).get_json()
    return found


def test_a_proposal_is_asked_for_and_leads_to_its_scenario(here: Browse, workspace: Workspace) -> None:
    pia = here("pia")
    assert "No scenarios yet." in pia.get("/territories/scenarios/").text
    waiting = pia.post("/territories/scenarios/", GIVEN | {"locks": "1, north\n99999, south"}).headers["Location"]
    with workspace.store.write() as tx:
        (job,) = tx.jobs.list(1)
        wish = job.params["wish"] | {"seconds": None, "steps": 50}
        tx.jobs.update(replace(job, params=job.params | {"wish": wish}))
    assert "Queued" in pia.get(waiting).text
    ended = run_job(workspace, job.id)
    assert ended
    assert ended.state is JobState.DONE, ended.error
    page = pia.get(pia.get(waiting).headers["Location"])
    assert page.status_code == 200
    assert "North team" in words(page.text)
    assert "OpenStreetMap" in page.text or "map" in page.text
    assert "Line 2 of the locks" in page.text
    listed = words(pia.get("/territories/scenarios/").text)
    assert "2 territories, work balanced" in listed
    assert "Propose territories" in listed


def test_a_number_alone_is_enough(here: Browse, workspace: Workspace) -> None:
    pia = here("pia")
    with workspace.store.write() as tx:
        for one in tx.territories.all():
            tx.territories.delete(one.id)
    asked = {name: value for name, value in GIVEN.items() if name != "reps"} | {"count": "3"}
    pia.post("/territories/scenarios/", asked)
    with workspace.store.read() as tx:
        (job,) = tx.jobs.list(1)
    assert job.params["count"] == 3
    assert "reps" not in job.params


def test_hand_overs_are_weighed_drawn_and_one_point_made_a_scenario(here: Browse, workspace: Workspace) -> None:
    pia = here("pia")
    waiting = pia.post("/territories/scenarios/hand-overs", GIVEN | {"most_moves": "2"}).headers["Location"]
    with workspace.store.write() as tx:
        (job,) = tx.jobs.list(1)
        wish = job.params["wish"] | {"seconds": None, "steps": 50, "most_moves": None}
        tx.jobs.update(replace(job, params=job.params | {"wish": wish}))
    page = pia.get(waiting).text
    assert f"{waiting}/live" in page
    assert "Queued" in page
    assert pia.post(f"{waiting}/pick", {"point": "0"}).status_code == 400
    shown = {"points": [{"moved": 0, "deviation": 0.5, "revenue": {}, "years": 0.0, "in_one_piece": 2, "minutes": 4.0}]}
    with workspace.store.write() as tx:
        tx.jobs.update(replace(tx.jobs.get(job.id), state=JobState.RUNNING, result={"number": 1, **shown}))
    live = pia.get(f"{waiting}/live?seen=0", headers={"HX-Request": "true"}).text
    assert 'id="points" hx-swap-oob="true"' in live
    assert 'class="spot"' in live
    assert "Make it a scenario" not in live, "which accounts move is told at the end"
    assert 'class="spot"' not in pia.get(f"{waiting}/live?seen=1").text, "it is there already"
    with workspace.store.write() as tx:
        tx.jobs.update(replace(tx.jobs.get(job.id), state=JobState.QUEUED, result=None))
    ended = run_job(workspace, job.id)
    assert ended
    assert ended.state is JobState.DONE, ended.error
    assert ended.result
    page = pia.get(waiting).text
    points = ended.result["points"]
    assert page.count('role="button" tabindex="0"') == len(points)
    assert page.count("Use it</button>") == len(points)
    last = len(points) - 1
    assert pia.post(f"{waiting}/pick", {"point": str(last + 1)}).status_code == 400
    kept = pia.post(f"{waiting}/pick", {"point": str(last)}).headers["Location"]
    with workspace.store.read() as tx:
        (second, *_) = tx.jobs.list(2)
    assert run_job(workspace, second.id)
    scenario = pia.get(kept).headers["Location"]
    assert pia.get(scenario).status_code == 200
    with workspace.store.read() as tx:
        assert tx.scenarios.all()[0].moved == points[last]["moved"]
    for other in ("bo", "ada"):
        assert here(other).get(waiting).status_code in {403, 404}
        assert here(other).post("/territories/scenarios/hand-overs", GIVEN).status_code == 403


def test_homes_are_asked_for_and_shown_on_a_map(here: Browse, workspace: Workspace) -> None:
    pia = here("pia")
    assert "If we hire, where?" in pia.get("/territories/scenarios/homes").text
    for wrong in ({"new": "many"}, {"new": "-1"}, {"coverage": "3"}, {"reps": []}):
        refused = pia.post("/territories/scenarios/homes", {"new": "1", "coverage": "90", "reps": ["north"]} | wrong)
        assert refused.status_code == 400
    asked = {"new": "1", "coverage": "90", "reps": ["north", "south"]}
    waiting = pia.post("/territories/scenarios/homes", asked).headers["Location"]
    with workspace.store.write() as tx:
        (job,) = tx.jobs.list(1)
        tx.jobs.update(replace(job, params=job.params | {"steps": 20}))
    assert "Queued" in pia.get(waiting).text
    ended = run_job(workspace, job.id)
    assert ended
    assert ended.state is JobState.DONE, ended.error
    page = words(pia.get(waiting).text)
    assert "With one more home an account is" in page
    assert "New home 1" in page
    assert "90% of the visits take" in page
    cells = pia.get(f"{waiting}/cells").get_json()
    assert [one["key"] for one in cells["measures"]] == ["minutes", "saved", "work"]
    assert cells["regions"]["features"]
    assert here("bo").get("/territories/scenarios/homes").status_code == 403


def test_hand_overs_are_counted_from_todays_territories(here: Browse) -> None:
    answer = here("pia").post("/territories/scenarios/hand-overs", GIVEN | {"start": "nothing"})
    assert answer.status_code == 400
    assert "counted from today" in answer.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"reps": []}, "No rep is chosen."),
        ({"reps": ["north"], "without": ["north"]}, "No rep is chosen."),
        ({"count": "0"}, "Territories: 0 is not possible."),
        ({"count": "many"}, "is not a whole number"),
        ({"balance": []}, "Nothing to balance is chosen."),
        ({"balance": ["luck"]}, "cannot be balanced"),
        ({"start": "dreams"}, "is no start"),
        ({"level": "planets"}, "There is no level called"),
        ({"seconds": "7"}, "7 seconds is not offered."),
        ({"most_moves": "-3"}, "Hand-overs: -3 is not possible."),
    ],
)
def test_what_cannot_be_proposed_is_said_and_what_was_typed_stays(
    here: Browse, asked: dict[str, Any], said: str
) -> None:
    answer = here("pia").post("/territories/scenarios/", GIVEN | {"name": "Spring"} | asked)
    assert answer.status_code == 400
    assert said in answer.text.replace("&#39;", "'")
    assert 'value="Spring"' in answer.text


def test_accounts_are_moved_undone_and_redone_and_the_numbers_follow(
    here: Browse, made: Scenario, world: World
) -> None:
    pia = here("pia")
    before = state(pia, made)
    hotel = world.accounts["Berg Hotel"]
    sent = {"accounts": [hotel], "to": position(made, "south"), "version": before["version"]}
    moved = pia.post(address(made, "/moves"), json=sent).get_json()
    assert moved["undo"] == ["1 account to South team"]
    assert moved["moved"] == 2
    after = state(pia, made)
    assert after["version"] == moved["version"] != before["version"]
    assert sum(a != b for a, b in zip(before["positions"], after["positions"], strict=True)) == 1
    undone = pia.post(address(made, "/undo"), json={"version": moved["version"]}).get_json()
    assert undone["redo"] == ["1 account to South team"]
    assert state(pia, made)["positions"] == before["positions"]
    redone = pia.post(address(made, "/redo"), json={"version": undone["version"]}).get_json()
    assert redone["territories"] == moved["territories"]


def test_two_people_at_one_scenario_see_both_versions_and_overwrite_nothing(
    here: Browse, made: Scenario, world: World
) -> None:
    pia, dee = here("pia"), here("dee")
    seen = state(pia, made)["version"]
    south = position(made, "south")
    dee.post(address(made, "/moves"), json={"accounts": [world.accounts["Berg Hotel"]], "to": south, "version": seen})
    held = state(dee, made)
    late = pia.post(
        address(made, "/moves"),
        json={"accounts": [world.accounts["Calanda Cafe"]], "to": south, "version": seen},
    )
    assert late.status_code == 409
    told = late.get_json()
    assert "not saved" in told["error"]
    assert told["now"]["version"] == held["version"]
    assert told["now"]["steps"][-1] == {"title": "1 account to South team", "by": "Dee", "undone": False}
    form = pia.post(address(made, "/rename"), {"name": "Mine", "version": seen})
    assert form.status_code == 409
    assert "You wanted: the name “Mine”" in words(form.text)
    assert "by Dee" in words(form.text)
    for more in ("/approve", "/apply"):
        assert pia.post(address(made, more), {"version": seen}).status_code == 409
    assert state(pia, made) == held


@pytest.mark.parametrize(
    "sent",
    [
        {},
        [],
        {"accounts": "all", "to": 0},
        {"accounts": [True], "to": 0},
        {"accounts": [1], "to": "north"},
        {"accounts": [1], "to": 99},
        {"accounts": [999_999], "to": 0},
        {"accounts": [], "to": 0},
    ],
)
def test_a_move_that_makes_no_sense_is_refused(here: Browse, made: Scenario, sent: Any) -> None:
    answer = here("pia").post(address(made, "/moves"), json=sent)
    assert answer.status_code == 400
    assert answer.get_json()["remedy"]


def test_regions_postcodes_and_names_choose_accounts(here: Browse, made: Scenario, world: World) -> None:
    bo = here("bo")
    parts = bo.get(address(made, "/parts?level=municipalities")).get_json()
    assert "Nordhausen" in parts["names"]
    assert len(parts["which"]) == len(state(bo, made)["positions"])
    assert [bool(shapes) for shapes in parts["shapes"]] == [True] * len(parts["names"])
    assert bo.get(address(made, "/parts?level=postcodes")).status_code == 200
    assert bo.get(address(made, "/parts?level=planets")).status_code == 400
    (found,) = bo.get(address(made, "/accounts?text=Alpen")).get_json()["accounts"]
    assert found["id"] == world.accounts["Alpen Bakery"]
    assert not bo.get(address(made, "/accounts?text=Ghost")).get_json()["accounts"], "it is not on the map"


def test_it_is_approved_for_a_day_withdrawn_applied_and_undone(
    here: Browse, made: Scenario, workspace: Workspace, world: World
) -> None:
    pia = here("pia")
    bakery = world.accounts["Alpen Bakery"]
    page = words(pia.get(address(made, "/apply")).text)
    assert re.search(r"\d accounts? changes? hands", page)
    assert "Every move is in the history of its account." in page
    assert "That day is over." in pia.post(address(made, "/approve"), {"on": "2026-01-01"}).text
    assert "is not a day" in pia.post(address(made, "/approve"), {"on": "soon"}).text
    pia.post(address(made, "/approve"), {"on": "2026-12-01"})
    assert "Applies on 1 Dec 2026." in words(pia.get(address(made)).text)
    refused = pia.post(address(made, "/moves"), json={"accounts": [bakery], "to": position(made, "north")})
    assert refused.status_code == 409
    assert "now" not in refused.get_json()
    pia.post(address(made, "/withdraw"))
    pia.post(address(made, "/apply"))
    with workspace.store.read() as tx:
        assert tx.accounts.get(bakery).territory_id == world.territories["South"]
    assert "Undo applying" in pia.get(address(made)).text
    assert pia.post(address(made, "/delete")).status_code == 409
    pia.post(address(made, "/take-back"))
    with workspace.store.read() as tx:
        assert tx.accounts.get(bakery).territory_id == world.territories["North"]
    assert "taken back" in pia.get(address(made)).text


def test_two_alignments_side_by_side_and_what_changes_hands_as_csv(here: Browse, made: Scenario, world: World) -> None:
    bo = here("bo")
    query = f"?one=today&other={made.id}"
    page = bo.get(f"/territories/scenarios/compare{query}")
    assert "Alpen Bakery" in page.text
    assert page.text.count('class="gcrm-map"') == 2
    file = bo.get(f"/territories/scenarios/compare.csv{query}").data.decode("utf-8-sig")
    assert f"{world.accounts['Alpen Bakery']},Alpen Bakery,customer,North team,South team," in file
    today = bo.get(address(made, "/drawing?as=today")).get_json()
    assert sum(a != b for a, b in zip(today["positions"], state(bo, made)["positions"], strict=True)) >= 1
    for wrong in ("", "?one=x&other=1", "?one=today&other=", "?one=today&other=99", "?one=1&other=1"):
        assert bo.get(f"/territories/scenarios/compare{wrong}").status_code in {400, 404}


def test_a_rep_sees_only_the_own_part_once_it_is_open(
    here: Browse, made: Scenario, workspace: Workspace, world: World
) -> None:
    ada, cy = here("ada"), here("cy")
    assert ada.get(address(made)).status_code == 404
    assert "Nothing is planned to change." in ada.get("/territories/scenarios/").text
    open_for_comment(workspace, made.id, is_open=True)
    mine, theirs = ada.get(address(made)).text, cy.get(address(made)).text
    assert "You would give 1 account, get " in words(mine)
    assert "Alpen Bakery" in mine
    assert re.search(r"You would give 0 accounts, get [1-9]", words(theirs))
    assert "Alpen Bakery" not in theirs, "it is still Ada's"
    for more in ("/hand-over", "/hand-over.csv"):
        assert "Alpen Bakery" in ada.get(address(made, more)).text
        assert "Alpen Bakery" not in cy.get(address(made, more)).text
    for more in ("/units", "/drawing", "/parts?level=municipalities", "/accounts?text=a", "/apply"):
        assert ada.get(address(made, more)).status_code == 403
    bakery = world.accounts["Alpen Bakery"]
    assert cy.get(address(made, f"/objection?account={bakery}")).status_code == 404
    sent = {"account": bakery, "wanted": position(made, "north"), "reason": "Mine!"}
    assert cy.post(address(made, "/objections"), sent).status_code == 404


def test_a_rep_objects_with_the_cost_before_it_and_the_planner_answers(
    here: Browse, made: Scenario, workspace: Workspace, world: World
) -> None:
    ada, pia = here("ada"), here("pia")
    open_for_comment(workspace, made.id, is_open=True)
    bakery, north = world.accounts["Alpen Bakery"], position(made, "north")
    before = words(ada.get(address(made, f"/objection?account={bakery}")).text)
    assert "What that costs" in before
    assert re.search(r"Work of North team \+\d+\.\d h a week", before)
    sent = {"account": bakery, "wanted": north, "reason": ""}
    assert ada.post(address(made, "/objections"), sent).status_code == 400
    for _ in range(2):
        ada.post(address(made, "/objections"), sent | {"reason": "I know the baker."})
    ada.post(address(made, "/comments"), {"text": "The rest is fine."})
    here("bo").post(address(made, "/comments"), {"text": "Between us at the desk."})
    shown = words(ada.get(address(made)).text)
    assert "I know the baker." in shown
    assert "Between us" not in shown
    with workspace.store.read() as tx:
        first, second, *_ = [one.id for one in tx.scenarios.remarks(made.id)]
    assert "I know the baker." in pia.get(address(made)).text
    assert pia.post(address(made, f"/remarks/{first}/settle"), {"answer": "perhaps"}).status_code == 400
    pia.post(address(made, f"/remarks/{second}/settle"), {"answer": "decline"})
    approve(workspace, made.id)
    assert pia.post(address(made, f"/remarks/{first}/settle"), {"answer": "accept"}).status_code == 409
    pia.post(address(made, "/withdraw"))
    pia.post(address(made, f"/remarks/{first}/settle"), {"answer": "accept"})
    with workspace.store.read() as tx:
        assert tx.scenarios.positions(made.id)[bakery] == north
        assert [one.settled for one in tx.scenarios.remarks(made.id)][:2] == ["accepted", "declined"]


def test_a_manager_reads_and_comments_and_changes_nothing(here: Browse, made: Scenario, world: World) -> None:
    bo = here("bo")
    page = bo.get(address(made)).text
    assert "Comment" in page
    for action in ("Rename", "Try it out", 'id="give"', "Approve or apply", "Delete"):
        assert action not in page
    assert "Propose territories" not in bo.get("/territories/scenarios/").text
    held = state(bo, made)
    for more in ("/rename", "/fill", "/copy", "/open", "/delete", "/simulate", "/approve", "/withdraw", "/apply",
                 "/take-back", "/remarks/1/settle"):  # fmt: skip
        assert bo.post(address(made, more), {"name": "x"}).status_code == 403
    for more in ("/moves", "/undo", "/redo"):
        sent = {"accounts": [world.accounts["Berg Hotel"]], "to": 0}
        assert bo.post(address(made, more), json=sent).status_code == 403
    assert state(bo, made) == held


def test_a_simulation_is_a_job_and_stands_on_the_page(here: Browse, made: Scenario, workspace: Workspace) -> None:
    pia = here("pia")
    assert pia.post(address(made, "/simulate"), {"weeks": "3"}).status_code == 400
    waiting = pia.post(address(made, "/simulate"), {"weeks": "4"}).headers["Location"]
    with workspace.store.write() as tx:
        (job,) = tx.jobs.list(1)
        params = {name: value for name, value in job.params.items() if name != "seconds"}
        tx.jobs.update(replace(job, params=params | {"steps": 20, "weeks": 1}))
    ended = run_job(workspace, job.id)
    assert ended
    assert ended.state is JobState.DONE, ended.error
    assert pia.get(waiting).headers["Location"].endswith("#simulation")
    page = words(pia.get(address(made)).text)
    assert "of due visits planned" in page
    assert "First two weeks of North team" in page


def test_a_copy_is_renamed_filled_and_deleted(here: Browse, made: Scenario) -> None:
    pia = here("pia")
    new = pia.post(address(made, "/copy")).headers["Location"]
    pia.post(f"{new}/rename", {"name": "Plan B"})
    assert "Plan B" in pia.get(new).text
    assert pia.post(f"{new}/fill", {"position": "0", "rep": ""}).status_code == 400
    assert pia.post(f"{new}/fill", {"position": "0", "rep": "south"}).status_code == 409
    pia.post(f"{new}/delete")
    assert pia.get(new).status_code == 404


def test_names_from_outside_never_run(here: Browse, made: Scenario, workspace: Workspace, world: World) -> None:
    hostile = next(number for name, number in world.accounts.items() if name.startswith("<script>"))
    move_accounts(workspace, made.id, [hostile], position(made, "south"))
    pia = here("pia")
    for path in (address(made, "/hand-over"), f"/territories/scenarios/compare?one=today&other={made.id}"):
        page = pia.get(path).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
